#ifndef LIBCORE_RUN_PAST_H
#define LIBCORE_RUN_PAST_H

#include <stdbool.h>

struct failure;
struct history;
struct scheme;
struct text;
struct words;

/*
 * The runs that a program has behind it: what the next one depends on.
 */
struct past {
	const struct scheme	*scheme;
	const char		*directory;	/* of the journals */
	const char		*program;	/* that resumes them */
	const char		*cluster;	/* only over it, or NULL */
	const struct words	*ids;		/* of its runs, the one that was
						 * last worked on at the end;
						 * NULL: of all journals */
};

/*
 * Adds to ids the runs that past may have, the one that was last worked on at
 * the end.  Returns 0, or -1 with why set.
 */
int
past_list(const struct past *past, struct words *ids, struct failure *why);

/*
 * Reads the run id.  Returns 1 with history filled, the caller's, 0 when it is
 * none of past's, or -1 with why set.  A journal that is damaged is none of
 * a cluster's, for it may be another one's.
 */
int
past_read(const struct past *past, const char *id, struct history *history,
    struct failure *why);

/*
 * Whether the run of history has ended, and nothing is to be looked after: also
 * when a person left it as it is.
 */
bool
past_is_over(const struct history *history);

/*
 * Refuses to begin another run while something stands that any run of past
 * did and has not finished, for that would be lost sight of.  The lock is
 * held.  Returns 0, or -1 with why set: FAILED, for nothing was done and the
 * caller's run is not the one that can be resumed, or that nobody can tell.
 */
int
past_may_begin(const struct past *past, struct failure *why);

/*
 * Finds the run, other than but, that past_may_begin() refuses another one for;
 * but may be NULL.  Returns 1, with id and why set, 0, or -1 with why set.
 */
int
past_find_open(const struct past *past, const char *but, struct text *id,
    struct failure *why);

#endif
