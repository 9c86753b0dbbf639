#include <config.h>

#include "procedure_find.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../base/failure.h"
#include "../base/memory.h"
#include "../base/text.h"
#include "../base/words.h"
#include "../system/fileio.h"

char *
procedure_path(const char *directory, const char *name)
{
	struct text path = { 0 };

	text_format(&path, "%s/%s.conf", directory, name);
	return (text_take(&path));
}

void
procedure_list(const struct words *directories, struct words *names)
{
	struct failure unread = { 0 };		/* then there is less to say */
	struct words found = { 0 };

	for (size_t i = 0; i < directories->count; i++)
		(void)fileio_list(directories->list[i], ".conf", &found,
		    &unread);
	for (size_t i = 0; i < found.count; i++) {
		if (!words_has(names, found.list[i]))
			words_add(names, found.list[i]);
	}
	words_release(&found);
}

char *
procedure_find(const char *name, const struct words *directories,
    struct failure *why)
{
	struct text where = { 0 };

	if (strchr(name, '/') != NULL) {
		/* A later life of the run may be somewhere else. */
		char *absolute = fileio_absolute_path(name);

		return (absolute != NULL ? absolute :
		    memory_copy_string(name));
	}
	for (size_t i = 0; i < directories->count; i++) {
		char *path = procedure_path(directories->list[i], name);

		if (access(path, F_OK) == 0)
			return (path);
		free(path);
	}
	words_join(directories, "', '", &where);
	failure_set(why, EXITCODE_USAGE, "there is no procedure '%s' in '%s'",
	    name, text_string(&where));
	text_release(&where);
	if (access(name, F_OK) == 0)
		failure_hint(why, "the file here is './%s': a path has a "
		    "slash", name);
	return (NULL);
}
