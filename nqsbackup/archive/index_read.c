#include <config.h>

#include <stdbool.h>
#include <string.h>

#include "../../libcore/base/memory.h"
#include "../../libcore/base/text.h"
#include "index.h"
#include "index_reader.h"

/*
 * Lets go of what is behind the count names that come next: then there is room
 * for their entries.
 */
static int
cut_behind(struct index_reader *reader, size_t count, struct failure *why)
{
	struct index *index = reader->index;
	const size_t at = (size_t)(reader->next - index->names);
	struct index_reader other = *reader;

	if (index_reader_skip(&other, count, why) == -1)
		return (-1);
	const size_t size = (size_t)(other.next - index->names);

	index->names = memory_resize(index->names, size, 1);
	reader->next = index->names + at;
	reader->end = index->names + size;
	return (0);
}

/* Makes the entries with their names; alone: nothing else will be read. */
static int
read_names(struct index_reader *reader, bool alone, struct failure *why)
{
	struct entry_list *entries = &reader->index->entries;
	const char *before = NULL;
	size_t count;

	if (index_reader_count(reader, &count, why) == -1 ||
	    (alone && cut_behind(reader, count, why) == -1))
		return (-1);
	entry_list_reserve(entries, count);
	for (; count > 0; count--) {
		struct entry *entry = entry_list_add(entries);

		entry->lent = true;
		entry->name = index_reader_name(reader, before, why);
		if (entry->name == NULL)
			return (-1);
		before = entry->name;
	}
	return (0);
}

/* Reads the lines of all entries, and the last line. */
static int
read_entries(struct index_reader *reader, struct failure *why)
{
	struct entry_list *entries = &reader->index->entries;

	for (size_t i = 0; i < entries->count; i++) {
		if (index_reader_entry(reader, &entries->list[i], why) == -1)
			return (-1);
	}
	if (index_reader_line(reader, why) == -1)
		return (-1);
	if (reader->count != 1 || reader->next != reader->end ||
	    strcmp(reader->words[0], "end") != 0)
		return (index_reader_refuse(reader, why, "it is no end"));
	return (0);
}

/*
 * Lets go of all of the text but the names.  A copy of them would be a second
 * one for a moment, so they move together first, in their order.
 */
static void
keep_names(struct index *index)
{
	const struct entry_list *entries = &index->entries;
	size_t used = 0;

	if (entries->count == 0)
		return;
	for (size_t i = 0; i < entries->count; i++) {
		const size_t size = strlen(entries->list[i].name) + 1;

		memmove(index->names + used, entries->list[i].name, size);
		used += size;
	}
	index->names = memory_resize(index->names, used, 1);
	char *name = index->names;

	for (size_t i = 0; i < entries->count; i++) {
		entries->list[i].name = name;
		name += strlen(name) + 1;
	}
}

int
index_read_names(struct text *text, struct index *index, struct failure *why)
{
	struct index_reader reader;
	int rc = index_reader_begin(&reader, index, text, why);

	if (rc == 0)
		rc = read_names(&reader, true, why);
	traits_draft_release(&reader.draft);
	return (rc);
}

int
index_read(struct text *text, struct index *index, struct failure *why)
{
	struct index_reader reader;
	int rc = index_reader_begin(&reader, index, text, why);

	if (rc == 0)
		rc = read_names(&reader, false, why);
	if (rc == 0)
		rc = read_entries(&reader, why);
	if (rc == 0)
		keep_names(index);
	traits_draft_release(&reader.draft);
	return (rc);
}
