#include <config.h>

#include "markup.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "../base/text.h"

/* Returns the reference for a character that has a meaning, or NULL. */
static const char *
reference(uint32_t character)
{
	switch (character) {
	case '&':
		return ("&amp;");
	case '<':
		return ("&lt;");
	case '>':
		return ("&gt;");
	case '"':
		return ("&quot;");
	case '\'':
		return ("&#39;");
	case '\t':
		return ("&#9;");
	default:
		return (NULL);
	}
}

/* Whether a reader would not see the character, or see others elsewhere. */
static bool
is_unseen(uint32_t character)
{
	return (character == 0xad || character == 0x61c ||
	    character == 0x180e ||
	    (character >= 0x200b && character <= 0x200f) ||
	    (character >= 0x2028 && character <= 0x202e) ||
	    (character >= 0x2060 && character <= 0x206f) ||
	    (character >= 0xfe00 && character <= 0xfe0f) ||
	    character == 0xfeff ||
	    (character >= 0xfff0 && character <= 0xfffb) ||
	    (character & 0xfffe) == 0xfffe ||
	    (character >= 0xe0000 && character <= 0xe0fff));
}

void
markup_add(struct text *text, const char *bytes, size_t length)
{
	while (length > 0) {
		uint32_t character = 0;
		size_t size = text_character(bytes, length, &character);
		const char *name = size == 0 ? NULL : reference(character);

		if (name != NULL)
			text_add(text, name);
		else if (size > 0 && is_unseen(character))
			text_format(text, "[U+%04lX]",
			    (unsigned long)character);
		else if (size == 1 && *bytes == '\n')
			text_add_bytes(text, bytes, 1);
		else
			text_add_masked(text, bytes, size == 0 ? 1 : size);
		if (size == 0)
			size = 1;
		bytes += size;
		length -= size;
	}
}

void
markup_add_string(struct text *text, const char *string)
{
	markup_add(text, string, strlen(string));
}
