#ifndef NQSBACKUP_CREATE_SITE_CHECK_H
#define NQSBACKUP_CREATE_SITE_CHECK_H

struct command;
struct failure;

/*
 * Checks that no process of site runs, by asking "nqsupd ps --expect
 * stopped" as an operator would, with the same configuration.  Returns 0, or
 * -1 with why set: FAILED when the site runs or nqsupd cannot tell.  Forks
 * and blocks.
 */
int
site_check_stopped(const struct command *command, const char *site,
    struct failure *why);

#endif
