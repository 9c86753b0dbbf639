#ifndef LIBCORE_BASE_BASE64_H
#define LIBCORE_BASE_BASE64_H

#include <stddef.h>

struct text;

/*
 * Decodes length characters of base64 (RFC 4648, section 4, with padding,
 * without line breaks) at string and adds the bytes to text.  Returns 0, or
 * -1 when they are not base64; text then holds a part of them.
 */
int
base64_read(const char *string, size_t length, struct text *text);

#endif
