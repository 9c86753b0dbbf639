#ifndef LIBSITE_NODE_CONFIG_H
#define LIBSITE_NODE_CONFIG_H

#include <stddef.h>
#include <stdint.h>

#include "../libcore/base/words.h"

struct failure;

/*
 * What nqsbackup and nqsupd must know of a node: nqstools.conf(5), validated,
 * with all defaults filled in.  All strings belong to the configuration.
 */

/* A process that runs as long as its site does. */
struct node_resident {
	char		*name;		/* base name of argv[0]; with a slash:
					 * argv[0] as a whole */
	char		*since;		/* the first release that has it, or
					 * NULL */
	int64_t		 count;		/* at least so many; 1 by default */
};

/* A process whose descendants, and itself, belong to the site. */
struct node_leader {
	char		*name;		/* as that of a resident */
	char		*argument;	/* argv[1]; "" for none at all */
};

/* What an upgrade does not carry over, such as requests: a file for each. */
struct node_transient {
	char		*name;		/* "requests" */
	char		*path;		/* the folder of the files, absolute */
};

struct node_site {
	char			*name;
	char			*group;		/* NULL for the local site */
	struct words		 trees;		/* its NQS data, absolute */
	struct words		 start;		/* argv */
	struct words		 stop;
	struct node_resident	*residents;
	size_t			 resident_count;
	struct node_leader	*leaders;
	size_t			 leader_count;
	int64_t			*client_ports;	/* TCP ports of CL/Win */
	size_t			 client_port_count;
	struct node_transient	*transients;
	size_t			 transient_count;
};

/* The packages of the node; never without adapter. */
struct node_package {
	char	*adapter;		/* a name, or an absolute path */
	char	*name;			/* of the base package */
	char	*patch;			/* of the patches */
	char	*staging;
	char	*target;
	char	*store;
	char	*signature;		/* "required" or "optional" */
	struct words not_rolled;	/* patterns of NAME-VERSION-RELEASE */
};

/* How long the journals of runs are kept. */
struct node_history {
	int64_t	keep_last;		/* so many of the latest */
	int64_t	keep_days;		/* and what is younger */
};

struct node_config {
	char			*file;		/* that was read, or NULL */
	char			*node;
	char			*path;		/* "dir:dir" */
	char			*state;
	char			*locks;
	char			*clusters;
	char			*procedures;	/* the administrator's */
	char			*share;
	struct node_site	*sites;
	size_t			 site_count;
	char			*cluster_adapter;	/* NULL: single node */
	struct node_package	 package;
	struct node_history	 history;
	int64_t			 patience;	/* with what does not answer,
						 * nanoseconds */
};

/* The name of the node's own site. */
#define NODE_LOCAL_SITE		"local"

/*
 * Reads the configuration file path; NULL: the one that NQSTOOLS_CONF names,
 * or else $sysconfdir/nqstools/nqstools.conf, which may be missing: then all
 * is as by default.  Without "sites" there is the local site alone.  Returns
 * the configuration, or NULL with why set (CONFIG, DENIED).  Reads the
 * environment and the file.
 */
struct node_config *
node_config_read(const char *path, struct failure *why);

void
node_config_free(struct node_config *config);

/* Returns the site name, or NULL when there is none. */
const struct node_site *
node_config_site(const struct node_config *config, const char *name);

#endif
