/*
 * Any bytes as a tar of others.  No fuzzer finds the checksum of a header, so
 * a block that says "ustar", or has "?" where its checksum begins, is given
 * the right one.
 */
#include <config.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../libcore/base/failure.h"
#include "../../libcore/system/beneath.h"
#include "../../nqsbackup/archive/foreign_archive.h"
#include "../../nqsbackup/archive/foreign_limits.h"
#include "../../nqsbackup/archive/index.h"
#include "../../nqsbackup/base/tally.h"
#include "../../nqsbackup/archive/tar_layout.h"
#include "fuzz.h"

static void
mend(unsigned char *block)
{
	unsigned sum = 0;
	char text[SUM_SIZE + 1];

	if (memcmp(block + MAGIC_AT, "ustar", 5) != 0 && block[SUM_AT] != '?')
		return;
	memset(block + SUM_AT, ' ', SUM_SIZE);
	for (size_t i = 0; i < TAR_BLOCK; i++)
		sum += block[i];
	(void)snprintf(text, sizeof(text), "%06o", sum);
	memcpy(block + SUM_AT, text, SUM_SIZE - 1);
}

/* What the rest of the program relies on, whoever made the archive. */
static void
check_index(const struct index *index)
{
	const struct entry *list = index->entries.list;

	for (size_t i = 0; i < index->entries.count; i++) {
		const struct entry *entry = &list[i];
		const ssize_t above = entry_list_find_above(&index->entries,
		    entry->name);
		size_t count;
		const struct entry_extent *extents =
		    entry_extents(entry, &count);
		int64_t end = 0;

		fuzz_expect(beneath_path_is_clean(entry->name) &&
		    !entry_is_at_or_below(entry->name, INDEX_FOLDER),
		    "a name is not clean");
		fuzz_expect(i == 0 || entry_compare_names(list[i - 1].name,
		    entry->name) < 0, "names are not in order");
		fuzz_expect(above == -1 ? words_has(&index->trees,
		    entry->name) : list[above].kind == ENTRY_DIRECTORY,
		    "an entry lies in no directory and is no tree");
		fuzz_expect(entry->kind != ENTRY_LINK ||
		    (entry->content.first < i &&
		    list[entry->content.first].kind == ENTRY_FILE),
		    "a further name is one of no file");
		fuzz_expect(entry->kind != ENTRY_SYMLINK ||
		    entry->content.target[0] != '\0', "a link leads nowhere");
		for (size_t j = 0; j < count; j++) {
			const struct entry_extent *extent = &extents[j];

			fuzz_expect(extent->offset >= end &&
			    extent->length > 0, "a wrong piece");
			end = extent->offset + extent->length;
		}
		fuzz_expect(end <= entry->size || entry->kind != ENTRY_FILE,
		    "a piece behind the end");
	}
}

static void
read_all(struct foreign_archive *archive, const struct index *index)
{
	struct failure why = { 0 };

	for (size_t i = index->entries.count; i-- > 0;) {
		const struct entry *entry = &index->entries.list[i];

		fuzz_expect(entry->kind != ENTRY_FILE ||
		    foreign_archive_entry(archive, entry, NULL, &why) == 0,
		    "a file reads otherwise the second time");
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	const struct foreign_limits limits = { 1000, FUZZ_SIZE_LIMIT };
	unsigned char *copy = malloc(size + 1);
	struct index index = { 0 };
	struct tally tally = { 0 };
	struct failure why = { 0 };

	fuzz_expect(copy != NULL, "no memory");
	memcpy(copy, bytes, size);
	for (size_t i = 0; i + TAR_BLOCK <= size; i += TAR_BLOCK)
		mend(copy + i);
	struct foreign_archive *archive = foreign_archive_open(
	    fuzz_file(copy, size), &limits, &index, &tally, &why);

	fuzz_expect(archive != NULL || why.code == EXITCODE_DATA,
	    "refused with another code");
	if (archive != NULL) {
		check_index(&index);
		read_all(archive, &index);
	}
	foreign_archive_close(archive);
	index_release(&index);
	free(copy);
	return (0);
}
