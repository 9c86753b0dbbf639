#ifndef LIBCORE_COMPAT_DESCRIPTORS_H
#define LIBCORE_COMPAT_DESCRIPTORS_H

/*
 * What closefrom(3) does where there is one, in two halves, so that the second
 * may be called between fork(2) and execve(2).
 */

/*
 * Returns the highest open descriptor, or a number that is surely not lower.
 * Reads /proc/self/fd or /dev/fd.
 */
int
descriptors_highest(void);

/* Closes all descriptors from first to last; async-signal-safe. */
void
descriptors_close(int first, int last);

#endif
