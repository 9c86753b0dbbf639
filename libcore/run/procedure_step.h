#ifndef LIBCORE_RUN_PROCEDURE_STEP_H
#define LIBCORE_RUN_PROCEDURE_STEP_H

#include <stdbool.h>
#include <stdint.h>

#include "../base/words.h"

struct failure;
struct procedure_terms;
struct setting;

/* What a step is carried out for, one after the other. */
enum procedure_turn {
	PROCEDURE_NO_TURN,
	PROCEDURE_TURN_NODE,		/* each node that holds groups */
	PROCEDURE_TURN_GROUP		/* each group of such a node */
};

/* A step; words that are not there are empty, strings NULL. */
struct procedure_step {
	char		*id;		/* unique in the procedure */
	char		*title;		/* "stop the local JobCenter" */
	char		*source;	/* where the guide says so, or NULL */
	char		*before;	/* the id of the step that it goes
					 * before, or NULL: as it stands */
	char		*on;		/* the role of the nodes it is for */
	enum procedure_turn turn;	/* what it is repeated for */
	struct words	 given;		/* conditions that must all hold */
	struct words	 each;		/* values it is done for, in turn */
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

/* How long a command may take unless its step says otherwise. */
#define PROCEDURE_TIMEOUT	(INT64_C(600) * INT64_C(1000000000))

/*
 * Reads the step group and checks all of it but that its id is unique.
 * Returns 0 with the empty step filled, or -1 with why set (CONFIG, with file
 * and line) and some of step filled.
 */
int
procedure_step_read(const struct setting *group,
    const struct procedure_terms *terms, struct procedure_step *step,
    struct failure *why);

/* Frees what step has, which may be empty. */
void
procedure_step_release(struct procedure_step *step);

#endif
