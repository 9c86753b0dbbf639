#ifndef NQSBACKUP_RESTORE_RESTORE_WRITE_H
#define NQSBACKUP_RESTORE_RESTORE_WRITE_H

struct failure;
struct restoration;

/*
 * Writes the files, FIFOs and devices of the layout's units into the stages,
 * where their directories are, by as many threads as restoration says, and
 * checks all that is read of the archive.  Returns 0, or -1 with why set: what
 * is wrong first in the order of the archive.
 */
int
restore_write_run(const struct restoration *restoration,
    struct failure *why);

#endif
