#include <config.h>

#include "text.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "memory.h"

/* Makes room for length more bytes and the NUL behind them. */
static void
reserve(struct text *text, size_t length)
{
	size_t needed = text->length + length + 1;

	if (needed <= length)
		memory_end("memory");
	if (needed <= text->room)
		return;
	size_t room = text->room < 32 ? 64 : text->room * 2;
	if (room < needed)
		room = needed;
	text->bytes = memory_resize(text->bytes, room, 1);
	text->room = room;
}

void
text_reserve(struct text *text, size_t length)
{
	reserve(text, length);
	text->bytes[text->length] = '\0';
}

void
text_release(struct text *text)
{
	free(text->bytes);
	text->bytes = NULL;
	text->length = 0;
	text->room = 0;
}

void
text_clear(struct text *text)
{
	text->length = 0;
	if (text->bytes != NULL)
		text->bytes[0] = '\0';
}

const char *
text_string(const struct text *text)
{
	return text->bytes != NULL ? text->bytes : "";
}

char *
text_take(struct text *text)
{
	reserve(text, 0);
	text->bytes[text->length] = '\0';
	char *result = text->bytes;
	text->bytes = NULL;
	text_release(text);
	return result;
}

void
text_add(struct text *text, const char *string)
{
	text_add_bytes(text, string, strlen(string));
}

void
text_add_bytes(struct text *text, const void *bytes, size_t length)
{
	reserve(text, length);
	if (length > 0)
		memcpy(text->bytes + text->length, bytes, length);
	text->length += length;
	text->bytes[text->length] = '\0';
}

void
text_format_list(struct text *text, const char *format, va_list arguments)
{
	va_list again;

	/* Else a compiler that checks for it warns of what comes of NULL. */
	assert(format != NULL);
	va_copy(again, arguments);
	int length = vsnprintf(NULL, 0, format, again);
	va_end(again);
	assert(length >= 0);
	reserve(text, (size_t)length);
	(void)vsnprintf(text->bytes + text->length, (size_t)length + 1, format,
	    arguments);
	text->length += (size_t)length;
}

void
text_format(struct text *text, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	text_format_list(text, format, arguments);
	va_end(arguments);
}

/*
 * Well-formed means as in the Unicode standard, table 3-7: no overlong forms,
 * no surrogates, nothing above U+10FFFF.
 */
size_t
text_character(const void *bytes, size_t length, uint32_t *character)
{
	static const uint32_t smallest[] = { 0, 0, 0x80, 0x800, 0x10000 };
	const unsigned char *at = bytes;

	if (length == 0)
		return 0;
	size_t size = at[0] < 0x80 ? 1 : at[0] < 0xc2 ? 0 : at[0] < 0xe0 ? 2 :
	    at[0] < 0xf0 ? 3 : at[0] < 0xf5 ? 4 : 0;
	if (size == 0 || size > length)
		return 0;
	uint32_t value = size == 1 ? at[0] : at[0] & (0x7fu >> size);
	for (size_t i = 1; i < size; i++) {
		if ((at[i] & 0xc0) != 0x80)
			return 0;
		value = value << 6 | (at[i] & 0x3fu);
	}
	if (value < smallest[size] || value > 0x10ffff ||
	    (value >= 0xd800 && value <= 0xdfff))
		return 0;
	*character = value;
	return size;
}

bool
text_is_unseen(uint32_t character)
{
	return character == 0xad || character == 0x61c ||
	    character == 0x180e ||
	    (character >= 0x200b && character <= 0x200f) ||
	    (character >= 0x2028 && character <= 0x202e) ||
	    (character >= 0x2060 && character <= 0x206f) ||
	    (character >= 0xfe00 && character <= 0xfe0f) ||
	    character == 0xfeff ||
	    (character >= 0xfff0 && character <= 0xfffb) ||
	    (character & 0xfffe) == 0xfffe ||
	    (character >= 0xe0000 && character <= 0xe0fff);
}

/*
 * Returns how many bytes at the beginning are printable ASCII, but no
 * backslash: most are, and need not be looked at one after the other.
 */
static size_t
count_plain(const unsigned char *at, const unsigned char *end)
{
	const unsigned char *next = at;

	while (next < end && *next >= 0x20 && *next < 0x7f && *next != '\\')
		next++;
	return (size_t)(next - at);
}

static void
add_harmless(struct text *text, const void *bytes, size_t length,
    const char *escaped)
{
	const unsigned char *at = bytes;
	const unsigned char *end = at + length;

	for (;;) {
		const size_t count = count_plain(at, end);

		text_add_bytes(text, at, count);
		at += count;
		if (at == end)
			return;
		uint32_t value = 0;
		size_t size = text_character(at, (size_t)(end - at), &value);
		bool plain = size > 0 && value >= 0x20 &&
		    (value < 0x7f || value >= 0xa0) &&
		    !text_is_unseen(value) &&
		    (value > 0x7f || strchr(escaped, (int)value) == NULL);

		if (plain)
			text_add_bytes(text, at, size);
		if (size == 0)
			size = 1;
		for (size_t i = 0; !plain && i < size; i++)
			text_format(text, "\\x%02x", (unsigned int)at[i]);
		at += size;
	}
}

void
text_add_visible(struct text *text, const void *bytes, size_t length)
{
	add_harmless(text, bytes, length, "\\");
}

void
text_add_masked(struct text *text, const void *bytes, size_t length)
{
	add_harmless(text, bytes, length, "");
}

void
text_add_output(struct text *text, const void *bytes, size_t length)
{
	const char *at = bytes;
	const char *end = at + length;
	const size_t begin = text->length;

	while (at < end) {
		const char *tab = memchr(at, '\t', (size_t)(end - at));

		text_add_masked(text, at, (size_t)((tab == NULL ? end : tab) -
		    at));
		if (tab == NULL)
			break;
		do {
			text_add(text, " ");
		} while ((text->length - begin) % 8 != 0);
		at = tab + 1;
	}
}

bool
text_begins_with(const char *string, const char *prefix)
{
	return strncmp(string, prefix, strlen(prefix)) == 0;
}

bool
text_ends_with(const char *string, const char *suffix)
{
	size_t length = strlen(string);
	size_t tail = strlen(suffix);

	return length >= tail && strcmp(string + length - tail, suffix) == 0;
}
