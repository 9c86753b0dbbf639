#ifndef LIBCORE_SYSTEM_SIGNALS_H
#define LIBCORE_SYSTEM_SIGNALS_H

#include <stdbool.h>

struct failure;

/*
 * Signals as something to read, for the event loop only: the handler notes the
 * signal and writes one byte into a pipe.  Calling sequence: signals_open,
 * signals_catch for each; when the descriptor is readable signals_drain, then
 * signals_take for each; signals_close.
 */

enum { SIGNALS_ROOM = 128 };		/* more than any system has */

/*
 * Returns the descriptor that becomes readable, or -1 with why set.  Once for
 * a process at a time.
 */
int
signals_open(struct failure *why);

/* Puts back how each signal was handled before, and closes the descriptor. */
void
signals_close(void);

/* Catches signal from now on. */
void
signals_catch(int signal);

/* Reads what has made the descriptor readable. */
void
signals_drain(void);

/*
 * Returns whether a signal has come since signals_drain; false without
 * signals_open.  Any thread may call it; the others above only the one that
 * called signals_open.
 */
bool
signals_are_waiting(void);

/* Returns whether signal has come since it was last asked for. */
bool
signals_take(int signal);

#endif
