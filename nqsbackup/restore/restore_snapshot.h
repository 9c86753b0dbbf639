#ifndef NQSBACKUP_RESTORE_RESTORE_SNAPSHOT_H
#define NQSBACKUP_RESTORE_RESTORE_SNAPSHOT_H

struct restore_disk;
struct failure;
struct restore_request;

/*
 * Looks at what there is of the archive's trees below the open directory
 * root, and fills disk with it, sorted; a file that could be the same as the
 * archived one is read for its digest.  Of request, all but disk is used.
 * Returns 0, or -1 with why set when something cannot be looked at; disk is
 * to be released in any case.
 */
int
restore_snapshot_make(int root, const struct restore_request *request,
    struct restore_disk *disk, struct failure *why);

#endif
