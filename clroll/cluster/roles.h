#ifndef CLROLL_CLUSTER_ROLES_H
#define CLROLL_CLUSTER_ROLES_H

#include <stddef.h>

#include "../../libcore/base/words.h"

struct cluster;
struct failure;

/*
 * Who is who in a cluster, by what the nodes answered to "where GROUP": whoever
 * holds a group is active for it, whoever holds none is standby.  Pure.
 */

/* Of one group; the numbers are indexes of the cluster's groups and nodes. */
struct role {
	size_t		 group;
	size_t		 active;
	size_t		 target;	/* the node that it moves to */
};

/* Of all groups that a run is about. */
struct roles {
	struct role	*list;
	size_t		 count;
	struct words	 standby;	/* nodes that hold no group at all */
};

/* What one node answered. */
struct roles_answer {
	const char	*holder;	/* a node's name, "" for none; NULL when
					 * the node gave no answer */
};

/*
 * Finds who holds the group number role->group, and sets role->active.  Returns
 * 0, or -1 with why set: FAILED when the group runs nowhere or on a node that
 * the cluster does not name, NEEDS_PERSON when the nodes contradict each other.
 */
int
roles_find(const struct cluster *cluster, const struct roles_answer *answers,
    struct role *role, struct failure *why);

/*
 * Sets the target of each role, which are of all groups in their order: the
 * node that may take the group and holds the fewest groups, the first of these;
 * with what else of the same node must go counted in.
 */
void
roles_choose_targets(const struct cluster *cluster, struct role *roles);

/*
 * Sets the target of role to the node wanted.  Returns 0, or -1 with why set
 * (USAGE) when there is no such node, or it may not take the group.
 */
int
roles_want_target(const struct cluster *cluster, const char *wanted,
    struct role *role, struct failure *why);

/* Adds to standby the nodes that hold none of the groups; all are of all. */
void
roles_find_standby(const struct cluster *cluster, const struct role *all,
    struct words *standby);

void
roles_release(struct roles *roles);

#endif
