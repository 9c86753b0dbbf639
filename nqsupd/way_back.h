#ifndef NQSUPD_WAY_BACK_H
#define NQSUPD_WAY_BACK_H

struct failure;
struct history;
struct node_config;

/*
 * Whether what a run goes on with, and is put back with, is still there.
 */

/*
 * Checks that the packages of the run of history still are what they were when
 * it began.  Returns 0, or -1 with why set (DATA), whose hint says what to
 * bring back.
 */
int
way_back_check_packages(const struct history *history, struct failure *why);

/*
 * Says as a warning what way_back_check_packages() finds of a run that can be
 * resumed.
 */
void
way_back_warn(const struct history *history);

/*
 * Checks, before a run begins to be put back, that what its steps are put back
 * with is there: the archives whole, by the nqsbackup of path, and the package
 * of the former release.  Returns 0, also when it is being put back already, or
 * -1 with why set (DATA).  Forks and blocks.
 */
int
way_back_check(const struct node_config *config,
    const struct history *history, const char *path, struct failure *why);

#endif
