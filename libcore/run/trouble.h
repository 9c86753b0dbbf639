#ifndef LIBCORE_RUN_TROUBLE_H
#define LIBCORE_RUN_TROUBLE_H

#include <stdbool.h>
#include <stddef.h>

struct history;
struct jsonline;
struct progress;
struct report;
struct text;
struct words;

/*
 * What went wrong with a run, by its journal: first, which is the cause of most
 * that follows and must not get lost behind it, and now.
 */
struct trouble {
	const struct jsonline	*record;	/* borrowed; NULL: nothing */
	const struct jsonline	*begin;		/* of its act, or NULL */
	size_t			 number;	/* of the record */
};

/*
 * Finds what went wrong first in all lives of the run: a step that failed or
 * could not be put back, or else the end of a life that no step failed in, of
 * something that was not asked for.  Returns whether there is any.  Pure.
 */
bool
trouble_find_first(const struct history *history, struct trouble *trouble);

/*
 * Finds the last step that could not be put back and that is still so.  Returns
 * whether there is any.  Pure.
 */
bool
trouble_find_present(const struct history *history,
    const struct progress *progress, struct trouble *trouble);

/*
 * Sets in event what first says: first_step, first_time, first_command,
 * first_why, first_how, first_output and first_verdict, as far as it has them.
 * Pure.
 */
void
trouble_describe(const struct trouble *first, struct jsonline *event);

/*
 * Adds trouble as a sentence if it is the end of a life, which no act tells of:
 * when, at which step, and why.  Returns whether it is.  Pure.
 */
bool
trouble_tell_end(const struct trouble *trouble, struct text *text);

/*
 * Adds to lines what was tried behind first: who took the run up, what was done
 * and put back, and what failed.  Pure.
 */
void
trouble_list_since(const struct history *history, const struct trouble *first,
    struct words *lines);

/*
 * Writes trouble to report, in text: behind label the step, then its commands,
 * how they ended and all that was said.
 */
void
trouble_show(const struct trouble *trouble, const char *label,
    struct report *report);

/*
 * Writes to report, in text, what was tried behind first, as
 * trouble_list_since() has it, the last of it if it is much.
 */
void
trouble_show_since(const struct history *history, const struct trouble *first,
    struct report *report);

#endif
