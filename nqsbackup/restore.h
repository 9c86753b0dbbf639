#ifndef NQSBACKUP_RESTORE_H
#define NQSBACKUP_RESTORE_H

struct archive_reader;
struct failure;
struct restore_plan;
struct restore_request;

/*
 * Carries out plan below the open directory root, with the data of the
 * archive.  First everything is made ready in stages; up to then a failure,
 * or being stopped, leaves the target as it was.  Then it is moved to its
 * places, which fails only if the target is changed at the same time or the
 * system refuses to rename; then why says NEEDS_PERSON, and the same restore
 * can be done again.  Returns 0, or -1 with why set.
 */
int
restore_run(int root, const struct restore_request *request,
    const struct restore_plan *plan, struct archive_reader *reader,
    struct failure *why);

#endif
