#ifndef LIBCORE_COMPAT_FOLDERLOCK_H
#define LIBCORE_COMPAT_FOLDERLOCK_H

enum folderlock { FOLDERLOCK_SHARED, FOLDERLOCK_ALONE };

/*
 * Locks the open directory fd until it is closed, or changes the lock that fd
 * has on it; does not wait.  Returns 0, also where the system or the file
 * system cannot lock directories, or -1 with errno EAGAIN when another
 * descriptor has a lock on it that does not go with this one.
 */
int
folderlock_take(int fd, enum folderlock how);

#endif
