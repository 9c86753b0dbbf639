#include <config.h>

#include "selection.h"

#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>

#include "../../libcore/base/failure.h"
#include "../../libcore/base/memory.h"
#include "entry.h"

/* Whether pattern fits name or a directory above it. */
static bool
fits(const char *pattern, const char *name)
{
	while (*pattern == '/')
		pattern++;
	if (fnmatch(pattern, name, 0) == 0)
		return (true);
	char *above = memory_copy_string(name);
	bool found = false;
	char *slash;

	while (!found && (slash = strrchr(above, '/')) != NULL) {
		*slash = '\0';
		found = fnmatch(pattern, above, 0) == 0;
	}
	free(above);
	return (found);
}

bool
selection_has(char *const *patterns, const char *name)
{
	if (patterns[0] == NULL)
		return (true);
	for (; *patterns != NULL; patterns++) {
		if (fits(*patterns, name))
			return (true);
	}
	return (false);
}

/* Whether word is no pattern, but called like an archive. */
static bool
is_like_archive(const char *word)
{
	return (strpbrk(word, "*?[") == NULL &&
	    (strstr(word, ".tar") != NULL || strstr(word, ".tgz") != NULL));
}

void
selection_hint(const char *word, struct failure *why)
{
	if (word[0] == '-' && word[1] != '\0')
		failure_hint(why, "options stand before the archive");
	else if (is_like_archive(word))
		failure_hint(why,
		    "if this is an archive: only one is read at a time");
}

int
selection_check(char *const *patterns, const struct entry_list *entries,
    struct failure *why)
{
	for (; *patterns != NULL; patterns++) {
		bool found = false;

		for (size_t i = 0; i < entries->count && !found; i++)
			found = fits(*patterns, entries->list[i].name);
		if (!found) {
			failure_set(why, EXITCODE_FAILED,
			    "nothing in the archive fits '%s'", *patterns);
			if (entries->count > 0)
				failure_hint(why, "'nqsbackup list' shows its "
				    "names; the first is '%.200s'",
				    entries->list[0].name);
			selection_hint(*patterns, why);
			return (-1);
		}
	}
	return (0);
}
