#include <config.h>

#include "word.h"

#include <sys/types.h>

#include <stdlib.h>
#include <string.h>

#include "../../libcore/base/memory.h"
#include "../../libcore/base/text.h"

/* Returns how many bytes of word, at its beginning, need no escape. */
static size_t
count_plain(const char *word)
{
	const char *end = word;

	while (*end > ' ' && *end < 0x7f && *end != '\\')
		end++;
	return ((size_t)(end - word));
}

void
word_add(struct text *text, const char *word)
{
	text_add_bytes(text, " ", 1);
	word_add_bare(text, word);
}

void
word_add_bare(struct text *text, const char *word)
{
	if (word == NULL || word[0] == '\0') {
		text_add(text, "-");
		return;
	}
	if (strcmp(word, "-") == 0) {
		text_add(text, "\\x2d");
		return;
	}
	for (;;) {
		const size_t plain = count_plain(word);

		text_add_bytes(text, word, plain);
		word += plain;
		if (*word == '\0')
			return;
		text_format(text, "\\x%02x", (unsigned char)*word++);
	}
}

void
word_add_bytes(struct text *text, const char *bytes, size_t length)
{
	if (length == 0 || (length == 1 && bytes[0] == '-')) {
		text_add(text, length == 0 ? " -" : " \\x2d");
		return;
	}
	text_add(text, " ");
	for (size_t i = 0; i < length; i++) {
		const unsigned char byte = (unsigned char)bytes[i];

		if (byte > ' ' && byte < 0x7f && byte != '\\')
			text_add_bytes(text, bytes + i, 1);
		else
			text_format(text, "\\x%02x", byte);
	}
}

int
word_digit(char digit)
{
	if (digit >= '0' && digit <= '9')
		return (digit - '0');
	return (digit >= 'a' && digit <= 'f' ? digit - 'a' + 10 : -1);
}

char *
word_read(const char *word)
{
	char *string = memory_copy_string(word);

	if (word_read_in_place(string) == 0)
		return (string);
	free(string);
	return (NULL);
}

/*
 * Takes the escapes out of word.  Returns how long it is then, not ended by a
 * NUL, or -1.
 */
static ssize_t
decode(char *word)
{
	char *to = strchr(word, '\\');

	if (strcmp(word, "-") == 0)
		return (0);
	if (to == NULL)
		return ((ssize_t)strlen(word));
	for (const char *from = to; *from != '\0'; from++) {
		if (*from != '\\') {
			*to++ = *from;
			continue;
		}
		const int high = from[1] == 'x' ? word_digit(from[2]) : -1;
		const int low = high >= 0 ? word_digit(from[3]) : -1;

		if (low < 0)
			return (-1);
		*to++ = (char)(high * 16 + low);
		from += 3;
	}
	return (to - word);
}

int
word_read_in_place(char *word)
{
	const ssize_t length = decode(word);

	if (length == -1 || memchr(word, '\0', (size_t)length) != NULL)
		return (-1);
	word[length] = '\0';
	return (0);
}

int
word_read_bytes(const char *word, struct text *bytes)
{
	char *copy = memory_copy_string(word);
	const ssize_t length = decode(copy);

	if (length != -1)
		text_add_bytes(bytes, copy, (size_t)length);
	free(copy);
	return (length == -1 ? -1 : 0);
}
