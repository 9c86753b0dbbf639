#ifndef CLROLL_ROLL_ROLL_H
#define CLROLL_ROLL_ROLL_H

#include <stdbool.h>

#include <stdint.h>

#include "../../libcore/base/exitcode.h"
#include "../../libcore/run/standing.h"

struct again;
struct command;
struct context;
struct failure;
struct history;
struct values;

/*
 * A run of clroll over one cluster, from its values to its end.
 */

/* A run that is to begin. */
struct roll_new {
	const char		*procedure;	/* its name */
	const struct values	*values;
	const char		*approved;	/* digest of its plan, or
						 * NULL */
};

/*
 * Begins a run of the procedure, and takes it to its end over the sessions of
 * the cluster; the cluster's lock is held.  Refuses it before anything is done
 * when its plan is not the approved one.  Returns the exit code, with why set
 * when there is something to say.
 */
enum exitcode
roll_begin(struct command *command, struct context *context,
    const struct roll_new *new, struct failure *why);

/*
 * Takes up the run of history again, with the values of its begin, and takes
 * it to its end, as again_run() says; refuses when its package or the cluster's
 * nodes have changed (DATA).  The cluster's lock is held.  Returns as
 * roll_begin does.
 */
enum exitcode
roll_resume(struct command *command, struct context *context,
    const struct history *history, const struct again *again,
    struct failure *why);

/*
 * Sets state to how the run of history stands, by its journal and its lock;
 * may read history again, see run_lock_look().  Returns 0, or -1 with why set,
 * such as when its procedure has changed.
 */
int
roll_state(const struct context *context, struct history *history,
    enum standing_state *state, struct failure *why);

/*
 * Refuses to begin another run while one over the cluster is not over, as
 * past_may_begin() does, and removes runs over it that the configuration does
 * not keep.  The lock is held.
 */
int
roll_may_begin(const struct context *context, struct failure *why);

/*
 * Claims the nodes of the cluster for run id, which is to begin, and whose lock
 * is held; and gives them up again when it is over, or never began, as its
 * journal says.  roll_resume does both by itself.  roll_claim returns as
 * claims_take does.
 */
int
roll_claim(struct context *context, const char *id, int64_t wait,
    struct failure *why);
void
roll_leave(struct context *context, const char *id);

#endif
