#ifndef LIBCORE_SYSTEM_EXTENDED_H
#define LIBCORE_SYSTEM_EXTENDED_H

/*
 * Gives the open directory to the extended attributes of the open directory
 * from, and takes from it the access control lists that from has not.  Does
 * nothing where the system has no such attributes.  Returns 0, or -1 with
 * errno set.
 */
int
extended_copy(int from, int to);

#endif
