#ifndef LIBCORE_SYSTEM_STARTUP_H
#define LIBCORE_SYSTEM_STARTUP_H

/*
 * Makes the process safe to work in, whoever called it: descriptors 0, 1
 * and 2 open, all others closed, umask 077, no signal blocked, SIGPIPE
 * ignored, all others at their default, locale "C", NQS_SITE left alone
 * (nqsupd looks at it).  The first call of every main.  Ends the program
 * with EXITCODE_SYSTEM when it cannot.
 */
void
startup_begin(void);

#endif
