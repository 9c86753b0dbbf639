#ifndef LIBCORE_COMPAT_MOUNTID_H
#define LIBCORE_COMPAT_MOUNTID_H

#include <stdbool.h>
#include <stdint.h>

/*
 * Sets *id to a number of the mount that name in the open directory lies on,
 * or for "" the directory itself: between two mounts nothing can be renamed,
 * even if they show the same file system.  Where the system cannot tell, it
 * is the device.  Follows no symbolic link.  Returns 0, or -1 with errno set.
 */
int
mountid_find(int directory, const char *name, uint64_t *id);

/*
 * Returns whether the open directory lies on a file system made of layers,
 * in which directories of the lower ones cannot be renamed, and files lose
 * their further names when they are linked.
 */
bool
mountid_is_layered(int directory);

#endif
