#ifndef LIBCORE_COMPAT_HOLE_H
#define LIBCORE_COMPAT_HOLE_H

#include <sys/types.h>

/*
 * Finds the first piece of data of the file fd, which has size bytes, at or
 * behind offset, and moves the descriptor's offset.  Returns 1 and sets
 * *start and *end, 0 when only a hole is left, or -1 with errno set.  Where
 * the system or the file system cannot tell holes, all is data.
 */
int
hole_next_data(int fd, off_t offset, off_t size, off_t *start, off_t *end);

#endif
