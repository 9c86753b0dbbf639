#ifndef LIBCORE_BASE_TEXT_H
#define LIBCORE_BASE_TEXT_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * A string that grows.  A zeroed struct text is an empty one.  bytes is
 * always terminated by a NUL that length does not count, or NULL when
 * nothing was ever added; text_string() hides the difference.
 */
struct text {
	char	*bytes;
	size_t	 length;
	size_t	 room;
};

/* Frees what text holds and makes it empty. */
void
text_release(struct text *text);

/* Forgets the content, keeps the room. */
void
text_clear(struct text *text);

/* Returns the content as a string, "" when empty; text keeps it. */
const char *
text_string(const struct text *text);

/* Hands the content to the caller, who frees it, and makes text empty. */
char *
text_take(struct text *text);

/* Adds the string at the end. */
void
text_add(struct text *text, const char *string);

/* Adds length bytes, any bytes, at the end. */
void
text_add_bytes(struct text *text, const void *bytes, size_t length);

/* Makes room for length more bytes, so that adding them moves nothing. */
void
text_reserve(struct text *text, size_t length);

/* Adds what printf would print. */
void
text_format(struct text *text, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* The same from a list of arguments, for functions like text_format. */
void
text_format_list(struct text *text, const char *format, va_list arguments)
    __attribute__((format(printf, 2, 0)));

/*
 * Adds length bytes so that they cannot harm a terminal: printable ASCII
 * and well-formed UTF-8 from U+00A0 on as they are, unless a reader would not
 * see it; all else, the backslash too, as \xNN.
 */
void
text_add_visible(struct text *text, const void *bytes, size_t length);

/*
 * The same but for the backslash, which stays: for a whole message, parts of
 * which were made visible before.
 */
void
text_add_masked(struct text *text, const void *bytes, size_t length);

/*
 * The same for what a program wrote in a line, which may have tabs: each
 * becomes the spaces up to the next column that is a multiple of eight.
 */
void
text_add_output(struct text *text, const void *bytes, size_t length);

/*
 * Returns how many of the length bytes at bytes are one well-formed UTF-8
 * character, 1 to 4, and sets *character to it; or returns 0.
 */
size_t
text_character(const void *bytes, size_t length, uint32_t *character);

/*
 * Returns whether a reader would not see the character, or would see others
 * elsewhere or otherwise than they are: marks of direction, of no width, and
 * the like.
 */
bool
text_is_unseen(uint32_t character);

/* Returns whether string begins with prefix. */
bool
text_begins_with(const char *string, const char *prefix);

/* Returns whether string ends with suffix. */
bool
text_ends_with(const char *string, const char *suffix);

#endif
