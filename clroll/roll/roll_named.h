#ifndef CLROLL_ROLL_ROLL_NAMED_H
#define CLROLL_ROLL_ROLL_NAMED_H

#include <stdbool.h>
#include <stdint.h>

#include "../../libcore/base/exitcode.h"

struct command;
struct context;
struct failure;
struct filelock;
struct values;

/*
 * A run whose name the caller chose: asked for twice by the same name, it is
 * done once.
 */

/*
 * Takes the lock path of the cluster for run id.  If the run of this name
 * itself holds it, in another process, waits until that has ended, however
 * long; for another holder up to wait nanoseconds.  Returns the lock, or NULL
 * with why set.  Blocks.
 */
struct filelock *
roll_named_lock(const char *path, const char *id, int64_t wait,
    struct failure *why);

/* A run that is asked for by its name. */
struct roll_named {
	const char		*id;
	const char		*approved;	/* digest of its plan, or
						 * NULL */
	const char		*procedure;	/* a name or a path */
	const struct values	*given;		/* NAME=VALUE */
};

/*
 * Looks whether the run has begun; the cluster's lock is held.  If it has, goes
 * on with it, or says how it ended, and sets *code, with why set when there is
 * something to say: FAILED when it failed or was put back since, or was begun
 * by another plan than the approved one, USAGE when it is a run over another
 * cluster.  Returns whether it has, or that cannot be told.
 */
bool
roll_named_go_on(struct command *command, struct context *context,
    const struct roll_named *named, enum exitcode *code, struct failure *why);

#endif
