#ifndef LIBCORE_COMPAT_TREESYNC_H
#define LIBCORE_COMPAT_TREESYNC_H

/*
 * Waits until everything that was written to the file system which holds the
 * open file fd is on the disk; where one file system cannot be asked for,
 * all of them.  Returns 0, or -1 with errno set.
 */
int
treesync(int fd);

#endif
