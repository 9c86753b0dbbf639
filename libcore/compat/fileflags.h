#ifndef LIBCORE_COMPAT_FILEFLAGS_H
#define LIBCORE_COMPAT_FILEFLAGS_H

#include <stdbool.h>

/*
 * Returns whether name in the open directory, or ("") the open file directory
 * itself, has a flag, as chattr(1) sets them, that lets nobody change it, or
 * only add to it; false where that cannot be asked for.
 */
bool
fileflags_is_fixed(int directory, const char *name);

#endif
