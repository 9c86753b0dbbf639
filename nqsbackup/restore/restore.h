#ifndef NQSBACKUP_RESTORE_RESTORE_H
#define NQSBACKUP_RESTORE_RESTORE_H

#include <stdbool.h>

struct failure;
struct restoration;
struct restore_folder;
struct text;

/*
 * Carries out the plan of restoration, of which root, request, plan, ways,
 * reader and report are set, with the journal in folder, which is locked, and
 * is so again when this succeeds.  First everything new is built beside what
 * is there; up to then a failure, or being stopped, leaves the target as it
 * was.  Then they are exchanged; what fails then is put back, and finished by
 * the next restore if we are killed.  What was replaced is kept, in place of
 * what earlier restores had kept of the same trees, and id, a zeroed text,
 * says how it is called.  Returns 0, or -1 with why set, NEEDS_PERSON when it
 * could not be put back, or 1, with why set too, when the directory that id
 * then names cannot be renamed or built as a whole, which only trying tells;
 * nothing has changed then.
 */
int
restore_run(const struct restoration *restoration,
    struct restore_folder *folder, const char *archive, struct text *id,
    struct failure *why);

#endif
