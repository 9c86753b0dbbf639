#ifndef CLROLL_CLUSTER_PRIVATE_H
#define CLROLL_CLUSTER_PRIVATE_H

struct cluster;
struct cluster_node;
struct failure;
struct setting;

/*
 * cluster_ssh.c, for cluster.c alone: how the nodes of a cluster are reached.
 * That is what clroll.conf(5) says, else what ssh_config(5) says, else a
 * default.  A node's empty members are what nothing was said of yet.
 */

/*
 * Reads what group says; what is there replaces what was in node.  Returns 0,
 * or -1 with why set.
 */
int
cluster_ssh_read(const struct setting *group, struct cluster_node *node,
    struct failure *why);

/*
 * Fills in what is still missing in all nodes of cluster.  group is the one of
 * all nodes, or NULL.  Reads the files of ssh_config(5), and warns of each line
 * that clroll passes over.  Returns 0, or -1 with why set.
 */
int
cluster_ssh_complete(const struct setting *group, struct cluster *cluster,
    struct failure *why);

#endif
