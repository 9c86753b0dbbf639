#ifndef NQSUPD_NAMED_H
#define NQSUPD_NAMED_H

#include <stdbool.h>

#include "../libcore/base/exitcode.h"

struct command;
struct failure;
struct history;
struct node_config;
struct values;
struct words;

/*
 * A run whose name the caller chose: what is asked for twice by the same name
 * is done once.  But by the same name something else must not be meant.
 */

/* What is asked for, as on the command line; borrowed. */
struct named_request {
	const char		*procedure;	/* a name, a path, or "patch" */
	const char		*role;		/* or NULL: not said */
	const struct words	*sites;		/* or none: not said */
	const struct words	*packages;	/* files */
	const struct values	*given;
};

/*
 * Checks that the run of history is what is asked for.  Returns 0, or -1 with
 * why set (USAGE).  Reads the procedure and the packages.
 */
int
named_check(const struct node_config *config,
    const struct named_request *request, const struct history *history,
    struct failure *why);

/*
 * Shows the run id, which is under way, to its end, and returns what it ends
 * with; aside, as named_show_ended() has it, only names it.
 */
enum exitcode
named_join(struct command *command, const struct node_config *config,
    const char *id, bool aside, struct failure *why);

/*
 * Shows the run of history, which has ended, or only says that when aside:
 * nobody reads the report.  Returns OK when it is done; FAILED with why set
 * when nothing of it is left.
 */
enum exitcode
named_show_ended(struct command *command, const struct node_config *config,
    const struct history *history, bool aside, struct failure *why);

/* Returns whether there is the run id and it has ended. */
bool
named_has_ended(const struct node_config *config, const char *id);

/* Returns whether there is the run id and nothing of it is left to put back. */
bool
named_is_undone(const struct node_config *config, const char *id);

/*
 * Tells which run goes on by itself, detached, which changes what is here;
 * unless there was nothing left to do.
 */
void
named_tell_detached(struct command *command, const char *id,
    bool had_ended);

#endif
