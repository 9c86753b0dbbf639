#ifndef CLROLL_ROLL_RUNS_H
#define CLROLL_ROLL_RUNS_H

#include <stdbool.h>

#include "../../libcore/base/words.h"

struct failure;
struct history;
struct node_config;

/*
 * Where the runs of clroll are kept on this machine, and their locks.
 */

/* Returns the directory of the journals, the caller's. */
char *
runs_directory(const struct node_config *config);

/* Returns the path of the lock of the cluster name, the caller's. */
char *
runs_lock_path(const struct node_config *config, const char *cluster);

/*
 * Refuses (DENIED) a folder of journals that others may write: a run goes on by
 * what its journal says, so they could have it do anything.  Returns 0, or -1
 * with why set.
 */
int
runs_check_folder(const struct node_config *config, struct failure *why);

/*
 * Reads the run id, the latest of the whole machine when it is NULL.  Returns
 * 0 with history filled, the caller's, or -1 with why set (USAGE when there is
 * no such run).
 */
int
runs_find(const struct node_config *config, const char *id,
    struct history *history, struct failure *why);

/*
 * Notes, durably, that id is a run over cluster, whose lock is held, and the
 * latest: before its journal is made or goes on.  So its runs are found without
 * reading the journals of all clusters.  Returns 0, or -1 with why set.
 */
int
runs_note(const struct node_config *config, const char *cluster,
    const char *id, struct failure *why);

/*
 * Adds to ids the runs over cluster that were noted, the latest at the end;
 * one of them may have no journal any more, or not yet.  Returns 0, or -1 with
 * why set.
 */
int
runs_of(const struct node_config *config, const char *cluster,
    struct words *ids, struct failure *why);

/*
 * Adds to clusters the names of those over which a run was noted.  Returns 0,
 * or -1 with why set.
 */
int
runs_list_clusters(const struct node_config *config, struct words *clusters,
    struct failure *why);

/*
 * Reads the latest run over cluster.  Returns 1 with history filled, the
 * caller's, 0 when there is none, or -1 with why set.  One whose journal is
 * damaged is passed over, with a warning.
 */
int
runs_find_latest(const struct node_config *config, const char *cluster,
    struct history *history, struct failure *why);

/* Returns whether there is a run of the name id. */
bool
runs_is_run(const struct node_config *config, const char *id);

/* Runs that are under way: their names, and the paths of their locks. */
struct runs_under_way {
	struct words	ids;
	struct words	locks;
};

/*
 * Adds the runs that are under way on this machine, by who holds the locks of
 * clusters; also those that have no journal yet.  Returns 0, or -1 with why
 * set; release the words in any case.
 */
int
runs_find_under_way(const struct node_config *config,
    struct runs_under_way *runs, struct failure *why);

/*
 * Returns 1 when the run of history is under way, 0 when not, or -1 with why
 * set.  It may read history again, see run_lock_look().
 */
int
runs_look(const struct node_config *config, struct history *history,
    struct failure *why);

#endif
