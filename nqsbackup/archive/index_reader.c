#include <config.h>

#include "index_reader.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "../../libcore/base/clock.h"
#include "../../libcore/base/failure.h"
#include "../../libcore/base/number.h"
#include "../../libcore/base/text.h"
#include "../base/word.h"
#include "index_word.h"

enum { SHORTEST = 8 };			/* bytes that say an entry */

int
index_reader_refuse(const struct index_reader *reader, struct failure *why,
    const char *what)
{
	failure_set(why, EXITCODE_DATA, "line %zu of the index is damaged: %s",
	    reader->line, what);
	return (-1);
}

/* Refuses a line because of a character that does not belong there. */
static int
refuse_character(const struct index_reader *reader, const char *at,
    struct failure *why)
{
	if (at == reader->end)
		return (index_reader_refuse(reader, why, "it is not ended"));
	if (*at == '\0')
		return (index_reader_refuse(reader, why, "it holds a NUL"));
	return (index_reader_refuse(reader, why, "it has too many words"));
}

int
index_reader_line(struct index_reader *reader, struct failure *why)
{
	char *at = reader->next;

	reader->line++;
	reader->count = 1;
	reader->words[0] = at;
	/* Words are short, so looking at each byte once is the fastest. */
	for (; at != reader->end && *at != '\n'; at++) {
		if ((unsigned char)*at > ' ')
			continue;
		if (*at == '\0' || (*at == ' ' &&
		    reader->count == INDEX_READER_WORDS))
			return (refuse_character(reader, at, why));
		if (*at != ' ')
			continue;
		*at = '\0';
		reader->words[reader->count++] = at + 1;
	}
	if (at == reader->end)
		return (refuse_character(reader, at, why));
	*at = '\0';
	reader->next = at + 1;
	return (0);
}

/*
 * Finds where the next line ends, with which reader then is done.  Returns
 * its newline, or NULL with why set.
 */
static char *
pass_line(struct index_reader *reader, struct failure *why)
{
	char *newline = memchr(reader->next, '\n',
	    (size_t)(reader->end - reader->next));

	reader->line++;
	if (newline == NULL)
		(void)refuse_character(reader, reader->end, why);
	else
		reader->next = newline + 1;
	return (newline);
}

int
index_reader_skip(struct index_reader *reader, size_t count,
    struct failure *why)
{
	for (; count > 0; count--) {
		if (pass_line(reader, why) == NULL)
			return (-1);
	}
	return (0);
}

char *
index_reader_name(struct index_reader *reader, const char *before,
    struct failure *why)
{
	char *name = reader->next;
	char *newline = pass_line(reader, why);

	if (newline == NULL)
		return (NULL);
	*newline = '\0';
	if (strlen(name) != (size_t)(newline - name))
		(void)refuse_character(reader, name + strlen(name), why);
	else if (word_read_in_place(name) == -1)
		(void)index_reader_refuse(reader, why,
		    "a name is escaped wrongly");
	/* Lines without end that are alike pack to next to nothing. */
	else if (before != NULL && entry_compare_names(before, name) >= 0)
		(void)index_reader_refuse(reader, why, "it is not in order");
	else
		return (name);
	return (NULL);
}

static int
read_member(struct index_reader *reader, struct index_member *member,
    struct failure *why)
{
	char **words = reader->words;
	uint32_t crc = 0;
	size_t digits = 0;

