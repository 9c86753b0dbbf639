#include <config.h>

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "../../libcore/base/clock.h"
#include "../../libcore/base/failure.h"
#include "../../libcore/base/memory.h"
#include "../../libcore/base/number.h"
#include "../../libcore/base/text.h"
#include "../base/word.h"
#include "../tree/name_pool.h"
#include "../tree/traits.h"
#include "index.h"
#include "index_word.h"

enum {
	WORD_LIMIT = 13,		/* words of the longest line */
	SHORTEST = 8,			/* bytes that say an entry */
	ATTRIBUTE_COUNT = 6		/* words that say all attributes */
};

/* The text in work: a line at a time, split into words. */
struct reader {
	struct index	*index;
	char		*next;		/* the rest of the text */
	char		*end;
	size_t		 line;
	char		*words[WORD_LIMIT];
	size_t		 count;
	int64_t		 before;	/* seconds of the entry before */
	const struct entry *last[INDEX_KINDS];	/* with their attributes */
	struct traits_draft draft;	/* the set of traits in work */
};

static int
refuse(const struct reader *reader, struct failure *why, const char *what)
{
	failure_set(why, EXITCODE_DATA, "line %zu of the index is damaged: %s",
	    reader->line, what);
	return (-1);
}

/* Returns the next line, as a string, or NULL with why set. */
static char *
take_line(struct reader *reader, struct failure *why)
{
	char *line = reader->next;

	reader->line++;
	char *newline = memchr(line, '\n', (size_t)(reader->end - line));

	if (newline == NULL) {
		(void)refuse(reader, why, "it is not ended");
		return (NULL);
	}
	*newline = '\0';
	reader->next = newline + 1;
	if (memchr(line, '\0', (size_t)(newline - line)) == NULL)
		return (line);
	(void)refuse(reader, why, "it holds a NUL");
	return (NULL);
}

/* Splits the next line.  Returns 0, or -1 with why set. */
static int
read_line(struct reader *reader, struct failure *why)
{
	char *line = take_line(reader, why);

	if (line == NULL)
		return (-1);
	reader->count = 0;
	for (;;) {
		if (reader->count == WORD_LIMIT)
			return (refuse(reader, why, "it has too many words"));
		reader->words[reader->count++] = line;
		line = strchr(line, ' ');
		if (line == NULL)
			return (0);
		*line++ = '\0';
	}
}

static int
read_member(struct reader *reader, struct index_member *member,
    struct failure *why)
{
	char **words = reader->words;
	uint32_t crc = 0;
	size_t digits = 0;

	if (reader->count != 4 ||
	    number_read(words[1], 0, INT64_MAX, &member->offset) == -1 ||
	    number_read(words[2], 0, INT64_MAX, &member->raw) == -1)
		return (refuse(reader, why, "it is no member"));
	for (; words[3][digits] != '\0'; digits++) {
		const int digit = word_digit(words[3][digits]);

		if (digit < 0 || digits == 8)
			return (refuse(reader, why, "its checksum is none"));
		crc = crc << 4 | (uint32_t)digit;
	}
	member->crc = crc;
	return (0);
}

/*
 * Reads the next line, which is to be key and one word more.  Returns that
 * word, or NULL with why set.
 */
static char *
read_value(struct reader *reader, const char *key, struct failure *why)
{
	if (read_line(reader, why) == -1)
		return (NULL);
	if (reader->count != 2 || strcmp(reader->words[0], key) != 0) {
		(void)refuse(reader, why, "it is not the one expected here");
		return (NULL);
	}
	return (reader->words[1]);
}

static int
read_head(struct reader *reader, struct failure *why)
{
	struct index *index = reader->index;
	int64_t seconds;
	int64_t nanoseconds;
	char *value = read_value(reader, "nqsbackup-index", why);

	if (value == NULL)
		return (-1);
	if (strcmp(value, "2") != 0) {
		failure_set(why, EXITCODE_DATA,
		    "the index is of the unknown version '%s'", value);
		return (-1);
	}
	if ((value = read_value(reader, "format", why)) == NULL)
		return (-1);
	index->format = strcmp(value, "pax") == 0 ? TAR_PAX : TAR_USTAR;
	if (index->format == TAR_USTAR && strcmp(value, "ustar") != 0)
		return (refuse(reader, why, "the format is unknown"));
	if ((value = read_value(reader, "created", why)) == NULL)
		return (-1);
	if (index_word_time(value, &seconds, &nanoseconds) == -1 ||
	    number_multiply(seconds, CLOCK_SECOND, &index->created) == -1 ||
	    number_add(index->created, nanoseconds, &index->created) == -1)
		return (refuse(reader, why, "the time is wrong"));
	if ((value = read_value(reader, "host", why)) == NULL)
		return (-1);
	index->host = word_read(value);
	return (index->host == NULL ?
	    refuse(reader, why, "a name is escaped wrongly") : 0);
}

