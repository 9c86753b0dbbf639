#ifndef CLROLL_ROLL_CLAIMS_H
#define CLROLL_ROLL_CLAIMS_H

#include <stdint.h>

struct context;
struct failure;

/*
 * The claims of a run to the nodes of its cluster, which keep others away from
 * them: a clroll on another machine, which does not see our lock, and a person
 * at a node.  `nqsupd claim' keeps them there; they are renewed while the run
 * is under way, and stay, as those of a dead run, when we die.  A cluster all
 * of whose nodes are this machine needs none.
 */

enum claims_when {
	CLAIMS_BEGIN,			/* all nodes must agree */
	CLAIMS_AGAIN			/* a node that is away does, too */
};

/*
 * Claims all nodes for run id; the cluster's lock is held.  The claim of
 * another run of this machine stands in nobody's way: whatever became of it, it
 * is not under way.  Waits up to wait nanoseconds for another machine's, unless
 * the run is to stop, see stop_signals.h (STOPPED).
 * Returns 0, or -1 with why set: BUSY, with whose it is since when, or why a
 * node cannot be claimed; nothing new is left claimed then.  Blocks.
 */
int
claims_take(struct context *context, const char *id, enum claims_when when,
    int64_t wait, struct failure *why);

/* Gives up what run id, which is over, has claimed, as far as can be. */
void
claims_drop(struct context *context, const char *id);

/* The claims of a run under way, renewed on the loop of its team. */
struct claims;

/*
 * Renews the claims of run id from time to time.  Should a node have been
 * claimed by another run meanwhile, that is said, and this process asked to
 * stop the run at its next safe point.
 */
struct claims *
claims_keep(struct context *context, const char *id);

/* Renews them no more; they stay until they are dropped. */
void
claims_leave(struct claims *claims);

#endif
