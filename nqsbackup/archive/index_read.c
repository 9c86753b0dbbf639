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
#include "index.h"

enum { WORD_LIMIT = 13 };		/* words of the longest line */

/* The text in work: a line at a time, split into words. */
struct reader {
	char	*next;			/* the rest of the text */
	char	*end;
	size_t	 line;
	char	*words[WORD_LIMIT];
	size_t	 count;
};

static int
refuse(const struct reader *reader, struct failure *why, const char *what)
{
	failure_set(why, EXITCODE_DATA, "line %zu of the index is damaged: %s",
	    reader->line, what);
	return (-1);
}

/* Splits the next line.  Returns 0, or -1 with why set. */
static int
read_line(struct reader *reader, struct failure *why)
{
	char *line = reader->next;

	reader->line++;
	char *newline = memchr(line, '\n', (size_t)(reader->end - line));

	if (newline == NULL)
		return (refuse(reader, why, "it is not ended"));
	*newline = '\0';
	if (strlen(line) != (size_t)(newline - line))
		return (refuse(reader, why, "it holds a NUL"));
	reader->next = newline + 1;
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

/* Reads SECONDS.NANOSECONDS, nine digits behind the point. */
static int
read_time(char *word, int64_t *seconds, int64_t *nanoseconds)
{
	char *point = strchr(word, '.');

	if (point == NULL || strlen(point + 1) != 9)
		return (-1);
	*point = '\0';
	/* A time_t of 64 bits, with room for arithmetic. */
	if (number_read(word, INT64_MIN / 4, INT64_MAX / 4, seconds) == -1)
		return (-1);
	return (number_read(point + 1, 0, 999999999, nanoseconds));
}

static int
read_mode(const char *word, unsigned *mode)
{
	unsigned value = 0;

	if (strlen(word) != 4)
		return (-1);
	for (; *word != '\0'; word++) {
		if (*word < '0' || *word > '7')
			return (-1);
		value = value * 8 + (unsigned)(*word - '0');
	}
	*mode = value;
	return (0);
}

/* Reads OFFSET+LENGTH,... into the pieces of entry. */
static int
read_map(char *word, struct entry *entry)
{
	if (strcmp(word, "-") == 0)
		return (0);
	if (*word++ != 's')
		return (-1);
	entry->sparse = true;
	while (*word != '\0') {
		char *plus = strchr(word, '+');
		int64_t offset;
		int64_t length;

		if (plus == NULL)
			return (-1);
		*plus++ = '\0';
		char *comma = strchr(plus, ',');

		if (comma != NULL)
			*comma++ = '\0';
		if (number_read(word, 0, INT64_MAX, &offset) == -1 ||
		    number_read(plus, 0, INT64_MAX, &length) == -1)
			return (-1);
		entry_add_extent(entry, offset, length);
		word = comma != NULL ? comma : plus + strlen(plus);
	}
	return (0);
}

/* Reads what only some kinds of entries have.  Returns 0 or -1. */
static int
read_rest(struct reader *reader, struct entry *entry)
{
	char **words = reader->words + 10;
	const size_t count = reader->count - 10;
	int64_t first;

	switch (entry->kind) {
	case ENTRY_FILE:
		if (count != 3 ||
		    number_read(words[0], 0, INT64_MAX, &entry->size) == -1 ||
		    strlen(words[1]) != DIGEST_TEXT_ROOM - 1 ||
		    digest_read(words[1], entry->digest) == -1)
			return (-1);
		return (read_map(words[2], entry));
	case ENTRY_SYMLINK:
		if (count != 1)
			return (-1);
		entry->target = word_read(words[0]);
		return (entry->target == NULL ? -1 : 0);
	case ENTRY_LINK:
		if (count != 1 ||
		    number_read(words[0], 0, INT32_MAX, &first) == -1)
			return (-1);
		entry->first = (size_t)first;
		return (0);
	case ENTRY_DIRECTORY:
	case ENTRY_FIFO:
		return (count == 0 ? 0 : -1);
	default:
		return (-1);
	}
}

static int
read_entry(struct reader *reader, struct entry *entry, struct failure *why)
{
	char **words = reader->words;
	int64_t seconds;
	int64_t nanoseconds;

	if (reader->count < 10 || words[0][1] != '\0')
		return (refuse(reader, why, "it is no entry"));
	entry->kind = (enum entry_kind)words[0][0];
	entry->name = word_read(words[1]);
	entry->owner = word_read(words[5]);
	entry->group = word_read(words[6]);
	if (entry->name == NULL || entry->owner == NULL ||
	    entry->group == NULL)
		return (refuse(reader, why, "a name is escaped wrongly"));
	if (read_mode(words[2], &entry->mode) == -1 ||
	    number_read(words[3], 0, UINT32_MAX, &entry->uid) == -1 ||
	    number_read(words[4], 0, UINT32_MAX, &entry->gid) == -1 ||
	    read_time(words[7], &seconds, &nanoseconds) == -1 ||
	    number_read(words[9], 0, INT64_MAX, &entry->at) == -1)
		return (refuse(reader, why, "a number is wrong"));
	entry->mtime.tv_sec = (time_t)seconds;
	entry->mtime.tv_nsec = (long)nanoseconds;
	entry->changed = strcmp(words[8], "c") == 0;
	if (!entry->changed && strcmp(words[8], "-") != 0)
		return (refuse(reader, why, "its flag is unknown"));
	if (read_rest(reader, entry) == -1)
		return (refuse(reader, why, "its kind and its end differ"));
	return (0);
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
read_head(struct reader *reader, struct index *index, struct failure *why)
{
	int64_t seconds;
	int64_t nanoseconds;
	char *value = read_value(reader, "nqsbackup-index", why);

	if (value == NULL)
		return (-1);
	if (strcmp(value, "1") != 0) {
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
	if (read_time(value, &seconds, &nanoseconds) == -1 || seconds < 0 ||
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

/* Reads the last line, in reader, and takes the manifest's entry away. */
static int
read_end(struct reader *reader, struct index *index, struct failure *why)
{
	struct entry_list *entries = &index->entries;
	int64_t count;

	if (reader->count != 2 || reader->next != reader->end ||
	    number_read(reader->words[1], 0, INT32_MAX, &count) == -1 ||
	    (size_t)count + 1 != entries->count)
		return (refuse(reader, why, "it is no end"));
	index->manifest = entries->list[--entries->count];
	return (0);
}

int
index_read(struct text *text, struct index *index, struct failure *why)
{
	struct reader reader = { .next = text->bytes,
	    .end = text->bytes + text->length };

	if (text->length == 0) {
		failure_set(why, EXITCODE_DATA, "the index is empty");
		return (-1);
	}
	if (read_head(&reader, index, why) == -1)
		return (-1);
	for (;;) {
		int rc;

		if (read_line(&reader, why) == -1)
			return (-1);
		if (strcmp(reader.words[0], "end") == 0)
			return (read_end(&reader, index, why));
		if (strcmp(reader.words[0], "tree") == 0)
			rc = read_tree(&reader, index, why);
		else if (strcmp(reader.words[0], "member") == 0)
			rc = read_member(&reader, index_add_member(index),
			    why);
		else
			rc = read_entry(&reader,
			    entry_list_add(&index->entries), why);
		if (rc == -1)
			return (-1);
	}
}
