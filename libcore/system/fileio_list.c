#include <config.h>

#include "fileio.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "../base/failure.h"
#include "../base/text.h"
#include "../base/words.h"

static int
compare(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Adds the names that stream has.  Returns 0, or the errno that ended it. */
static int
add_names(DIR *stream, const char *suffix, struct words *names)
{
	const struct dirent *entry;

	while ((errno = 0, entry = readdir(stream)) != NULL) {
		if (entry->d_name[0] != '.' &&
		    text_ends_with(entry->d_name, suffix))
			words_format(names, "%.*s",
			    (int)(strlen(entry->d_name) - strlen(suffix)),
			    entry->d_name);
	}
	return (errno);
}

int
fileio_list(const char *directory, const char *suffix, struct words *names,
    struct failure *why)
{
	DIR *stream = opendir(directory);
	struct words found = { 0 };
	int error = errno;

	if (stream == NULL && error == ENOENT)
		return (0);
	if (stream != NULL) {
		error = add_names(stream, suffix, &found);
		(void)closedir(stream);		/* was only read */
	}
	if (error != 0) {
		/* What is not seen might be what matters. */
		failure_set_errno(why, failure_code_of_errno(error), error,
		    "cannot read '%s'", directory);
	} else if (found.count > 0) {
		qsort(found.list, found.count, sizeof(*found.list), compare);
		words_add_all(names, &found);
	}
	words_release(&found);
	return (error == 0 ? 0 : -1);
}
