#ifndef NQSUPD_DETACH_H
#define NQSUPD_DETACH_H

#include <stdbool.h>
#include <stdint.h>

struct failure;

/* How long the parent stays. */
enum detach_stay {
	DETACH_FOLLOW,			/* until the child ends */
	DETACH_BEGUN,			/* until the run has begun */
	DETACH_AT_ONCE			/* not at all */
};

/* The option --detach, which verbs number themselves. */
#define DETACH_ROW(number) \
	{ number, "detach", NULL, "return when the run has begun" }

/*
 * Returns how long the parent stays when it was asked to detach, or not, and
 * to wait so long for the lock.
 */
enum detach_stay
detach_choose(bool detach, int64_t wait);

/*
 * Lets the rest of the program outlive its terminal and its connection:
 * forks, and returns 0 in a child that has a session of its own; or returns
 * -1 with why set when there is no process to be had.
 *
 * With DETACH_FOLLOW the parent never returns.  It passes SIGINT and SIGTERM
 * on and ends as the child does; when it is killed, or loses its terminal, the
 * child goes on.  Otherwise the child has nothing of the caller's left open:
 * its outputs go to /dev/null.  The parent returns 1; with DETACH_BEGUN when
 * the child has begun a life of the run id in the file journal, until when it
 * says what the child says on stderr, and if the child ends badly before, it
 * ends as the child does.
 *
 * When the child is ended by a signal, the parent says so.  Then it ends by the
 * same signal, for the run can be resumed but has not stopped; or with FAILED
 * when there is no file journal, because the run has not begun.
 */
int
detach_fork(enum detach_stay stay, const char *journal, const char *id,
    struct failure *why);

#endif
