#ifndef NQSBACKUP_RESTORE_RESTORE_NOTE_H
#define NQSBACKUP_RESTORE_RESTORE_NOTE_H

struct failure;
struct restoration;

/*
 * Notes in the record which inodes are exchanged, when the units are built,
 * and makes the directories "N.old" and "N.new" with the attributes that its
 * settings are about.  Returns 0, or -1 with why set, also when the target
 * was changed since it was looked at.
 */
int
restore_note_run(const struct restoration *restoration, struct failure *why);

/*
 * Looks again at the directories of the units, just before they are
 * exchanged.  Returns 0, or -1 with why set (FAILED) when a name in one
 * appeared, vanished or was replaced since the target was looked at.
 */
int
restore_note_check(const struct restoration *restoration,
    struct failure *why);

#endif
