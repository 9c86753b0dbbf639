#ifndef NQSBACKUP_ARCHIVE_INDEX_CHECK_H
#define NQSBACKUP_ARCHIVE_INDEX_CHECK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct entry;
struct failure;
struct index;

/*
 * What index_check() is made of, for index_find.c alone, which goes through
 * the entries of an index without making a list of them.
 */

/* An entry that the one in work may lie in. */
struct index_above {
	const char	*name;
	size_t		 length;
	bool		 directory;
};

/* All that has to be known of the entries before; above is for free(). */
struct index_checker {
	const struct index	*index;
	int64_t			 raw;	/* where the index begins */
	int64_t			 at;	/* where the next entry begins */
	struct index_above	*above;	/* the nearest last */
	size_t			 count;
	size_t			 room;
};

/*
 * Checks the next entry, whose name comes behind the one before, but not
 * whether that which it may be a link of, named link, is there; and sets
 * where it is.  Names of entries are borrowed.  Returns 0, or -1 with why
 * set (DATA).
 */
int
index_check_next(struct index_checker *checker, struct entry *entry,
    const char *link, struct failure *why);

/* Checks the names of the trees.  Returns 0, or -1 with why set (DATA). */
int
index_check_trees(const struct index *index, struct failure *why);

/*
 * Checks the members, offset and raw being as in index_check().  Returns 0,
 * or -1 with why set (DATA).
 */
int
index_check_members(const struct index *index, int64_t offset, int64_t raw,
    struct failure *why);

#endif
