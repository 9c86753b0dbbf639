#ifndef LIBCORE_SYSTEM_TRUST_H
#define LIBCORE_SYSTEM_TRUST_H

struct failure;

/*
 * Checks that nobody else could have written the open file fd: it is a
 * regular file of root or of the effective user, writable by neither group
 * nor others.  name is for the message.  Returns 0, or -1 with why set
 * (DENIED).  Reads only the descriptor's status.
 */
int
trust_check(int fd, const char *name, struct failure *why);

#endif
