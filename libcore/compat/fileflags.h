#ifndef LIBCORE_COMPAT_FILEFLAGS_H
#define LIBCORE_COMPAT_FILEFLAGS_H

#include <stdbool.h>

struct stat;

/*
 * Does what fstatat(2) does for name in the open directory, without following
 * it, or ("") for the open file directory itself.  Sets *fixed to whether it
 * has a flag, as chattr(1) sets them, that lets nobody change it, or only add
 * to it; to false where that cannot be asked for, or the system refuses that
 * question (a filter of system calls may).  Of *status only what every
 * system has is set, and st_atim is not.  Returns 0, or -1 with errno set.
 */
int
fileflags_look(int directory, const char *name, struct stat *status,
    bool *fixed);

#endif
