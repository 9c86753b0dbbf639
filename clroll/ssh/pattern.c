#include <config.h>

#include "pattern.h"

#include <string.h>

bool
pattern_matches(const char *pattern, size_t length, const char *string)
{
	const char *again;
	size_t star;
	size_t at;

	again = NULL;
	star = 0;
	at = 0;
	while (*string != '\0') {
		if (at < length && pattern[at] == '*') {
			star = ++at;
			again = string;
		} else if (at < length &&
		    (pattern[at] == '?' || pattern[at] == *string)) {
			at++;
			string++;
		} else if (again != NULL) {
			at = star;
			string = ++again;
		} else
			return false;
	}
	while (at < length && pattern[at] == '*')
		at++;
	return at == length;
}

bool
pattern_list_matches(const char *list, char separator, const char *name)
{
	const char separators[] = { separator, '\0' };
	bool matches;

	matches = false;
	for (; *list != '\0'; list += *list == separator) {
		size_t length;

		length = strcspn(list, separators);
		if (*list != '!')
			matches = matches ||
			    pattern_matches(list, length, name);
		else if (pattern_matches(list + 1, length - 1, name))
			return false;
		list += length;
	}
	return matches;
}
