#include <config.h>

#include "failure.h"

#include <errno.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "text.h"

/*
 * Puts text, made harmless, into the room bytes at field; what does not fit
 * is cut off between two characters.
 */
static void
put(char *field, size_t room, const struct text *text)
{
	struct text masked = { 0 };

	text_add_masked(&masked, text_string(text), text->length);
	const char *string = text_string(&masked);
	size_t length = masked.length;
	if (length >= room) {
		length = room - 1;
		while (length > 0 && (string[length] & 0xc0) == 0x80)
			length--;
	}
	memcpy(field, string, length);
	field[length] = '\0';
	text_release(&masked);
}

static void
set(struct failure *why, enum exitcode code, const struct text *text)
{
	why->code = code;
	put(why->message, sizeof(why->message), text);
	why->hint[0] = '\0';
}

void
failure_set(struct failure *why, enum exitcode code, const char *format, ...)
{
	struct text text = { 0 };
	va_list arguments;

	va_start(arguments, format);
	text_format_list(&text, format, arguments);
	va_end(arguments);
	set(why, code, &text);
	text_release(&text);
}

void
failure_set_errno(struct failure *why, enum exitcode code, int error,
    const char *format, ...)
{
	char words[128];
	struct text text = { 0 };
	va_list arguments;

	va_start(arguments, format);
	text_format_list(&text, format, arguments);
	va_end(arguments);
	/* Not strerror(), which is for one thread only. */
	if (strerror_r(error, words, sizeof(words)) != 0)
		(void)snprintf(words, sizeof(words), "error %d", error);
	text_format(&text, ": %s", words);
	set(why, code, &text);
	text_release(&text);
}

void
failure_add(struct failure *why, const char *format, ...)
{
	struct text text = { 0 };
	va_list arguments;

	va_start(arguments, format);
	text_format_list(&text, format, arguments);
	va_end(arguments);
	text_format(&text, ": %s", why->message);
	put(why->message, sizeof(why->message), &text);
	text_release(&text);
}

void
failure_hint(struct failure *why, const char *format, ...)
{
	struct text text = { 0 };
	va_list arguments;

	va_start(arguments, format);
	text_format_list(&text, format, arguments);
	va_end(arguments);
	put(why->hint, sizeof(why->hint), &text);
	text_release(&text);
}

enum exitcode
failure_code_of_errno(int error)
{
	switch (error) {
	case EDQUOT:
	case EEXIST:
	case EFBIG:
	case EIO:
	case ENOSPC:
	case EROFS:
		return EXITCODE_CANNOT_WRITE;
	case EACCES:
	case EPERM:
		return EXITCODE_DENIED;
	case EAGAIN:
	case EMFILE:
	case ENFILE:
	case ENOMEM:
		return EXITCODE_SYSTEM;
	default:
		return EXITCODE_FAILED;
	}
}
