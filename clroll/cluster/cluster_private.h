#ifndef CLROLL_CLUSTER_CLUSTER_PRIVATE_H
#define CLROLL_CLUSTER_CLUSTER_PRIVATE_H

#include "../../libcore/base/words.h"

struct cluster;
struct cluster_group;
struct cluster_node;
struct failure;
struct setting;
struct ssh_config;

/*
 * How the nodes of a cluster are reached; for cluster.c and its parts alone.
 * That is what clroll.conf(5) says, else what ssh_config(5) says, else a
 * default.  A node's empty members are what nothing was said of yet.
 */

/* What is needed to fill in what is missing. */
struct cluster_ssh {
	struct cluster		*cluster;
	struct ssh_config	*config;
};

/*
 * Reads what group says; what is there replaces what was in node.  Returns 0,
 * or -1 with why set.
 */
int
cluster_ssh_read(const struct setting *group, struct cluster_node *node,
    struct failure *why);

/*
 * Fills in what is still missing in all nodes of cluster.  group is the one of
 * all nodes, or NULL.  Reads the files of ssh_config(5), and adds each line
 * that clroll passes over to what is ignored.  Returns 0, or -1 with why set.
 */
int
cluster_ssh_complete(const struct setting *group, struct cluster *cluster,
    struct failure *why);

/*
 * Fills in what is still missing in one node or bastion; what ssh_config does
 * not say of a bastion is taken from model, the node behind it, or NULL.
 * Returns 0, or -1 with why set.
 */
int
cluster_ssh_fill(struct cluster_ssh *ssh, struct cluster_node *node,
    const struct cluster_node *model, struct failure *why);

/*
 * cluster_jump.c: sets node's bastion to what its jump means, with all the
 * bastions that it takes to get there.  Returns 0, or -1 with why set.
 */
int
cluster_jump_find(struct cluster_ssh *ssh, struct cluster_node *node,
    struct failure *why);

/*
 * Reads the groups of root into cluster: those of "groups", or the one that
 * root itself is.  Returns 0, or -1 with why set (CONFIG).
 */
int
cluster_groups_read(const struct setting *root, struct cluster *cluster,
    struct failure *why);

/*
 * Checks the nodes that the groups name, when all nodes are known, and fills
 * in where each is at home.  Returns 0, or -1 with why set (CONFIG).
 */
int
cluster_groups_complete(const struct setting *root, struct cluster *cluster,
    struct failure *why);

/* Frees what group has, which may be empty. */
void
cluster_group_release(struct cluster_group *group);

#endif
