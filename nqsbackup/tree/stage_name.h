#ifndef NQSBACKUP_TREE_STAGE_NAME_H
#define NQSBACKUP_TREE_STAGE_NAME_H

#include <stdbool.h>

/*
 * The folder of restores, which is neither listed nor archived.  Where it is
 * another user's, "-" and a number follow.
 */
#define STAGE_NAME	".nqsbackup-restore"

/* Returns whether a part of path, between its slashes, is such a name. */
bool
stage_name_is_in(const char *path);

#endif
