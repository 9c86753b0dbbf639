#ifndef CLROLL_CLUSTER_CLUSTER_H
#define CLROLL_CLUSTER_CLUSTER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "../../libcore/base/digest.h"
#include "../../libcore/base/words.h"

struct failure;

/*
 * A cluster: clroll.conf(5), validated, with all defaults filled in.  All
 * strings belong to the cluster.
 */
#define CLUSTER_NO_BASTION	SIZE_MAX

struct cluster_node {
	char		*name;		/* as the cluster software has it */
	char		*host;		/* name or address */
	char		*key_name;	/* by which known_hosts has it */
	char		*user;
	int64_t		 port;
	char		*identity;	/* file of a private key */
	char		*agent;		/* socket of an agent, or NULL */
	struct words	 known_hosts;	/* files */
	int64_t		 connect_timeout;	/* nanoseconds */
	int64_t		 keep_alive;
	char		*jump;		/* hosts to go through, or NULL */
	size_t		 bastion;	/* the last of these, in bastions, or
					 * CLUSTER_NO_BASTION */
	bool		 sudo;		/* commands are run by sudo(8) */
	bool		 local;		/* it is this machine: no SSH */
};

/* A group of the cluster software that holds a site. */
struct cluster_group {
	char		*name;
	char		*site;
	char		*home;			/* a node's name */
	struct words	 runs_on;		/* nodes that may take it;
						 * empty: all */
	struct words	 check;			/* or empty */
	char		*service_address;	/* or NULL */
	int64_t		 service_port;
	int64_t		 service_ssh;		/* its SSH server's; 0: none */
};

struct cluster {
	char			*file;
	char			 digest[DIGEST_TEXT_ROOM];	/* of what was
								 * read of it */
	char			*name;		/* of the file, without .conf */
	char			*adapter;
	char			*store;		/* of packages, on the nodes */
	struct cluster_group	*groups;
	size_t			 group_count;	/* one at least */
	int64_t			 patience;	/* for a lost node, ns */
	struct cluster_node	*nodes;
	size_t			 count;
	struct cluster_node	*bastions;	/* each behind the one that it
						 * is itself reached through */
	size_t			 bastion_count;
	struct words		 ignored;	/* what ssh_config(5) says and
						 * clroll does not do, to be
						 * warned of */
};

/*
 * Reads the cluster name, DIRECTORY/NAME.conf, or the file name when it has a
 * slash, and the files of ssh_config(5) that it goes by.  Returns it, or NULL
 * with why set: USAGE when there is none, CONFIG, DENIED.
 */
struct cluster *
cluster_read(const char *name, const char *directory, struct failure *why);

/* Warns of what ssh_config(5) says for the cluster and clroll does not do. */
void
cluster_warn(const struct cluster *cluster);

void
cluster_free(struct cluster *cluster);

/* Returns the index of the node name, or cluster->count. */
size_t
cluster_find_node(const struct cluster *cluster, const char *name);

/* Returns the index of the group name, or cluster->group_count. */
size_t
cluster_find_group(const struct cluster *cluster, const char *name);

/* Whether the node at may take the group. */
bool
cluster_may_take(const struct cluster *cluster,
    const struct cluster_group *group, size_t at);

#endif
