#include <config.h>

#include "fileio.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>

#include "../base/text.h"
#include "../base/words.h"

static int
compare(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

void
fileio_list(const char *directory, const char *suffix, struct words *names)
{
	DIR *stream = opendir(directory);
	const struct dirent *entry;
	const size_t before = names->count;

	if (stream == NULL)
		return;
	while ((entry = readdir(stream)) != NULL) {
		if (entry->d_name[0] != '.' &&
		    text_ends_with(entry->d_name, suffix))
			words_format(names, "%.*s",
			    (int)(strlen(entry->d_name) - strlen(suffix)),
			    entry->d_name);
	}
	(void)closedir(stream);		/* was only read */
	if (names->count > before)
		qsort(names->list + before, names->count - before,
		    sizeof(*names->list), compare);
}
