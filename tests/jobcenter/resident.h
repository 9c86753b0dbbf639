#ifndef JOBCENTER_RESIDENT_H
#define JOBCENTER_RESIDENT_H

#include <sys/types.h>

#include <signal.h>

#include "place.h"

/*
 * What every resident process does.  SIGTERM and SIGCHLD are blocked from
 * resident_start on and arrive only in resident_wait, so no check of
 * resident_is_ending can miss one.
 */

/*
 * Leaves the terminal and the session: the caller's process ends with
 * success, and a new process without parent goes on with an empty standard
 * input, the site's log as output, and no other descriptor.
 */
void
resident_detach(const struct place *place);

/* Takes over SIGTERM and SIGCHLD. */
void
resident_start(void);

/* Has SIGTERM come?  Has a child ended since the last call? */
int
resident_is_ending(void);
int
resident_has_children(void);

/*
 * Waits until one of the first count descriptors of reading is readable
 * (those below 0 are left out), a signal comes, or milliseconds have gone.
 * readable[i] says which; it may be NULL when count is 0.
 */
void
resident_wait(const int *reading, int *readable, int count,
    long milliseconds);

/*
 * Starts the site's program name with the site's name as its argument; input
 * becomes its standard input, -1 means an empty one.  Returns its process
 * id, or -1.
 */
pid_t
resident_spawn(const struct place *place, const char *name, int input);

/* Makes the child's signals what they were before resident_start. */
void
resident_restore_signals(void);

/* Milliseconds of a clock that only goes on. */
long long
resident_clock(void);

/* Opens a socket that listens at address.  Returns it, or -1. */
int
resident_listen(const struct sockaddr_in *address);

/*
 * A process without work of its own: it lives until SIGTERM, or until the
 * nqsdaemon that started it is gone, which closes its standard input.
 */
int
resident_idle(void);

/* comagent: keeps the connections of clients open.  Returns the exit code. */
int
resident_comagent(const struct place *place);

/*
 * cjcpw without -c: starts the site's nqsdaemon, watches it, and ends when
 * it ends; SIGTERM is passed on.  Returns the exit code.
 */
int
resident_cjcpw(const struct place *place);

#endif
