#include <config.h>

#include <stdlib.h>
#include <string.h>

#include "../../libcore/base/memory.h"
#include "../../libcore/base/text.h"
#include "index.h"
#include "index_reader.h"

/* Makes the entries with their names. */
static int
read_names(struct index_reader *reader, struct failure *why)
{
	struct entry_list *entries = &reader->index->entries;
	const char *before = NULL;
	size_t count;

	if (index_reader_count(reader, &count, why) == -1)
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

/* Lets go of all of the text but the names. */
static void
keep_names(struct index *index)
{
	const struct entry_list *entries = &index->entries;

	if (entries->count == 0)
		return;
	const char *first = entries->list[0].name;
	const char *last = entries->list[entries->count - 1].name;
	const size_t size = (size_t)(last - first) + strlen(last) + 1;
	char *names = memory_copy(first, size);

	for (size_t i = 0; i < entries->count; i++)
		entries->list[i].name = names + (entries->list[i].name -
		    first);
	free(index->names);
	index->names = names;
}

int
index_read_names(struct text *text, struct index *index, struct failure *why)
{
	struct index_reader reader;
	int rc = index_reader_begin(&reader, index, text, why);

	if (rc == 0)
		rc = read_names(&reader, why);
	traits_draft_release(&reader.draft);
	return (rc);
}

int
index_read(struct text *text, struct index *index, struct failure *why)
{
	struct index_reader reader;
	int rc = index_reader_begin(&reader, index, text, why);

	if (rc == 0)
		rc = read_names(&reader, why);
	if (rc == 0)
		rc = read_entries(&reader, why);
	if (rc == 0)
		keep_names(index);
	traits_draft_release(&reader.draft);
	return (rc);
}