static int
read_tree(struct reader *reader, struct index *index, struct failure *why)
{
	char *name = reader->count == 2 ? word_read(reader->words[1]) : NULL;

	if (name == NULL)
		return (refuse(reader, why, "it is no tree"));
	if (index->trees.count == INDEX_TREE_LIMIT) {
		free(name);
		return (refuse(reader, why, "there are too many trees"));
	}
	words_add(&index->trees, name);
	free(name);
	return (0);
}

/* Reads the line of the manifest, which reader has. */
static int
read_manifest(struct reader *reader, struct failure *why)
{
	struct entry *manifest = &reader->index->manifest;

	index_begin_manifest(reader->index);
	if (reader->count != 3 || strcmp(reader->words[0], "manifest") != 0 ||
	    number_read(reader->words[1], 0, INT64_MAX,
	    &manifest->size) == -1 ||
	    strlen(reader->words[2]) != DIGEST_TEXT_ROOM - 1 ||
	    digest_read(reader->words[2], manifest->digest) == -1)
		return (refuse(reader, why, "it is no manifest"));
	return (0);
}

/* Ends the set of traits in work, if there is one. */
static int
finish_traits(struct reader *reader, struct failure *why)
{
	struct traits_pool *pool = entry_list_traits(&reader->index->entries);
	const size_t count = traits_pool_count(pool);
	const struct traits *traits;

	if (reader->draft.count == 0)
		return (0);
	if (traits_pool_take(pool, &reader->draft, &traits) == -1)
		return (refuse(reader, why, "there are too many before it"));
	return (traits->number == count ? 0 :
	    refuse(reader, why, "one before it is there twice"));
}

/* Reads a trait of the set in work, or of the one behind it. */
static int
read_trait(struct reader *reader, struct failure *why)
{
	struct traits_draft *draft = &reader->draft;
	const struct traits_pool *pool = entry_list_traits(
	    &reader->index->entries);
	char **words = reader->words;
	struct text value = { 0 };
	int64_t number;

	if (reader->count != 4 || word_read_in_place(words[2]) == -1 ||
	    number_read(words[1], 1, INT32_MAX, &number) == -1)
		return (refuse(reader, why, "it is no attribute"));
	if ((size_t)number == traits_pool_count(pool) + 2 &&
	    finish_traits(reader, why) == -1)
		return (-1);
	const bool good = (size_t)number == traits_pool_count(pool) + 1 &&
	    (draft->count == 0 ||
	    strcmp(draft->items[draft->count - 1].name, words[2]) < 0) &&
	    word_read_bytes(words[3], &value) == 0 && traits_draft_add(draft,
	    words[2], value.bytes, value.length) == 0;

	text_release(&value);
	return (good ? 0 : refuse(reader, why, "it is no attribute"));
}

/* Reads trees, members and traits, and the manifest's line behind them. */
static int
read_places(struct reader *reader, struct failure *why)
{
	struct index *index = reader->index;
	int rc = 0;

	while (rc == 0) {
		if (read_line(reader, why) == -1)
			return (-1);
		if (strcmp(reader->words[0], "tree") == 0)
			rc = read_tree(reader, index, why);
		else if (strcmp(reader->words[0], "member") == 0)
			rc = read_member(reader, index_add_member(index),
			    why);
		else if (strcmp(reader->words[0], "extended") == 0)
			rc = read_trait(reader, why);
		else
			return (finish_traits(reader, why) == -1 ? -1 :
			    read_manifest(reader, why));
	}
	return (-1);
}

/* Reads how many entries there are, and makes them with their names. */
static int
read_names(struct reader *reader, struct failure *why)
{
	struct entry_list *entries = &reader->index->entries;
	const char *value = read_value(reader, "entries", why);
	int64_t count;

	/* Each has two lines yet to come, so a lie makes no list too long. */
	if (value == NULL)
		return (-1);
	if (number_read(value, 0, (int64_t)(reader->end - reader->next) /
	    SHORTEST, &count) == -1)
		return (refuse(reader, why, "there are not so many"));
	entry_list_reserve(entries, (size_t)count);
	for (; count > 0; count--) {
		struct entry *entry = entry_list_add(entries);

		entry->lent = true;
		entry->name = take_line(reader, why);
		if (entry->name == NULL)
			return (-1);
		if (word_read_in_place(entry->name) == -1)
			return (refuse(reader, why,
			    "a name is escaped wrongly"));
		/* Lines without end that are alike pack to next to nothing. */
		if (entries->count > 1 && entry_compare_names(entry[-1].name,
		    entry->name) >= 0)
			return (refuse(reader, why, "it is not in order"));
	}
	return (0);
}

