#ifndef LIBCORE_RUN_STOP_SIGNALS_H
#define LIBCORE_RUN_STOP_SIGNALS_H

#include <signal.h>

struct failure;

/*
 * What may ask a program to end while it has the lock of a run, and claims, but
 * no event loop yet that looks for it: SIGINT, SIGTERM, SIGHUP and
 * that of the verb stop.  Calling sequence: take the lock, stop_signals_hold,
 * prepare and run, give all back, stop_signals_drop.  While the lock is waited
 * for they end the program, which has nothing yet that could be left over.
 */

/* See EXECUTION_STOP_SIGNAL. */
#define STOP_SIGNALS_OF_VERB	SIGUSR1

/* From now on all of them wait, and end nothing. */
void
stop_signals_hold(void);

/*
 * Returns -1 with why set (STOPPED) when one waits that asks run id to stop,
 * which SIGHUP does not, else 0.
 */
int
stop_signals_check(const char *id, struct failure *why);

/*
 * Lets through what waits, as handlers are in place; before gets what
 * stop_signals_restore() brings back.
 */
void
stop_signals_let(sigset_t *before);

/* Lets wait again what waited before stop_signals_let(). */
void
stop_signals_restore(const sigset_t *before);

/* Forgets what waits: all was given back.  Nothing waits from now on. */
void
stop_signals_drop(void);

#endif
