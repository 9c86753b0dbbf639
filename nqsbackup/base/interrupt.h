#ifndef NQSBACKUP_BASE_INTERRUPT_H
#define NQSBACKUP_BASE_INTERRUPT_H

struct failure;

/*
 * Stopping on request: after interrupt_begin the first SIGINT, SIGTERM or
 * SIGHUP no longer ends the program, but makes interrupt_check fail at the
 * next safe point, so that nothing is left behind.
 */

/* Begins; returns 0, or -1 with why set. */
int
interrupt_begin(struct failure *why);

/*
 * Returns 0, or -1 with why set (STOPPED) when the program was asked to stop,
 * also if that was said before.  Any thread may call it.  Is a system call.
 */
int
interrupt_check(struct failure *why);

/* Ends: signals do again what they did before. */
void
interrupt_end(void);

#endif
