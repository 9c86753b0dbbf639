#ifndef LIBCORE_RUN_PROCEDURE_H
#define LIBCORE_RUN_PROCEDURE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "../base/words.h"

struct failure;

/*
 * A procedure: the ordered steps of a guide, as data.  The engine knows
 * nothing of what they are about.  The format is nqstools.procedure(5).
 */

/* A step; words that are not there are empty, strings NULL. */
struct procedure_step {
	char		*id;		/* unique in the procedure */
	char		*title;		/* "stop the local JobCenter" */
	char		*source;	/* where the guide says so, or NULL */
	char		*on;		/* the role of the nodes it is for */
	struct words	 given;		/* conditions that must all hold */
	struct words	 when;		/* exit 0: the step applies */
	struct words	 unless;	/* exit 0: it is so already */
	char		*confirm;	/* what a person must confirm */

	/* A step has either check or run. */
	struct words	 check;		/* exit 0: good; has no effect */
	struct words	 run;		/* the act */
	char		*input;		/* a file that run reads, or NULL */
	struct words	 verify;	/* 0: is so, 1 or 3: is not so */

	/* A step with run has one of these three. */
	struct words	 undo;		/* puts it back */
	struct words	 undone;	/* 0: it is put back; empty: that
					 * verify says no */
	char		*irreversible;	/* why it cannot be put back */
	char		*keeps;		/* why there is nothing to put back */

	bool		 residue;	/* is put back in any case */
	int64_t		 timeout;	/* of each command, nanoseconds */
	int64_t		 within;	/* how long check, verify may take to
					 * become true; nanoseconds, 0: at
					 * once */
	int64_t		 retry;		/* how often run is repeated */
};

struct procedure {
	char			*name;
	char			*title;
	char			*source;	/* the guide and chapter */
	char			*loses;		/* what is lost when a run that
						 * is done is put back later, or
						 * NULL */
	char			*path;		/* of its file */
	char			*digest;	/* of its file's bytes */
	struct words		 parameters;	/* names asked of the user */
	struct procedure_step	*steps;
	size_t			 count;
};

/* How long a command may take unless its step says otherwise. */
#define PROCEDURE_TIMEOUT	(INT64_C(600) * INT64_C(1000000000))

/*
 * Reads the procedure file path and checks all of it, so that a procedure
 * that loads is complete: ids unique, words filled in only with parameters
 * and facts, programs never with a parameter, roles out of roles, either
 * check or run, run with verify and one of undo, irreversible and keeps.
 * Returns it, the caller's, or NULL with why set (CONFIG, with file and line).
 * Reads the file, nothing else.
 */
struct procedure *
procedure_read(const char *path, const struct words *facts,
    const struct words *roles, struct failure *why);

void
procedure_free(struct procedure *procedure);

/*
 * Finds the file of the procedure name in the directories, in their order:
 * DIRECTORY/NAME.conf; a name with a slash is itself the path, which is made
 * one that is good from anywhere.  Returns it, the caller's, or NULL with why
 * set (USAGE).
 */
char *
procedure_find(const char *name, const struct words *directories,
    struct failure *why);

#endif
