#ifndef LIBCORE_SYSTEM_BENEATH_H
#define LIBCORE_SYSTEM_BENEATH_H

#include <sys/types.h>

#include <stdbool.h>

/*
 * Paths that cannot leave a directory, whatever stands on the disk: each
 * component is opened from the one before with O_NOFOLLOW, so a symbolic
 * link on the way is refused (ELOOP or ENOTDIR).  Calling sequence: open
 * the parent of what is wanted with beneath_open_parent, work on the last
 * component with the *at() calls, close the parent.
 *
 * A path here is relative, without empty, "." and ".." components and without
 * a slash at its end; for anything else the functions fail with EINVAL.
 */

/* Returns whether path is such a path. */
bool
beneath_path_is_clean(const char *path);

/*
 * Opens the directory path below root ("" for root itself).  Returns a
 * descriptor, or -1 with errno set.
 */
int
beneath_open_directory(int root, const char *path);

/*
 * Opens the directory that holds path's last component, which *name then
 * points at, inside path.  Returns a descriptor, or -1 with errno set.
 */
int
beneath_open_parent(int root, const char *path, const char **name);

/*
 * Removes path and all below it, following nothing.  Directories that are
 * closed to their owner are opened for that.  Returns 0, also when there is
 * nothing, or -1 with errno set.
 */
int
beneath_remove_tree(int root, const char *path);

#endif
