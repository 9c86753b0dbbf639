#ifndef LIBCORE_RUN_PLAN_H
#define LIBCORE_RUN_PLAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "../base/words.h"

struct failure;
struct procedure;
struct values;

/*
 * A plan: exactly what a run will do, in order, each command complete.  It
 * is plain data that a pure function makes of a procedure, values and
 * places; making it again of the same gives the same.
 */

/* The commands that a step may have. */
enum plan_part {
	PLAN_WHEN,			/* exit 0: the step applies */
	PLAN_UNLESS,			/* exit 0: it is so already */
	PLAN_CHECK,			/* of a step without effect */
	PLAN_RUN,			/* the act of one with an effect */
	PLAN_VERIFY,
	PLAN_UNDO,
	PLAN_UNDONE,			/* exit 0: it is put back */
	PLAN_PARTS
};

struct plan_command {
	struct words	 argv;		/* empty: there is none */
	char		*input;		/* a file that it reads, or NULL */
	bool		 is_tool;	/* began with "@NAME" */
};

struct plan_step {
	char			*key;	/* unique: ID, ID.ROUND, ...@PLACE */
	char			*title;
	char			*source;	/* or NULL */
	size_t			 place;		/* index of the plan's places */
	struct plan_command	 commands[PLAN_PARTS];
	char			*confirm;	/* or NULL */
	bool			 by_person;	/* who confirms it did it: not
						 * before the run is there */
	char			*put_back;	/* what is so when a person has
						 * put it back, who does that as
						 * well, or NULL */
	char			*irreversible;	/* or NULL */
	char			*keeps;		/* or NULL */
	bool			 residue;
	int64_t			 timeout;	/* nanoseconds */
	int64_t			 within;
	int64_t			 retry;
};

struct plan {
	char			*title;
	struct words		 places;
	struct plan_step	*steps;
	size_t			 count;
};

/* A place where steps are carried out: this machine, or a node. */
struct plan_place {
	const char	*name;		/* what $node stands for there */
	struct words	 roles;		/* "standby", "all", ... */
};

/*
 * What a first word "@NAME" of a command stands for: a script with verbs.
 */
struct plan_tool {
	const char	*name;		/* "cluster", without the @ */
	struct words	 prefix;	/* replaces the word */
	const char	*input;		/* is read by the command, or NULL */
};

/*
 * All that a plan is made of, besides the procedure.  With turns, each of
 * these is complete in itself and has the same places, in other roles.
 */
struct plan_source {
	const struct values		*values;
	const struct plan_place		*places;
	size_t				 place_count;
	const struct plan_tool		*tools;
	size_t				 tool_count;
	const struct plan_source	*turns;		/* or none: one turn */
	size_t				 turn_count;
	const char			*name;		/* of a turn, for keys;
							 * NULL: none */
};

/*
 * Makes the plan of procedure: steps whose "given" conditions do not hold
 * are left out; successive steps with the same role form a block, which is
 * carried out as a whole at one place after the other, in the order of the
 * places.  Successive steps with a turn are carried out as a whole for one
 * turn of source after the other, and within it those of inner turns.  A step
 * with "each" has a round for each of its values.  With several rounds a key
 * is ID.ROUND, in a turn with a name ID:NAME unless that is the place, and with
 * several places it ends in @PLACE.
 * Returns the plan, the caller's, or NULL with why set (CONFIG).  Pure.
 */
struct plan *
plan_make(const struct procedure *procedure, const struct plan_source *source,
    struct failure *why);

void
plan_free(struct plan *plan);

/* Returns the number of the step key, or plan->count when there is none. */
size_t
plan_find(const struct plan *plan, const char *key);

/*
 * Whether a person means step by name: its key, or its identifier alone, which
 * is that of each of its rounds, turns and places.
 */
bool
plan_step_is_named(const struct plan_step *step, const char *name);

/* Returns the word that people know part by: "when", "run", ... */
const char *
plan_part_name(enum plan_part part);

#endif
