#ifndef NQSUPD_PREVIOUS_H
#define NQSUPD_PREVIOUS_H

struct failure;
struct node_config;
struct values;

/*
 * Looks through the store for the package of the installed release, by which
 * an upgrade is taken back, and adds its path to the value "previous", or
 * nothing when it is not there.  Returns 0, or -1 with why set.  Asks the
 * package manager: forks and blocks.
 */
int
previous_find(const struct node_config *config, struct values *values,
    struct failure *why);

/*
 * Refuses to carry out the procedure name with values, in which previous_find()
 * has put what it found, if it is an upgrade that nothing could take back.
 * Returns 0, or -1 with why set (FAILED).  Pure.
 */
int
previous_check(const struct node_config *config, const char *name,
    const struct values *values, struct failure *why);

#endif
