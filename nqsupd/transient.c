#include <config.h>

#include "transient.h"

#include <sys/stat.h>

#include <dirent.h>
#include <errno.h>
#include <inttypes.h>

#include "../libcore/base/failure.h"
#include "../libcore/base/text.h"
#include "../libcore/base/words.h"
#include "../libsite/node_config.h"

/*
 * Counts the files of directory, and adds the directories in it to found.
 * What goes away meanwhile is not counted.  Returns -1 with errno set.
 */
static int64_t
count_in(const char *directory, struct words *found)
{
	DIR *stream = opendir(directory);
	const struct dirent *entry;
	int64_t count = 0;

	if (stream == NULL)
		return (errno == ENOENT || errno == ENOTDIR ? 0 : -1);
	while ((entry = readdir(stream)) != NULL) {
		struct text path = { 0 };
		struct stat status;

		text_format(&path, "%s/%s", directory, entry->d_name);
		if (entry->d_name[0] != '.' &&
		    lstat(text_string(&path), &status) == 0) {
			if (S_ISDIR(status.st_mode))
				words_add(found, text_string(&path));
			else if (S_ISREG(status.st_mode))
				count++;
		}
		text_release(&path);
	}
	(void)closedir(stream);		/* was only read */
	return (count);
}

int64_t
transient_count(const struct node_transient *transient, struct failure *why)
{
	struct words directories = { 0 };
	int64_t all = 0;

	words_add(&directories, transient->path);
	for (size_t i = 0; all != -1 && i < directories.count; i++) {
		const int64_t count = count_in(directories.list[i],
		    &directories);

		if (count == -1)
			failure_set_errno(why, failure_code_of_errno(errno),
			    errno, "cannot count the %s in '%s'",
			    transient->name, directories.list[i]);
		all = count == -1 ? -1 : all + count;
	}
	words_release(&directories);
	return (all);
}

static void
describe(const struct node_site *site, struct words *lines)
{
	for (size_t i = 0; i < site->transient_count; i++) {
		const struct node_transient *transient = &site->transients[i];
		struct failure why = { 0 };
		const int64_t count = transient_count(transient, &why);

		if (count == -1)
			words_format(lines, "%s: %s", site->name, why.message);
		else
			words_format(lines, "%s: %" PRId64 " %s", site->name,
			    count, transient->name);
	}
}

void
transient_describe(const struct node_config *config, struct words *lines)
{
	for (size_t i = 0; i < config->site_count; i++) {
		const struct node_site *site = &config->sites[i];
		struct stat status;

		if (stat(site->trees.list[0], &status) == 0)
			describe(site, lines);
	}
}
