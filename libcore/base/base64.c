#include <config.h>

#include "base64.h"

#include <string.h>

#include "text.h"

/* Returns the value of one digit, or -1. */
static int
digit_value(char c)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	    "abcdefghijklmnopqrstuvwxyz0123456789+/";
	const char *at;

	at = memchr(digits, c, sizeof(digits) - 1);
	return at != NULL ? (int)(at - digits) : -1;
}

/* Decodes the four digits at string, the last padding of which are '='. */
static int
read_group(const char *string, size_t padding, struct text *text)
{
	unsigned char bytes[3];
	unsigned long value;

	value = 0;
	for (size_t i = 0; i < 4; i++) {
		int digit;

		digit = i < 4 - padding ? digit_value(string[i]) : 0;
		if (digit < 0)
			return -1;
		value = value << 6 | (unsigned long)digit;
	}
	bytes[0] = (unsigned char)(value >> 16 & 0xff);
	bytes[1] = (unsigned char)(value >> 8 & 0xff);
	bytes[2] = (unsigned char)(value & 0xff);
	/* What the padding stands for must be zero, or two texts would mean
	 * the same bytes. */
	for (size_t i = 3 - padding; i < 3; i++)
		if (bytes[i] != 0)
			return -1;
	text_add_bytes(text, bytes, 3 - padding);
	return 0;
}

int
base64_read(const char *string, size_t length, struct text *text)
{
	if (length % 4 != 0)
		return -1;
	for (size_t at = 0; at < length; at += 4) {
		size_t padding;

		padding = 0;
		if (at + 4 == length && string[at + 3] == '=')
			padding = string[at + 2] == '=' ? 2 : 1;
		if (read_group(string + at, padding, text) == -1)
			return -1;
	}
	return 0;
}
