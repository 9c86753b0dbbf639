#ifndef NQSBACKUP_RESTORE_RESTORE_BUILD_H
#define NQSBACKUP_RESTORE_RESTORE_BUILD_H

struct failure;
struct restoration;

/*
 * Builds the new units of the layout in the stages, with what the archive
 * has and what stays as it is, which is linked, not copied; and fills the
 * moves and settings of the record.  Nothing in the target's trees changes.
 * Returns 0, or -1 with why set.
 */
int
restore_build_run(const struct restoration *restoration,
    struct failure *why);

#endif
