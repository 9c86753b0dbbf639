#include <config.h>

#include "profile.h"

#include <stdbool.h>
#include <string.h>

static bool
is_of_name(char byte)
{
	return ((byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
	    (byte >= '0' && byte <= '9') || byte == '_');
}

/* Whether the words before at, on the line, end with "setenv". */
static bool
is_behind_setenv(const char *line, const char *at)
{
	static const char word[] = "setenv";
	const size_t length = sizeof(word) - 1;

	while (at > line && (at[-1] == ' ' || at[-1] == '\t'))
		at--;
	return ((size_t)(at - line) >= length &&
	    memcmp(at - length, word, length) == 0 &&
	    ((size_t)(at - line) == length ||
	    !is_of_name(at[-(ptrdiff_t)length - 1])));
}

/* Whether the length bytes of line assign to name, of size bytes. */
static bool
assigns(const char *line, size_t length, const char *name, size_t size)
{
	for (size_t i = 0; i < length; i++) {
		const char before = i == 0 ? ' ' : line[i - 1];

		if (line[i] == '#' && (before == ' ' || before == '\t'))
			return (false);
		if (length - i < size || memcmp(line + i, name, size) != 0 ||
		    is_of_name(before) || before == '$' || before == '{')
			continue;
		const char after = i + size == length ? '\n' :
		    line[i + size];

		/* "NAME==" and "NAME = " compare, in [ ] and (( )). */
		if (after == '=' && (i + size + 1 == length ||
		    line[i + size + 1] != '='))
			return (true);
		if (!is_of_name(after) && is_behind_setenv(line, line + i))
			return (true);
	}
	return (false);
}

size_t
profile_find_assignment(const char *text, const char *name, size_t from)
{
	const size_t size = strlen(name);

	for (size_t number = 1; *text != '\0'; number++) {
		const size_t length = strcspn(text, "\n");

		if (number >= from && assigns(text, length, name, size))
			return (number);
		text += length;
		if (*text == '\n')
			text++;
	}
	return (0);
}
