#include <config.h>

#include <stdlib.h>
#include <string.h>

#include "../../libcore/base/failure.h"
#include "../../libcore/base/text.h"
#include "index.h"
#include "index_check.h"
#include "index_reader.h"
#include "tar_header.h"

/* Names and what is said of them stand apart: each has its own reader. */
struct finder {
	struct index_reader	 names;
	struct index_reader	 reader;
	struct index_checker	 checker;
	struct index_search	*search;
};

/*
 * Goes on to the next entry, behind the name before.  Returns its name, or
 * NULL with why set; entry is to be released in any case.
 */
static const char *
read_next(struct finder *finder, const char *before, struct entry *entry,
    struct failure *why)
{
	struct index_reader *reader = &finder->reader;

	*entry = (struct entry){ .lent = true,
	    .name = index_reader_name(&finder->names, before, why) };
	if (entry->name == NULL ||
	    index_reader_entry(reader, entry, why) == -1 ||
	    index_check_next(&finder->checker, entry,
	    entry->kind == ENTRY_LINK ? reader->link : NULL, why) == -1)
		return (NULL);
	return (entry->name);
}

/* Looks at count entries until the one is found; it becomes the list. */
static int
find(struct finder *finder, size_t count, struct failure *why)
{
	struct index_search *search = finder->search;
	const char *name = NULL;
	struct entry entry;

	for (; count > 0; count--) {
		name = read_next(finder, name, &entry, why);
		if (name != NULL && strcmp(name, search->name) == 0) {
			*entry_list_add(&finder->reader.index->entries) =
			    entry;
			return (0);
		}
		if (name != NULL)
			search->line += (int64_t)index_manifest_length(&entry);
		entry_release(&entry);
		if (name == NULL)
			return (-1);
	}
	return (0);
}

/* The manifest ends where the index begins, and begins a member. */
static int
place_manifest(struct index *index, int64_t raw, struct failure *why)
{
	struct entry *manifest = &index->manifest;
	const int64_t head = (int64_t)tar_header_length(manifest, NULL,
	    index->format);

	if (manifest->size <= raw - head)
		manifest->at = raw - head - tar_padded(manifest->size);
	if (manifest->size <= raw - head && manifest->at >= 0 &&
	    index->members[index_find_member(index, manifest->at)].raw ==
	    manifest->at)
		return (0);
	failure_set(why, EXITCODE_DATA,
	    "the index is damaged: the manifest has a wrong place");
	return (-1);
}

static int
begin(struct finder *finder, struct index *index, struct text *text,
    struct failure *why)
{
	const struct index_search *search = finder->search;
	struct index_reader *reader = &finder->reader;

	index->raw = search->raw;
	if (index_reader_begin(reader, index, text, why) == -1 ||
	    index_check_trees(index, why) == -1 ||
	    index_check_members(index, search->offset, search->raw,
	    why) == -1)
		return (-1);
	finder->checker = (struct index_checker){ .index = index,
	    .raw = search->raw };
	return (place_manifest(index, search->raw, why));
}

int
index_find(struct text *text, struct index *index,
    struct index_search *search, struct failure *why)
{
	struct finder finder = { .search = search };
	size_t count = 0;
	int rc = begin(&finder, index, text, why);

	if (rc == 0)
		rc = index_reader_count(&finder.reader, &count, why);
	finder.names = finder.reader;
	if (rc == 0)
		rc = index_reader_skip(&finder.reader, count, why);
	finder.names.end = finder.reader.next;
	if (rc == 0)
		rc = find(&finder, count, why);
	free(finder.checker.above);
	traits_draft_release(&finder.reader.draft);
	return (rc);
}
