#ifndef LIBCORE_COMPAT_NOATIME_H
#define LIBCORE_COMPAT_NOATIME_H

/*
 * Returns the flag for open(2) by which reading leaves the access time as it
 * is, or 0 where the system has none.  With it, open(2) fails with EPERM
 * unless the file belongs to who asks, or he is privileged.
 */
int
noatime_flag(void);

#endif
