#ifndef NQSBACKUP_ARCHIVE_INDEX_READER_H
#define NQSBACKUP_ARCHIVE_INDEX_READER_H

#include <stddef.h>
#include <stdint.h>

#include "../tree/traits.h"
#include "index.h"

struct failure;
struct text;

enum { INDEX_READER_WORDS = 13 };	/* of the longest line */

/*
 * The text of an index in work, a line at a time, in place; for index_read.c
 * and index_find.c alone.  Calling sequence: index_reader_begin,
 * index_reader_count, as many names by index_reader_name, as many entries by
 * index_reader_entry, traits_draft_release.
 */
struct index_reader {
	struct index	*index;
	char		*next;		/* the rest of the text */
	char		*end;
	size_t		 line;
	char		*words[INDEX_READER_WORDS];
	size_t		 count;
	const char	*link;		/* what the last entry is a further
					 * name of, if it is one */
	int64_t		 before;	/* seconds of the entry before */
	struct entry	 last[INDEX_KINDS];	/* kind: 0, or whose
						 * attributes they are */
	struct traits_draft draft;	/* the set of traits in work */
};

/*
 * Fills why with DATA, the line of reader, and what.  Returns -1.
 */
int
index_reader_refuse(const struct index_reader *reader, struct failure *why,
    const char *what);

/*
 * Splits the next line into words.  Returns 0, or -1 with why set.
 */
int
index_reader_line(struct index_reader *reader, struct failure *why);

/*
 * Fills reader, and reads into index, which is zeroed and takes text, all up
 * to the names.  Returns 0, or -1 with why set.
 */
int
index_reader_begin(struct index_reader *reader, struct index *index,
    struct text *text, struct failure *why);

/*
 * Reads how many entries there are, which is not more than fit into the text.
 * Returns 0, or -1 with why set.
 */
int
index_reader_count(struct index_reader *reader, size_t *count,
    struct failure *why);

/*
 * Returns the next name, which belongs to the index and comes behind before,
 * the last one (NULL: it is the first); or NULL with why set.
 */
char *
index_reader_name(struct index_reader *reader, const char *before,
    struct failure *why);

/*
 * Passes over the next count names.  Returns 0, or -1 with why set.
 */
int
index_reader_skip(struct index_reader *reader, size_t count,
    struct failure *why);

/*
 * Reads the next line, which is that of entry, of which only the name is set.
 * Returns 0, or -1 with why set.
 */
int
index_reader_entry(struct index_reader *reader, struct entry *entry,
    struct failure *why);

#endif
