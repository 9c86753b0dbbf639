#ifndef NQSBACKUP_RESTORE_COMMIT_H
#define NQSBACKUP_RESTORE_COMMIT_H

struct failure;
struct restoration;

/*
 * Lets all that was made ready in the stages appear: removes what is to go,
 * makes directories, moves files, further names, symbolic links, in this
 * order, clears the stages, sets the attributes of directories, and makes all
 * of it durable.  Returns 0, or -1 with why set (NEEDS_PERSON): the target is
 * restored in part then.
 */
int
restore_commit_run(const struct restoration *restoration,
    struct failure *why);

#endif
