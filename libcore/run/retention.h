#ifndef LIBCORE_RUN_RETENTION_H
#define LIBCORE_RUN_RETENTION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct past;

/*
 * How long journals are kept.  A run is removed when it is neither one of the
 * latest nor young, and nobody can want it any more: never one that is not
 * over, the latest of a site that is over, or one with packages that stands,
 * for it can still be put back.
 */

struct retention {
	int64_t		 last;		/* so many of the latest stay */
	int64_t		 days;		/* what is younger stays */
	const char	*archives;	/* where safety archives are, or NULL */
};

/* What is asked of a run before it is removed. */
struct retention_run {
	char		*id;
	char		*of;		/* the site and where it is */
	int64_t		 written;	/* when it ended, of the wall clock */
	bool		 is_over;
	bool		 can_go_back;
	bool		 is_kept;	/* the answer */
};

/*
 * Sets is_kept of each of the count runs, of which the one that was last worked
 * on comes last; now is of the wall clock.  Pure.
 */
void
retention_choose(const struct retention *retention,
    struct retention_run *runs, size_t count, int64_t now);

/*
 * Removes from past what retention does not keep: the safety archives of a
 * run, which lie below retention->archives, and then its journal.  What cannot
 * be removed, or understood, stays, with a warning.  The lock is held.
 */
void
retention_apply(const struct retention *retention, const struct past *past);

#endif
