#ifndef CLROLL_CLUSTER_CONTEXT_H
#define CLROLL_CLUSTER_CONTEXT_H

#include <stdbool.h>

#include "../../libcore/base/exitcode.h"
#include "roles.h"

struct cluster;
struct command;
struct failure;
struct node_config;
struct team;
struct words;

/*
 * What every verb about one cluster works with: our configuration, the
 * cluster, a session with each of its nodes.  Calling sequence: context_open,
 * the fields and functions, context_close.
 */
struct context {
	struct node_config	*config;
	struct cluster		*cluster;
	struct team		*team;
};

/*
 * Reads the configuration and the cluster name, without a team.  Returns 0, or
 * -1 with why set; close it in any case.
 */
int
context_read(struct context *context, const struct command *command,
    const char *name, struct failure *why);

/*
 * The same, and warns of what is ignored there and makes the team of its
 * nodes, each of which is looked up in the known_hosts files.
 */
int
context_open(struct context *context, const struct command *command,
    const char *name, struct failure *why);

void
context_close(struct context *context);

/*
 * Does what for each of the clusters that are the operands of command, until
 * one sets why.  Returns the worst of its codes.
 */
enum exitcode
context_for_each(struct command *command,
    enum exitcode (*what)(struct command *, struct context *,
    struct failure *), struct failure *why);

/* Whether all nodes must answer, or one is enough. */
enum context_strict { CONTEXT_ALL, CONTEXT_ANY };

/*
 * Asks every node where the group of role is, and sets role->active.  With
 * CONTEXT_ALL a node that gives no answer is a failure, of its own code.
 * Returns 0, or -1 with why set.  Blocks.
 */
int
context_find_holder(struct context *context, enum context_strict strict,
    struct role *role, struct failure *why);

/* Which groups a run is about, and where they are to go. */
struct context_wish {
	const char	*group;		/* NULL: all of them */
	const char	*to;		/* a node for that group, or NULL for
					 * one that may take it */
	bool		 to_home;	/* each to its home, if it is away */
};

/*
 * Asks every node, which all must answer, where each group is, and finds the
 * roles of those of wish.  Returns 0, or -1 with why set.  Blocks.
 */
int
context_find_roles(struct context *context, const struct context_wish *wish,
    struct roles *roles, struct failure *why);

/* Adds the words that run an adapter, read from its input, to argv. */
void
context_adapter(struct words *argv);

/* Returns the path of the adapter, its input, the caller's. */
char *
context_adapter_input(const struct context *context);

#endif
