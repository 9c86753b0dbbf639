#ifndef LIBCORE_RUN_RUN_LOCK_H
#define LIBCORE_RUN_RUN_LOCK_H

#include <stdbool.h>

struct failure;
struct history;
struct text;

/*
 * The lock that a run holds while it is under way: its owner's line names the
 * run, so that others can tell which one it is.
 */

/* Where a run is found; everything is borrowed. */
struct run_place {
	const char	*directory;	/* of the journals */
	const char	*lock;		/* the file */
	const char	*id;		/* of the run */
};

/* Returns the owner that run id is of its lock, the caller's. */
char *
run_lock_owner(const char *id);

/*
 * Returns 1 when run id holds the lock of the file path, 0 when it does not,
 * or -1 with why set.
 */
int
run_lock_is_held(const char *path, const char *id, struct failure *why);

/*
 * Adds to id which run holds the lock of the file path.  Returns 1, 0 when
 * none does, or -1 with why set.
 */
int
run_lock_find(const char *path, struct text *id, struct failure *why);

/*
 * Lets why say what can be done by program about the run that holds the lock of
 * the file path, which could not be had; has_waited tells whether it was waited
 * for.  Does nothing when why is anything but BUSY, or hints at something.
 */
void
run_lock_hint(const char *path, const char *program, bool has_waited,
    struct failure *why);

/*
 * Returns as run_lock_is_held does for the run of history.  When the run does
 * not hold the lock and is not closed in history, it may have ended since that
 * was read: history is read again from directory, as by history_read().
 */
int
run_lock_look(const char *path, const char *directory,
    struct history *history, struct failure *why);

#endif
