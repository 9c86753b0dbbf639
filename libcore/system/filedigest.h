#ifndef LIBCORE_SYSTEM_FILEDIGEST_H
#define LIBCORE_SYSTEM_FILEDIGEST_H

#include "../base/digest.h"

struct failure;

/*
 * Writes the SHA-256 of the regular file path into digest.  Returns 0, or -1
 * with why set (DATA when it is something else).  Reads the whole file.
 */
int
filedigest_read(const char *path, char digest[DIGEST_TEXT_ROOM],
    struct failure *why);

#endif
