#ifndef NQSUPD_DETACH_H
#define NQSUPD_DETACH_H

#include <stdbool.h>

struct failure;

/*
 * Lets the rest of the program outlive its terminal and its connection:
 * forks, and returns 0 in a child that has a session of its own; or returns
 * -1 with why set when there is no process to be had.
 *
 * The parent never returns.  It passes SIGINT and SIGTERM on and ends as the
 * child does; when it is killed, or loses its terminal, the child goes on.
 * With leave set it ends at once, and the child has nothing of the caller's
 * left open: its outputs go to /dev/null.
 *
 * When the child is ended by a signal, the parent says so.  Then it ends with
 * STOPPED, because the run can be resumed; or with FAILED when there is no
 * file journal, because the run has not begun.
 */
int
detach_fork(bool leave, const char *journal, struct failure *why);

#endif
