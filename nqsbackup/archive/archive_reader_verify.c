#include <config.h>

#include <stdlib.h>
#include <string.h>

#include "../../libcore/base/digest.h"
#include "../../libcore/base/failure.h"
#include "../../libcore/base/memory.h"
#include "../../libcore/base/text.h"
#include "../base/crew.h"
#include "../base/interrupt.h"
#include "../base/progress_bar.h"
#include "archive_reader.h"
#include "archive_reader_private.h"
#include "tar_header.h"

/* Entries that one thread verifies. */
struct part {
	size_t	first;
	size_t	count;
};

/*
 * Reads the entry and checks that it ends where the next one stands, or the
 * manifest, or the index.
 */
static int
verify_entry(struct archive_reader *reader, const struct entry *entry,
    size_t number, int64_t next, struct failure *why)
{
	if (archive_reader_read(reader, entry, number, NULL, why) == -1)
		return (-1);
	if (entry->at + (int64_t)reader->tar.head.length +
	    tar_padded(entry_data_size(entry)) != next)
		return (tar_reader_refuse(why, entry->name,
		    "does not end where the next one stands"));
	return (0);
}

/* Returns where what follows the entry number stands. */
static int64_t
next_of(const struct index *index, size_t number)
{
	return (number + 1 < index->entries.count ?
	    index->entries.list[number + 1].at : index->manifest.at);
}

static void *
make_tools(const void *cookie)
{
	return (archive_reader_share(cookie));
}

static void
free_tools(void *tools)
{
	archive_reader_close(tools);
}

static int
work(void *tools, void *job, struct failure *why)
{
	struct archive_reader *reader = tools;
	const struct part *part = job;
	const struct index *index = reader->index;
	const struct entry *list = index->entries.list;

	for (size_t i = part->first; i < part->first + part->count; i++) {
		if (verify_entry(reader, &list[i], i, next_of(index, i),
		    why) == -1)
			return (-1);
	}
	return (0);
}

static const struct crew_trade verify_trade = {
	.make_tools = make_tools,
	.free_tools = free_tools,
	.work = work,
	.drop = free
};

/* Waits for the oldest part.  Returns 0, or -1 with why set. */
static int
finish_part(const struct archive_reader *reader, struct crew *crew,
    struct failure *why)
{
	int rc;
	struct part *part = crew_take(crew, &rc, why);

	progress_bar_add(reader->bar, next_of(reader->index, part->first +
	    part->count - 1) - reader->index->entries.list[part->first].at);
	free(part);
	return (rc);
}

static int
verify_entries(struct archive_reader *reader, size_t threads,
    struct failure *why)
{
	const size_t count = reader->index->entries.count;
	struct crew *crew = crew_make(&verify_trade, reader, threads);
	size_t first = 0;
	int rc = 0;

	while (rc == 0 && (first < count || !crew_is_empty(crew))) {
		if (first == count || crew_is_full(crew)) {
			rc = finish_part(reader, crew, why);
			continue;
		}
		struct part *part = memory_make(1, sizeof(*part));

		part->first = first;
		part->count = archive_reader_part(reader, first);
		first += part->count;
		crew_give(crew, part);
		rc = interrupt_check(why);
	}
	crew_free(crew);
	return (rc);
}

/* Checks the manifest against the one that the index makes. */
static int
verify_manifest(struct archive_reader *reader, struct failure *why)
{
	const struct index *index = reader->index;
	struct text manifest = { 0 };
	unsigned char digest[DIGEST_SIZE];

	if (verify_entry(reader, &index->manifest, index->entries.count,
	    reader->trailer.raw, why) == -1)
		return (-1);
	index_write_manifest(index, &manifest);
	digest_add(reader->tar.digest, manifest.bytes, manifest.length);
	digest_end(reader->tar.digest, digest);
	text_release(&manifest);
	if (memcmp(digest, index->manifest.digest, DIGEST_SIZE) != 0)
		return (tar_reader_refuse(why, INDEX_MANIFEST,
		    "is not what the index says"));
	return (0);
}

int64_t
archive_reader_span(const struct archive_reader *reader)
{
	return (reader->foreign == NULL ? reader->index->manifest.at : 0);
}

void
archive_reader_watch(struct archive_reader *reader, struct progress_bar *bar)
{
	reader->bar = bar;
}

int
archive_reader_verify(struct archive_reader *reader, size_t threads,
    struct failure *why)
{
	if (reader->foreign != NULL)
		return (0);
	int rc = verify_entries(reader, threads, why);

	if (rc == 0)
		rc = verify_manifest(reader, why);
	if (rc == -1)
		archive_reader_blame(reader, why);
	return (rc);
}
