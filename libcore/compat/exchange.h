#ifndef LIBCORE_COMPAT_EXCHANGE_H
#define LIBCORE_COMPAT_EXCHANGE_H

/*
 * Exchanges the names one, in the open directory first, and other, in
 * second, on one file system, at one instant.  Returns 0, or -1 with errno
 * set: ENOSYS where the system or the file system cannot do that.
 */
int
exchange_names(int first, const char *one, int second, const char *other);

#endif
