#include <config.h>

#include "word.h"

#include <stdlib.h>
#include <string.h>

#include "../../libcore/base/memory.h"
#include "../../libcore/base/text.h"

void
word_add(struct text *text, const char *word)
{
	text_add(text, " ");
	if (word == NULL || word[0] == '\0') {
		text_add(text, "-");
		return;
	}
	if (strcmp(word, "-") == 0) {
		text_add(text, "\\x2d");
		return;
	}
	for (; *word != '\0'; word++) {
		const unsigned char byte = (unsigned char)*word;

		if (byte > ' ' && byte < 0x7f && byte != '\\')
			text_add_bytes(text, word, 1);
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
	if (strcmp(word, "-") == 0)
		return (memory_copy_string(""));
	char *string = memory_copy_string(word);
	char *to = string;

	for (; *word != '\0'; word++) {
		if (*word != '\\') {
			*to++ = *word;
			continue;
		}
		const int high = word[1] == 'x' ? word_digit(word[2]) : -1;
		const int low = high >= 0 ? word_digit(word[3]) : -1;

		if (low < 0 || (high == 0 && low == 0)) {
			free(string);
			return (NULL);
		}
		*to++ = (char)(high * 16 + low);
		word += 3;
	}
	*to = '\0';
	return (string);
}
