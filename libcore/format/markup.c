#include <config.h>

#include "markup.h"

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

void
markup_add(struct text *text, const char *bytes, size_t length)
{
	while (length > 0) {
		uint32_t character = 0;
		size_t size = text_character(bytes, length, &character);
		const char *name = size == 0 ? NULL : reference(character);

		if (name != NULL)
			text_add(text, name);
		else if (size > 0 && text_is_unseen(character))
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
