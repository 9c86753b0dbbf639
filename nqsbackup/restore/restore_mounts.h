#ifndef NQSBACKUP_RESTORE_RESTORE_MOUNTS_H
#define NQSBACKUP_RESTORE_RESTORE_MOUNTS_H

struct failure;

/*
 * Checks that nothing is mounted at path below the open directory root, or
 * below path: it would go where path goes.  Returns 0, also when there is
 * nothing at path, or -1 with why set (FAILED).
 */
int
restore_mounts_check(int root, const char *path, struct failure *why);

#endif
