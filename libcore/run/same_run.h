#ifndef LIBCORE_RUN_SAME_RUN_H
#define LIBCORE_RUN_SAME_RUN_H

#include <stdbool.h>

struct failure;
struct history;
struct scheme;
struct values;
struct words;

/*
 * Whether a run is what is asked for now by the same name: what is asked for
 * twice is done once, but something else must not be taken for it.
 */
struct same_run {
	const struct scheme	*scheme;
	const char		*program;	/* that shows the run */
	const char		*procedure;	/* a name or a path */
	const struct values	*given;		/* NAME=VALUE */
};

/*
 * Checks that the run of history has this procedure, by its path or
 * digest, and these values besides the facts.  Returns 0, or -1 with why set
 * (USAGE).  Reads the procedure.
 */
int
same_run_check(const struct same_run *same, const struct history *history,
    struct failure *why);

/* Says that the what of run id is not as asked, but has; returns -1. */
int
same_run_refuse(const struct same_run *same, const char *id,
    const char *what, const struct words *has, struct failure *why);

/* Returns the values of name that the run of history has, or none. */
const struct words *
same_run_values(const struct history *history, const char *name);

/* Whether both have the same words in the same order. */
bool
same_run_words(const struct words *one, const struct words *other);

#endif
