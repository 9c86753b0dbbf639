#ifndef CLROLL_ROLES_H
#define CLROLL_ROLES_H

#include <stddef.h>

struct cluster;
struct failure;

/*
 * Who is who in a cluster, by what the nodes answered to "where GROUP": whoever
 * holds the group is active.  Pure.
 */
struct roles {
	size_t	active;			/* indexes of the cluster's nodes */
	size_t	target;			/* the node that the group moves to */
};

/* What one node answered. */
struct roles_answer {
	const char	*holder;	/* a node's name, "" for none; NULL when
					 * the node gave no answer */
};

/*
 * Finds the roles.  wanted is the node that the group is to move to, or NULL
 * for the first one that does not hold it.  Returns 0 with *roles set, or -1
 * with why set: FAILED when the group runs nowhere or on a node that the
 * cluster does not name, NEEDS_PERSON when the nodes contradict each other,
 * USAGE for a wanted node that there is not.
 */
int
roles_find(const struct cluster *cluster, const struct roles_answer *answers,
    const char *wanted, struct roles *roles, struct failure *why);

#endif
