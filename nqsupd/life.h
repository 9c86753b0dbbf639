#ifndef NQSUPD_LIFE_H
#define NQSUPD_LIFE_H

#include <stdbool.h>

#include "../libcore/base/exitcode.h"

struct again;
struct command;
struct failure;
struct history;
struct node_config;
struct text;
struct values;
struct words;

/*
 * A run of nqsupd, from its values to its end.
 */

/*
 * Begins the run id of the procedure name, and takes it to its end.  The
 * node's lock is held.  Returns the exit code, with why set when there is
 * something to say.
 */
enum exitcode
life_begin(struct command *command, const struct node_config *config,
    const char *name, const char *id, const struct values *values,
    struct failure *why);

/*
 * Takes up the run of history again, with the values of its begin, and takes
 * it to its end, as again_run() says.  Refuses when its node or its packages
 * have changed (DATA), when what it is to be put back with is not there (DATA),
 * and when it is for a standby node and the node holds a
 * group now (FAILED).  The node's lock is held.  Returns as life_begin does.
 */
enum exitcode
life_resume(struct command *command, const struct node_config *config,
    const struct history *history, const struct again *again,
    struct failure *why);

/*
 * Refuses to begin another run while one is not over, as past_may_begin()
 * does, and removes runs that the configuration does not keep.  The node's lock
 * is held.
 */
int
life_may_begin(const struct node_config *config, struct failure *why);

/*
 * Checks that the node still is what the run of history takes it for: the steps
 * of a standby node must not be done, nor put back, under a running group.
 * Returns 0, or -1 with why set: FAILED when it is not, else why nobody can
 * tell.  Asks the cluster software.
 */
int
life_check_role(const struct node_config *config,
    const struct history *history, struct failure *why);

/*
 * Finds the run, other than but, that the next one would be refused for, as
 * past_find_open() does.
 */
int
life_find_open(const struct node_config *config, const char *but,
    struct text *id, struct failure *why);

/* Returns the directory of the journals, the caller's. */
char *
life_directory(const struct node_config *config);

/*
 * Checks that nobody else can put a journal into that directory, or take one
 * away, see trust_check_folder().
 */
int
life_check_directory(const struct node_config *config, struct failure *why);

/* Returns the path of the journal of run id, the caller's. */
char *
life_journal(const struct node_config *config, const char *id);

/*
 * Returns id, or the identifier of the latest run when it is NULL; the
 * caller's.  Returns NULL with why set: USAGE when there is no run yet, or id
 * cannot name one, DATA when the journal of the latest is damaged.
 */
char *
life_find(const struct node_config *config, const char *id,
    struct failure *why);

/* Does as history_refuse_absent() for the runs of the node. */
enum exitcode
life_refuse_absent(const struct node_config *config, const char *id,
    struct failure *why);

/*
 * Adds to ids the latest runs that never began, as history_list_unbegun() does,
 * but for the one that is just about to.  Returns 0, or -1 with why set.
 */
int
life_list_unbegun(const struct node_config *config, struct words *ids,
    struct failure *why);

/*
 * Returns 1 when the run id is under way, 0 when not, or -1 with why set.
 */
int
life_is_running(const struct node_config *config, const char *id,
    struct failure *why);

/*
 * Does as run_lock_hint() for the node's lock.
 */
void
life_hint_at_holder(const struct node_config *config, bool has_waited,
    struct failure *why);

/*
 * Shows the run id while it is under way, and returns as follow_run() does.
 */
enum exitcode
life_follow(struct command *command, const struct node_config *config,
    const char *id, struct failure *why);

/*
 * Reads the run id, or the latest one when id is NULL, and sets *running to
 * whether it is under way; a run that has its lock and no journal yet is.
 * Returns as history_read() does.
 */
int
life_read(const struct node_config *config, const char *id,
    struct history *history, bool *running, struct failure *why);

#endif
