#include <config.h>

#include "process.h"

#include <sys/stat.h>

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../base/memory.h"

extern char **environ;

const char *
process_path(void)
{
	return "/usr/sbin:/usr/bin:/sbin:/bin";
}

/* Adds "NAME=VALUE" of our own environment, if it is there. */
static void
add_own(struct words *environment, const char *name)
{
	const char *value = getenv(name);

	if (value != NULL)
		words_format(environment, "%s=%s", name, value);
}

/* Whether environment has a variable with the name that entry has. */
static bool
has_name(const struct words *environment, const char *entry)
{
	const size_t length = strcspn(entry, "=") + 1;

	for (size_t i = 0; i < environment->count; i++) {
		if (strncmp(environment->list[i], entry, length) == 0)
			return true;
	}
	return false;
}

void
process_environment(struct words *environment, const char *path)
{
	static const char *const kept[] = { "HOME", "USER", "LOGNAME", "SHELL",
		"TERM", "TZ", NULL };

	words_format(environment, "PATH=%s",
	    path != NULL ? path : process_path());
	words_add(environment, "LC_ALL=C");
	for (const char *const *name = kept; *name != NULL; name++)
		add_own(environment, *name);
	for (char **entry = environ; entry != NULL && *entry != NULL; entry++) {
		/* Of two with one name, each program takes another one. */
		if (text_begins_with(*entry, "NQSTOOLS_") &&
		    !has_name(environment, *entry))
			words_add(environment, *entry);
	}
}

static bool
may_be_run(const char *path)
{
	struct stat status;

	return stat(path, &status) == 0 && S_ISREG(status.st_mode) &&
	    access(path, X_OK) == 0;
}

/* Returns the path of name in path, the caller's, or NULL. */
static char *
search(const char *name, const char *path)
{
	struct words directories = { 0 };
	struct text found = { 0 };
	bool is_found = false;

	words_split(&directories, path, ':');
	for (size_t i = 0; i < directories.count && !is_found; i++) {
		const char *directory = directories.list[i];

		/* Where we happen to stand decides nothing. */
		if (directory[0] != '/')
			continue;
		text_clear(&found);
		text_format(&found, "%s/%s", directory, name);
		is_found = may_be_run(text_string(&found));
	}
	words_release(&directories);
	char *result = is_found ? text_take(&found) : NULL;
	text_release(&found);
	return result;
}

char *
process_find(const char *name, const char *path)
{
	if (name[0] == '\0')
		return NULL;
	if (strchr(name, '/') != NULL)
		return may_be_run(name) ? memory_copy_string(name) : NULL;
	return search(name, path != NULL ? path : process_path());
}
