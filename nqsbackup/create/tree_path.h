#ifndef NQSBACKUP_CREATE_TREE_PATH_H
#define NQSBACKUP_CREATE_TREE_PATH_H

struct failure;

/*
 * Returns the name that the tree path has in an archive, for free(): its
 * absolute path without symbolic links and without the leading slash.  When
 * path is a symbolic link to a directory, it is that directory's; to
 * anything else, the link's own.  Returns NULL with why set: FAILED when
 * there is no such thing, USAGE for the root directory.  Changes the working
 * directory for a moment.
 */
char *
tree_path_resolve(const char *path, struct failure *why);

#endif
