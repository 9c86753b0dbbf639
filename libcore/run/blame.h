#ifndef LIBCORE_RUN_BLAME_H
#define LIBCORE_RUN_BLAME_H

#include <stdbool.h>

struct failure;
struct history;
struct jsonline;
struct text;

/*
 * What went wrong with a step, in the words that a run ends with.
 */
struct blame {
	const char	*key;		/* of the step */
	const char	*title;
	const char	*why;		/* or NULL */
	const char	*how;		/* its command ended, or NULL */
	const char	*verdict;	/* what verify said, or NULL */
	const char	*output;	/* what the command said, or NULL */
};

/*
 * Returns whether record, of a journal, is the end of a step that failed, or
 * that could not be put back.  Pure.
 */
bool
blame_is_due(const struct jsonline *record);

/* Returns what record says of what went wrong, as far as it does; borrowed. */
struct blame
blame_of_record(const struct jsonline *record);

/*
 * Adds how a command ended and the last line that says why: " (HOW): LINE", of
 * verdict, or else of output; each may be NULL.  Pure.
 */
void
blame_show_answer(const struct blame *blame, struct text *text);

/*
 * Makes failure say that the step of blame failed (FAILED), with the last line
 * that says why: verify's, or else the command's.  Pure.
 */
void
blame_failed(const struct blame *blame, struct failure *failure);

/*
 * Makes failure say that the step of blame could not be put back
 * (NEEDS_PERSON), behind which stands what failure said before.  Pure.
 */
void
blame_stuck(const struct blame *blame, struct failure *failure);

/*
 * Finds the step that made the run of history go back, unless a person asked
 * for that: returns whether there is one, with failure as blame_failed() makes
 * it.  Pure.
 */
bool
blame_find(const struct history *history, struct failure *failure);

#endif
