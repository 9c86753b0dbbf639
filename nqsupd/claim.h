#ifndef NQSUPD_CLAIM_H
#define NQSUPD_CLAIM_H

#include <stdbool.h>
#include <stdint.h>

struct failure;
struct filelock;
struct node_config;
struct text;

/*
 * The claim of a run over the whole cluster to this node, a file in the state
 * of the node: so that nobody else works on the cluster, from another machine
 * or by hand, before that run is over.  The run renews it while it is under
 * way; one that was not renewed for CLAIM_LIFE is dead, and stays until the run
 * is taken up again, or a person breaks it.  That time is measured by the clock
 * of the node that never jumps, and, across boots, by the time of the file:
 * either of them keeps a claim alive.
 */
struct claim {
	char	*run;
	char	*cluster;		/* its name there */
	char	*from;			/* who, on which machine */
	char	*since;			/* by the clock of this node */
	int64_t	 age;			/* nanoseconds since it was renewed */
	bool	 is_alive;
};

#define CLAIM_LIFE	(90 * CLOCK_SECOND)

/*
 * Reads the claim; one that is damaged is of the run "?".  Returns 1 with claim
 * filled, 0 when there is none, or -1 with why set; release claim in any case.
 */
int
claim_read(const struct node_config *config, struct claim *claim,
    struct failure *why);

void
claim_release(struct claim *claim);

/* Adds to text whose the claim is, since when, and whether it is alive. */
void
claim_show(const struct claim *claim, struct text *text);

/* What is to be claimed. */
struct claim_wish {
	const char	*run;
	const char	*cluster;
	const char	*from;
	const char	*over;		/* instead of this run, or NULL */
};

/*
 * Claims the node as wish says, or renews the claim of its run.  The claim of
 * another run stands in the way, unless it is that of over.  Returns 0, or -1
 * with why set: BUSY, with holder filled, which the caller releases in any
 * case.
 */
int
claim_take(const struct node_config *config, const struct claim_wish *wish,
    struct claim *holder, struct failure *why);

/*
 * Removes the claim of run; with NULL that of any that is dead.  Returns 0,
 * also when there is none, or -1 with why set: BUSY when it is another's, or
 * alive.
 */
int
claim_drop(const struct node_config *config, const char *run,
    struct failure *why);

/*
 * Finds the claim of a run that is dead, and that the run id of this node is no
 * part of: it is passed over.  Returns 1 with claim filled, 0 when there is
 * none, or -1 with why set; release claim in any case.
 */
int
claim_find_dead(const struct node_config *config, const char *id,
    struct claim *claim, struct failure *why);

/*
 * Takes the lock of the node for the run id of this node, unless a run over the
 * cluster is under way that it is not part of: it is when id is the name of
 * that, or begins with it and '-'.  Waits up to wait nanoseconds for that run
 * to end and for the lock, both together.  Returns the lock, or NULL with why
 * set: BUSY, with who has the node.
 */
struct filelock *
claim_lock_node(const struct node_config *config, const char *id,
    int64_t wait, struct failure *why);

#endif
