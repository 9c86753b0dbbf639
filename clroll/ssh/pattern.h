#ifndef CLROLL_SSH_PATTERN_H
#define CLROLL_SSH_PATTERN_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Patterns as ssh(1) has them, where * stands for any characters and ? for one.
 * Pure: no input, no output.
 */

/*
 * Returns whether the length characters of pattern match all of string.  Goes
 * back only to the last *, so it is never worse than quadratic.
 */
bool
pattern_matches(const char *pattern, size_t length, const char *string);

/*
 * Returns whether one of the patterns of list, which separator separates,
 * matches name, and none that begins with '!' does.
 */
bool
pattern_list_matches(const char *list, char separator, const char *name);

#endif
