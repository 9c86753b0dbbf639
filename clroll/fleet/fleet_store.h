#ifndef CLROLL_FLEET_FLEET_STORE_H
#define CLROLL_FLEET_FLEET_STORE_H

#include "../../libcore/format/journal.h"
#include "fleet.h"
#include "fleet_plan.h"

struct failure;
struct filelock;
struct node_config;

/*
 * The fleets of this machine: a journal each, STATE/fleets/ID.jsonl, a lock
 * while it is under way, and beside the journal what a person asks of it then.
 */

/* A fleet as its journal has it; a zeroed one is empty. */
struct fleet_stored {
	char			*id;
	struct fleet_plan	 plan;
	struct fleet		 fleet;		/* replayed */
	struct journal_records	 records;
	const char		*begun;		/* when */
};

/*
 * Adds the names of all fleets to ids, the one that was last worked on at the
 * end.  Returns 0, or -1 with why set.
 */
int
fleet_store_list(const struct node_config *config, struct words *ids,
    struct failure *why);

/*
 * Reads the fleet id, or, when it is NULL, the last begun of those that can be
 * understood; of others it warns.  Returns 0 with stored filled, or -1 with why
 * set (USAGE when there is none, DATA, DENIED where others could write it).
 * Release stored in any case.
 */
int
fleet_store_find(const struct node_config *config, const char *id,
    struct fleet_stored *stored, struct failure *why);

/*
 * The same, but NULL is the last begun that wanted takes, if it takes one;
 * wanted may be NULL.
 */
int
fleet_store_find_last(const struct node_config *config, const char *id,
    bool (*wanted)(const struct fleet *fleet), struct fleet_stored *stored,
    struct failure *why);

/*
 * The same, but NULL is the only one that is under way, or else the last begun;
 * USAGE when there are several.
 */
int
fleet_store_find_running(const struct node_config *config, const char *id,
    struct fleet_stored *stored, struct failure *why);

/* Removes all that is kept of fleet id; warns of what cannot be removed. */
void
fleet_store_remove(const struct node_config *config, const char *id);

/*
 * Removes the file of the lock of fleet id, which is over: whoever takes it
 * from now on has nothing to do.
 */
void
fleet_store_drop_lock(const struct node_config *config, const char *id);

void
fleet_store_release(struct fleet_stored *stored);

/* Returns the path of the journal of fleet id, the caller's. */
char *
fleet_store_path(const struct node_config *config, const char *id);

/*
 * Makes the folders of the journals and the locks.  Returns 0, or -1 with why
 * set (DENIED where others could write journals).
 */
int
fleet_store_prepare(const struct node_config *config, struct failure *why);

/* Takes the lock of fleet id.  Returns it, or NULL with why set (BUSY). */
struct filelock *
fleet_store_lock(const struct node_config *config, const char *id,
    struct failure *why);

/* Returns 1 when fleet id is under way, 0 when not, or -1 with why set. */
int
fleet_store_is_running(const struct node_config *config, const char *id,
    struct failure *why);

/* What a person asks of a fleet that is under way. */
enum fleet_wish {
	FLEET_WISH_NONE,
	FLEET_WISH_PAUSE,
	FLEET_WISH_GO_ON,
	FLEET_WISH_STOP,
	FLEET_WISH_STOP_NOW
};

/*
 * Lets fleet id know of wish, and waits until it has taken it, or is under way
 * no more.  Returns 1 taken, 0 when it is not under way, or -1 with why set
 * (TIMED_OUT).  Blocks.
 */
int
fleet_store_ask(const struct node_config *config, const char *id,
    enum fleet_wish wish, struct failure *why);

/* Takes what was asked of fleet id, if anything, and forgets it. */
enum fleet_wish
fleet_store_take_wish(const struct node_config *config, const char *id);

#endif