	if (reader->count != 4 ||
	    number_read(words[1], 0, INT64_MAX, &member->offset) == -1 ||
	    number_read(words[2], 0, INT64_MAX, &member->raw) == -1)
		return (index_reader_refuse(reader, why, "it is no member"));
	for (; words[3][digits] != '\0'; digits++) {
		const int digit = word_digit(words[3][digits]);

		if (digit < 0 || digits == 8)
			return (index_reader_refuse(reader, why,
			    "its checksum is none"));
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
read_value(struct index_reader *reader, const char *key, struct failure *why)
{
	if (index_reader_line(reader, why) == -1)
		return (NULL);
	if (reader->count != 2 || strcmp(reader->words[0], key) != 0) {
		(void)index_reader_refuse(reader, why,
		    "it is not the one expected here");
		return (NULL);
	}
	return (reader->words[1]);
}

static int
read_head(struct index_reader *reader, struct failure *why)
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
		return (index_reader_refuse(reader, why,
		    "the format is unknown"));
	if ((value = read_value(reader, "created", why)) == NULL)
		return (-1);
	if (index_word_time(value, &seconds, &nanoseconds) == -1 ||
	    number_multiply(seconds, CLOCK_SECOND, &index->created) == -1 ||
	    number_add(index->created, nanoseconds, &index->created) == -1)
		return (index_reader_refuse(reader, why, "the time is wrong"));
	if ((value = read_value(reader, "host", why)) == NULL)
		return (-1);
	index->host = word_read(value);
	return (index->host == NULL ?
	    index_reader_refuse(reader, why, "a name is escaped wrongly") : 0);
}

static int
read_tree(struct index_reader *reader, struct index *index, struct failure *why)
{
	char *name = reader->count == 2 ? word_read(reader->words[1]) : NULL;

	if (name == NULL)
		return (index_reader_refuse(reader, why, "it is no tree"));
	if (index->trees.count == INDEX_TREE_LIMIT) {
		free(name);
		return (index_reader_refuse(reader, why,
		    "there are too many trees"));
	}
	words_add(&index->trees, name);
	free(name);
	return (0);
}

/* Reads the line of the manifest, which reader has. */
static int
read_manifest(struct index_reader *reader, struct failure *why)
{
	struct entry *manifest = &reader->index->manifest;

	index_begin_manifest(reader->index);
	if (reader->count != 3 || strcmp(reader->words[0], "manifest") != 0 ||
	    number_read(reader->words[1], 0, INT64_MAX,
	    &manifest->size) == -1 ||
	    strlen(reader->words[2]) != DIGEST_TEXT_ROOM - 1 ||
	    digest_read(reader->words[2], manifest->digest) == -1)
		return (index_reader_refuse(reader, why, "it is no manifest"));
	return (0);
}

/* Ends the set of traits in work, if there is one. */
static int
finish_traits(struct index_reader *reader, struct failure *why)
{
	struct traits_pool *pool = entry_list_traits(&reader->index->entries);
	const size_t count = traits_pool_count(pool);
	const struct traits *traits;

	if (reader->draft.count == 0)
		return (0);
	if (traits_pool_take(pool, &reader->draft, &traits) == -1)
		return (index_reader_refuse(reader, why,
		    "there are too many before it"));
	return (traits->number == count ? 0 :
	    index_reader_refuse(reader, why, "one before it is there twice"));
}

/* Reads a trait of the set in work, or of the one behind it. */
static int
read_trait(struct index_reader *reader, struct failure *why)
{
	struct traits_draft *draft = &reader->draft;
	const struct traits_pool *pool = entry_list_traits(
	    &reader->index->entries);
	char **words = reader->words;
	struct text value = { 0 };
	int64_t number;

	if (reader->count != 4 || word_read_in_place(words[2]) == -1 ||
	    number_read(words[1], 1, INT32_MAX, &number) == -1)
		return (index_reader_refuse(reader, why, "it is no attribute"));
	if ((size_t)number == traits_pool_count(pool) + 2 &&
	    finish_traits(reader, why) == -1)
		return (-1);
	const bool good = (size_t)number == traits_pool_count(pool) + 1 &&
	    (draft->count == 0 ||
	    strcmp(draft->items[draft->count - 1].name, words[2]) < 0) &&
	    word_read_bytes(words[3], &value) == 0 && traits_draft_add(draft,
	    words[2], value.bytes, value.length) == 0;

	text_release(&value);
	return (good ? 0 : index_reader_refuse(reader, why,
	    "it is no attribute"));
}

/* Reads trees, members and traits, and the manifest's line behind them. */
static int
read_places(struct index_reader *reader, struct failure *why)
{
	struct index *index = reader->index;
	int rc = 0;

	while (rc == 0) {
		if (index_reader_line(reader, why) == -1)
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

int
index_reader_begin(struct index_reader *reader, struct index *index,
    struct text *text, struct failure *why)
{
	const size_t length = text->length;

	*reader = (struct index_reader){ .index = index };
	index->names = text_take(text);
	index->knows_traits = true;
	reader->next = index->names;
	reader->end = reader->next + length;
	if (reader->next == reader->end) {
		failure_set(why, EXITCODE_DATA, "the index is empty");
		return (-1);
	}
	return (read_head(reader, why) == -1 ? -1 :
	    read_places(reader, why));
}

int
index_reader_count(struct index_reader *reader, size_t *count,
    struct failure *why)
{
	const char *value = read_value(reader, "entries", why);
	int64_t number;

	if (value == NULL)
		return (-1);
	/* Each has two lines yet to come, so a lie makes no list too long. */
	if (number_read(value, 0, (int64_t)(reader->end - reader->next) /
	    SHORTEST, &number) == -1)
		return (index_reader_refuse(reader, why,
		    "there are not so many"));
	*count = (size_t)number;
	return (0);
}
