#ifndef NQSBACKUP_ARCHIVE_FOREIGN_LIMITS_H
#define NQSBACKUP_ARCHIVE_FOREIGN_LIMITS_H

#include <stdint.h>

struct failure;

/*
 * How much an archive, ours or of another program, may hold before it is taken
 * for one that is to do harm: a few bytes of it can claim any size.
 */
struct foreign_limits {
	int64_t	entries;		/* 0: the default; both alike */
	int64_t	size;			/* bytes, with the holes of files */
};

/* What has been read of an archive. */
struct foreign_use {
	const struct foreign_limits	*limits;	/* complete */
	int64_t				 units;		/* entries, and memory
							 * as so many */
	int64_t				 size;		/* of all files */
};

enum { FOREIGN_LIMITS_UNIT = 512 };	/* bytes that count as an entry */

/* The options by which the verbs let them be set. */
enum { FOREIGN_LIMITS_ENTRIES = 2000, FOREIGN_LIMITS_SIZE };

#define FOREIGN_LIMITS_ROWS \
	{ FOREIGN_LIMITS_ENTRIES, "max-entries", "N", \
	    "read archives with up to this many entries" }, \
	{ FOREIGN_LIMITS_SIZE, "max-size", "SIZE", \
	    "read archives that unpack to up to this size" }

/*
 * Takes the option letter, one of FOREIGN_LIMITS_ROWS.  Returns 0, or -1 with
 * why set (USAGE).
 */
int
foreign_limits_take(struct foreign_limits *limits, int letter,
    const char *argument, struct failure *why);

/* Sets what is 0 to the default. */
void
foreign_limits_complete(struct foreign_limits *limits);

/* Returns 0, or -1 with why set (DATA) when use goes beyond its limits. */
int
foreign_use_check(const struct foreign_use *use, struct failure *why);

#endif
