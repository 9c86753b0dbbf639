#ifndef CLROLL_ROLL_H
#define CLROLL_ROLL_H

#include <stdbool.h>

#include "../libcore/base/exitcode.h"
#include "../libcore/base/words.h"

struct cluster;
struct command;
struct failure;
struct history;
struct node_config;
struct plan;
struct procedure;
struct roles;
struct standing;
struct team;
struct values;

/*
 * A run of clroll over one cluster, from its values to its end.
 */

/* What the user has asked for. */
struct roll_request {
	const char		*procedure;	/* a name or a path */
	const char		*run;		/* identifier of the run */
	const char		*package;	/* absolute path, or NULL */
	const struct values	*given;		/* NAME=VALUE */
};

/* Adds the names of all facts that a cluster's procedures may ask of. */
void
roll_facts(struct words *names);

/*
 * Fills values with the facts: of the cluster, of roles, of the request.
 * Returns 0, or -1 with why set.  Reads the package.
 */
int
roll_gather(const struct cluster *cluster, const struct roles *roles,
    const struct roll_request *request, struct values *values,
    struct failure *why);

/*
 * Makes the procedure name, and the plan of it with values.  Returns 0 with
 * *procedure and *plan set, which the caller frees, or -1 with why set.
 */
int
roll_plan(const struct node_config *config, const struct cluster *cluster,
    const char *name, const struct values *values,
    struct procedure **procedure, struct plan **plan, struct failure *why);

/*
 * Begins a run with values and takes it to its end over the sessions of
 * team; the cluster's lock is held.  Returns the exit code, with why set when
 * there is something to say.
 */
enum exitcode
roll_begin(struct command *command, const struct node_config *config,
    const struct cluster *cluster, struct team *team,
    const struct roll_request *request, const struct values *values,
    struct failure *why);

/* The same for a run that goes on, or back. */
struct roll_again {
	bool		 back;
	const char	*decided;	/* "STEP=done", "STEP=again", or NULL */
};

enum exitcode
roll_resume(struct command *command, const struct node_config *config,
    const struct cluster *cluster, struct team *team,
    const struct history *history, const struct roll_again *again,
    struct failure *why);

/*
 * Finds how the run of history stands.  Returns 0, or -1 with why set; release
 * standing in any case.  Reads files only.
 */
int
roll_standing(const struct node_config *config,
    const struct cluster *cluster, const struct history *history,
    struct standing *standing, struct failure *why);

/*
 * Reads the run id, the latest of the whole machine when it is NULL.  Returns
 * 0 with history filled, the caller's, or -1 with why set (USAGE when there is
 * no such run).
 */
int
roll_find(const struct node_config *config, const char *id,
    struct history *history, struct failure *why);

/* Returns whether there is a run of the name id. */
bool
roll_is_run(const struct node_config *config, const char *id);

/* Returns the directory of the journals, the caller's. */
char *
roll_directory(const struct node_config *config);

/* Returns the path of the cluster's lock, the caller's. */
char *
roll_lock_path(const struct node_config *config, const char *cluster);

#endif
