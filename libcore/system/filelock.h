#ifndef LIBCORE_SYSTEM_FILELOCK_H
#define LIBCORE_SYSTEM_FILELOCK_H

#include <stdbool.h>
#include <stdint.h>

struct failure;
struct text;

/*
 * A lock that a process holds by a POSIX record lock on a file, so that it
 * ends with the process, however that ends, and never goes stale.  The file
 * says for people who holds it.  It is not inherited by fork(2).  A process
 * must not open a lock's file in any other way: closing it would give the
 * lock up.
 */
struct filelock;

/*
 * Takes the lock of the file path, which is made if need be, and writes into
 * it that owner (what the process does, for the message that others get)
 * holds it, with pid, host, user and time.  Waits up to wait nanoseconds for
 * another holder.  Returns the lock, or NULL with why set: BUSY, with who
 * holds it since when, DENIED when what is there is not a file of root or of
 * the user that others can neither write nor know by another name, or lies
 * where others could exchange it, see trust_check_new(), in which case it is
 * not made, or the trouble with the file.
 */
struct filelock *
filelock_take(const char *path, const char *owner, int64_t wait,
    struct failure *why);

/* Gives the lock up. */
void
filelock_release(struct filelock *lock);

/*
 * Looks, without taking it, whether another process holds the lock of the
 * file path; who gets the holder's line.  Returns 1 held, 0 free, -1 with
 * why set: DENIED as by filelock_take(), or the trouble with the file.
 */
int
filelock_look(const char *path, struct text *who, struct failure *why);

/*
 * Sends signal to the process that holds the lock of the file path as owner,
 * and to no other: the system names the process that holds it, and the
 * holder's line must be of that process on this host.  Where the system has
 * handles of processes, a process that ends meanwhile is not mistaken for one
 * that gets its number.  Returns 1 sent, 0 when nobody holds the lock as owner,
 * or -1 with why set: FAILED when the process is on another host or cannot be
 * told, DENIED when it is not ours to signal.
 */
int
filelock_signal(const char *path, const char *owner, int signal,
    struct failure *why);

#endif
