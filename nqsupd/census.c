#include <config.h>

#include "census.h"

#include <sys/stat.h>

#include <dirent.h>
#include <errno.h>
#include <string.h>

#include "../libcore/base/text.h"
#include "../libcore/base/words.h"

/* The unit of st_blocks on every system that we compile on. */
enum { BLOCK = 512 };

/* Takes in the thing at path; a directory is added to found. */
static void
take_in(const char *path, struct census *census, struct words *found)
{
	struct stat status;

	if (lstat(path, &status) == -1)
		return;
	if (S_ISDIR(status.st_mode)) {
		words_add(found, path);
	} else if (S_ISREG(status.st_mode)) {
		census->files++;
		census->bytes += (int64_t)status.st_blocks * BLOCK;
	}
}

/* Takes in what is in directory itself. */
static int
look_into(const char *directory, struct census *census, struct words *found)
{
	DIR *stream = opendir(directory);
	const struct dirent *entry;

	if (stream == NULL)
		return (errno == ENOENT || errno == ENOTDIR ? 0 : -1);
	while ((errno = 0, entry = readdir(stream)) != NULL) {
		struct text path = { 0 };

		text_format(&path, "%s/%s", directory, entry->d_name);
		if (strcmp(entry->d_name, ".") != 0 &&
		    strcmp(entry->d_name, "..") != 0)
			take_in(text_string(&path), census, found);
		text_release(&path);
	}
	const int error = errno;

	(void)closedir(stream);		/* was only read */
	errno = error;
	return (error == 0 ? 0 : -1);
}

int
census_take(const char *path, struct census *census)
{
	struct words directories = { 0 };
	int rc = 0;

	words_add(&directories, path);
	for (size_t i = 0; rc == 0 && i < directories.count; i++)
		rc = look_into(directories.list[i], census, &directories);
	const int error = errno;

	words_release(&directories);
	errno = error;
	return (rc);
}
