#ifndef NQSBACKUP_RESTORE_RESTORE_LOCK_H
#define NQSBACKUP_RESTORE_RESTORE_LOCK_H

#include <sys/types.h>

#include <stdbool.h>
#include <stddef.h>

struct failure;
struct words;

/*
 * Keeps restores of one user out of the same trees, or of trees in them,
 * whatever target each of them calls its own: a tree is locked for one alone,
 * and all directories above it, up to the top of the system, for all who come
 * by.
 *
 * The locks are bytes of one file that only the user and root can open, a byte
 * for each directory, so nobody else can hold them.  Restores of different
 * users do not keep each other out: who could would also keep root out for
 * ever.
 */

/* A zeroed lock holds nothing. */
struct restore_lock {
	bool	 open;
	int	 fd;			/* of the file, when open */
	off_t	*list;			/* the bytes that are locked */
	size_t	 count;
};

/*
 * Takes the lock of trees below the open directory root, as far as their
 * directories are there.  Where there can be no file for locks, warns of it and
 * locks nothing.  Returns 0, or -1 with why set (BUSY: the tree and the process
 * that is at work there); lock is to be released in any case.
 */
int
restore_lock_take(struct restore_lock *lock, int root,
    const struct words *trees, struct failure *why);

void
restore_lock_release(struct restore_lock *lock);

#endif
