#ifndef NQSBACKUP_RESTORE_RESTORE_LOCK_H
#define NQSBACKUP_RESTORE_RESTORE_LOCK_H

#include <sys/types.h>

#include <stddef.h>

struct failure;
struct words;

/*
 * Keeps restores out of the same trees, or of trees in them, whatever target
 * each of them calls its own: a tree is locked for one alone, and all
 * directories above it, up to the top of the system, for all who come by.
 */

/* A directory that is locked. */
struct restore_lock_item {
	int	fd;
	dev_t	device;
	ino_t	inode;
};

/* A zeroed lock holds nothing. */
struct restore_lock {
	struct restore_lock_item	*list;
	size_t				 count;
};

/*
 * Takes the lock of trees below the open directory root, as far as their
 * directories are there.  Returns 0, or -1 with why set (BUSY); lock is to be
 * released in any case.
 */
int
restore_lock_take(struct restore_lock *lock, int root,
    const struct words *trees, struct failure *why);

void
restore_lock_release(struct restore_lock *lock);

#endif
