#include <config.h>

#include <stdbool.h>
#include <string.h>

#include "../../libcore/base/failure.h"
#include "../../libcore/base/number.h"
#include "../base/word.h"
#include "../tree/name_pool.h"
#include "index_reader.h"
#include "index_word.h"

enum { ATTRIBUTE_COUNT = 6 };		/* words that say all attributes */

/*
 * Reads what only some kinds of entries have, of which there are count words
 * at words.  Returns how many that are, or -1.
 */
static int
read_content(struct index_reader *reader, struct entry *entry, char **words,
    size_t count)
{
	switch (entry->kind) {
	case ENTRY_FILE:
		if (count < 1 ||
		    number_read(words[0], 0, INT64_MAX, &entry->size) == -1)
			return (-1);
		if (count % ATTRIBUTE_COUNT == 1)
			return (1);
		return (count >= 2 && index_word_map(words[1], entry) == 0 ? 2 :
		    -1);
	case ENTRY_SYMLINK:
		if (count < 1)
			return (-1);
		entry->content.target = word_read(words[0]);
		return (entry->content.target == NULL ? -1 : 1);
	case ENTRY_LINK:
		if (count < 1 || word_read_in_place(words[0]) == -1)
			return (-1);
		reader->link = words[0];
		/* Whether it is there and is a file is seen later. */
		entry->content.first = (uint32_t)entry_list_find(
		    &reader->index->entries, words[0]);
		return (1);
	case ENTRY_BLOCK:
	case ENTRY_CHARACTER:
		return (count >= 2 && index_word_device(words[0], words[1],
		    entry) == 0 ? 2 : -1);
	case ENTRY_DIRECTORY:
	case ENTRY_FIFO:
		return (0);
	default:
		return (-1);
	}
}

/* Reads "c", "x" and the number of a set of traits, both, or "-". */
static int
read_flags(const char *word, const struct traits_pool *traits,
    struct entry *entry)
{
	int64_t number;

	if (strcmp(word, "-") == 0)
		return (0);
	if (*word == 'c') {
		entry->changed = true;
		if (*++word == '\0')
			return (0);
	}
	if (*word != 'x' || traits == NULL || number_read(word + 1, 1,
	    (int64_t)traits_pool_count(traits), &number) == -1)
		return (-1);
	entry->traits = traits_pool_get(traits, (size_t)number - 1);
	return (0);
}

/* Reads the words that say all attributes of entry. */
static int
read_attributes(const struct index_reader *reader, struct entry *entry,
    char **words)
{
	struct name_pool *owners = index_owners(reader->index);
	int64_t uid;
	int64_t gid;

	if (index_word_mode(words[0], &entry->mode) == -1 ||
	    number_read(words[1], 0, UINT32_MAX, &uid) == -1 ||
	    number_read(words[2], 0, UINT32_MAX, &gid) == -1 ||
	    word_read_in_place(words[3]) == -1 ||
	    word_read_in_place(words[4]) == -1)
		return (-1);
	entry->uid = (uint32_t)uid;
	entry->gid = (uint32_t)gid;
	entry->owner = name_pool_keep(owners, words[3]);
	entry->group = name_pool_keep(owners, words[4]);
	return (read_flags(words[5], reader->index->entries.traits, entry));
}

/* Takes over the attributes of an entry of the same kind. */
static void
copy_attributes(const struct entry *from, struct entry *to)
{
	to->mode = from->mode;
	to->uid = from->uid;
	to->gid = from->gid;
	to->owner = from->owner;
	to->group = from->group;
	to->changed = from->changed;
	to->traits = from->traits;
}

/* Returns the entry whose attributes those of one of this kind repeat. */
static struct entry *
find_last(struct index_reader *reader, enum entry_kind kind)
{
	static const char kinds[] = "fdlhbc";
	const char *found = strchr(kinds, (char)kind);

	return (&reader->last[found != NULL ? found - kinds :
	    INDEX_KINDS - 1]);
}

int
index_reader_entry(struct index_reader *reader, struct entry *entry,
    struct failure *why)
{
	char **words = reader->words;
	int64_t seconds;
	int64_t nanoseconds;

	if (index_reader_line(reader, why) == -1)
		return (-1);
	if (reader->count < 3 || words[0][0] == '\0' || words[0][1] != '\0')
		return (index_reader_refuse(reader, why, "it is no entry"));
	entry->kind = (enum entry_kind)words[0][0];
	const int content = read_content(reader, entry, words + 3,
	    reader->count - 3);

	if (content == -1)
		return (index_reader_refuse(reader, why,
		    "its kind and its end differ"));
	const size_t left = reader->count - 3 - (size_t)content;
	struct entry *last = find_last(reader, entry->kind);

	if (number_read(words[1], -INDEX_WORD_SECONDS, INDEX_WORD_SECONDS,
	    &seconds) == -1 ||
	    number_read(words[2], 0, 999999999, &nanoseconds) == -1)
		return (index_reader_refuse(reader, why, "its time is wrong"));
	if (left == 0 && last->kind == entry->kind) {
		copy_attributes(last, entry);
		seconds += reader->before;
	} else if (left != ATTRIBUTE_COUNT ||
	    read_attributes(reader, entry, words + 3 + content) == -1) {
		return (index_reader_refuse(reader, why,
		    "its attributes are wrong"));
	} else {
		copy_attributes(entry, last);
		last->kind = entry->kind;
	}
	if (seconds < -INDEX_WORD_SECONDS || seconds > INDEX_WORD_SECONDS)
		return (index_reader_refuse(reader, why, "its time is wrong"));
	entry->mtime = seconds;
	entry->mtime_nanoseconds = (uint32_t)nanoseconds;
	reader->before = seconds;
	return (0);
}