/*
 * Reads what only some kinds of entries have, of which there are count words
 * at words.  Returns how many that are, or -1.
 */
static int
read_content(const struct reader *reader, struct entry *entry, char **words,
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
		entry->target = word_read(words[0]);
		return (entry->target == NULL ? -1 : 1);
	case ENTRY_LINK:
		if (count < 1 || word_read_in_place(words[0]) == -1)
			return (-1);
		/* Whether it is there and is a file is seen later. */
		entry->first = (size_t)entry_list_find(
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
read_attributes(const struct reader *reader, struct entry *entry,
    char **words)
{
	struct name_pool *owners = index_owners(reader->index);

	if (index_word_mode(words[0], &entry->mode) == -1 ||
	    number_read(words[1], 0, UINT32_MAX, &entry->uid) == -1 ||
	    number_read(words[2], 0, UINT32_MAX, &entry->gid) == -1 ||
	    word_read_in_place(words[3]) == -1 ||
	    word_read_in_place(words[4]) == -1)
		return (-1);
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

static const struct entry **
find_last(struct reader *reader, enum entry_kind kind)
{
	static const char kinds[] = "fdlhbc";
	const char *found = strchr(kinds, (char)kind);

	return (&reader->last[found != NULL ? found - kinds :
	    INDEX_KINDS - 1]);
}

/* Reads the next line, which is that of entry. */
static int
read_entry(struct reader *reader, struct entry *entry, struct failure *why)
{
	char **words = reader->words;
	int64_t seconds;
	int64_t nanoseconds;

	if (read_line(reader, why) == -1)
		return (-1);
	if (reader->count < 3 || words[0][0] == '\0' || words[0][1] != '\0')
		return (refuse(reader, why, "it is no entry"));
	entry->kind = (enum entry_kind)words[0][0];
	const int content = read_content(reader, entry, words + 3,
	    reader->count - 3);

	if (content == -1)
		return (refuse(reader, why, "its kind and its end differ"));
	const size_t left = reader->count - 3 - (size_t)content;
	const struct entry **last = find_last(reader, entry->kind);

	if (number_read(words[1], -INDEX_WORD_SECONDS, INDEX_WORD_SECONDS,
	    &seconds) == -1 ||
	    number_read(words[2], 0, 999999999, &nanoseconds) == -1)
		return (refuse(reader, why, "its time is wrong"));
	if (left == 0 && *last != NULL) {
		copy_attributes(*last, entry);
		seconds += reader->before;
	} else if (left != ATTRIBUTE_COUNT ||
	    read_attributes(reader, entry, words + 3 + content) == -1) {
		return (refuse(reader, why, "its attributes are wrong"));
	}
	if (seconds < -INDEX_WORD_SECONDS || seconds > INDEX_WORD_SECONDS)
		return (refuse(reader, why, "its time is wrong"));
	entry->mtime.tv_sec = (time_t)seconds;
	entry->mtime.tv_nsec = (long)nanoseconds;
	reader->before = seconds;
	*last = entry;
	return (0);
}

/* Reads the lines of all entries, and the last line. */
static int
read_entries(struct reader *reader, struct failure *why)
{
	struct entry_list *entries = &reader->index->entries;

	for (size_t i = 0; i < entries->count; i++) {
		if (read_entry(reader, &entries->list[i], why) == -1)
			return (-1);
	}
	if (read_line(reader, why) == -1)
		return (-1);
	if (reader->count != 1 || reader->next != reader->end ||
	    strcmp(reader->words[0], "end") != 0)
		return (refuse(reader, why, "it is no end"));
	return (0);
}

/* Reads all up to the names; index then holds text. */
static int
begin(struct reader *reader, struct text *text, struct failure *why)
{
	const size_t length = text->length;

	reader->index->names = text_take(text);
	reader->index->knows_traits = true;
	reader->next = reader->index->names;
	reader->end = reader->next + length;
	if (reader->next == reader->end) {
		failure_set(why, EXITCODE_DATA, "the index is empty");
		return (-1);
	}
	if (read_head(reader, why) == -1 || read_places(reader, why) == -1)
		return (-1);
	return (read_names(reader, why));
}

int
index_read(struct text *text, struct index *index, struct failure *why)
{
	struct reader reader = { .index = index };
	int rc = begin(&reader, text, why);

	if (rc == 0)
		rc = read_entries(&reader, why);
	traits_draft_release(&reader.draft);
	return (rc);
}

int
index_read_names(struct text *text, struct index *index, struct failure *why)
{
	struct reader reader = { .index = index };
	const int rc = begin(&reader, text, why);

	traits_draft_release(&reader.draft);
	return (rc);
}
