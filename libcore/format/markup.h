#ifndef LIBCORE_FORMAT_MARKUP_H
#define LIBCORE_FORMAT_MARKUP_H

#include <stddef.h>

struct text;

/*
 * Text within HTML and SVG.  Whatever is added can neither end the element or
 * the quoted attribute that it stands in, nor show itself as something else.
 */

/*
 * Adds the length bytes at bytes: what has a meaning in HTML, and tabs, as
 * references, newlines as they are, other control bytes and what is not UTF-8
 * as \xNN, characters that are not seen or turn the direction of others as
 * U+NNNN in brackets.  Pure.
 */
void
markup_add(struct text *text, const char *bytes, size_t length);

/* The same for a string. */
void
markup_add_string(struct text *text, const char *string);

#endif
