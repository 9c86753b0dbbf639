#ifndef NQSUPD_DETACH_H
#define NQSUPD_DETACH_H

#include <stdbool.h>

struct command;
struct failure;
struct node_config;

/* The option --detach, which verbs number themselves. */
#define DETACH_ROW(number) \
	{ number, "detach", NULL, "return when the run has begun" }

/*
 * Lets the rest of the program, which is to begin the run id or go on with it,
 * outlive its terminal and its connection: forks, and returns 0 in a child that
 * has a session of its own; or returns -1 with why set when there is no process
 * to be had.
 *
 * The parent never returns, unless aside.  It passes SIGINT and SIGTERM on and
 * ends as the child does; when it is killed, or loses its terminal, the child
 * goes on.  When the run waits for a confirmation, and a person can be asked,
 * asks says so in both, and it is the parent who asks, see question_ask(); when
 * it is given, 0 is returned in another child, which is to go on with the run.
 *
 * With aside the child has nothing of the caller's left open: its outputs go to
 * /dev/null.  The parent says what the child says on stderr, until that has
 * begun a life of the run in its journal, and then returns 1; if the child ends
 * badly before, it ends as the child does.
 *
 * When the child is ended by a signal, the parent says so, and whether that
 * had begun a life of the run.  Then it ends by the same signal, for the run
 * has not stopped, and may be under way elsewhere; or with FAILED when the run
 * has no journal, because it has not begun.
 */
int
detach_run(struct command *command, const struct node_config *config,
    const char *id, bool aside, struct failure *why);

#endif
