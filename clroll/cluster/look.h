#ifndef CLROLL_CLUSTER_LOOK_H
#define CLROLL_CLUSTER_LOOK_H

#include <stdbool.h>

#include "../../libcore/base/exitcode.h"

struct command;
struct context;
struct failure;
struct team_answer;
struct text;

/*
 * One question to all nodes of a cluster, and its answers as lines of a
 * report, node by node.
 */
struct look {
	const char		*what;		/* "health": for the report */
	const char	*const	*argv;		/* NULL-terminated */
	bool			 by_adapter;	/* argv is for that script */
	const char		*good;		/* to be said of exit code 0;
						 * NULL: the answer itself */
	bool			 is_first;	/* tells nodes that are away */
	/* Makes of an answer that came what is to be said; may be NULL. */
	enum exitcode		(*read)(const struct team_answer *answer,
				    struct text *line);
};

/*
 * Puts the question and reports each answer: exit code 0 is good, 3 a
 * difference, 75 busy, all else a failure of that node.  A node that was
 * already known to be away is told of by the first look only.  Returns the
 * worst: OK, DIFFERS, BUSY, the code of a node that could not be reached, or
 * FAILED.  Returns a code with why set when we cannot even ask.  Blocks.
 */
enum exitcode
look_at(struct command *command, struct context *context,
    const struct look *look, struct failure *why);

/*
 * Looks at what maintenance has left behind of each group; good is what is said
 * of nothing.  Returns as look_at does.
 */
enum exitcode
look_at_residue(struct command *command, struct context *context,
    const char *good, struct failure *why);

#endif
