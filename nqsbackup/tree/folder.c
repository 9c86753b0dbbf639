#include <config.h>

#include "folder.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../../libcore/base/memory.h"
#include "../../libcore/system/beneath.h"
#include "../../libcore/system/fileio.h"

void
folder_start(struct folder *folder, int root)
{
	*folder = (struct folder){ .root = root };
}

/* Closes all levels but the first count. */
static void
climb(struct folder *folder, size_t count)
{
	while (folder->count > count)
		/* Directories. */
		(void)close(folder->levels[--folder->count].fd);
}

void
folder_close(struct folder *folder)
{
	climb(folder, 0);
	free(folder->path);
	folder->path = NULL;
	folder->room = 0;
}

/* Returns how much of path, at most length bytes, is open already. */
static size_t
shared_levels(const struct folder *folder, const char *path, size_t length)
{
	size_t begin = 0;
	size_t count = 0;

	for (; count < folder->count; count++) {
		const size_t end = folder->levels[count].length;

		if (end > length || (end < length && path[end] != '/') ||
		    memcmp(folder->path + begin, path + begin,
		    end - begin) != 0)
			break;
		begin = end;
	}
	return (count);
}

static int
last_of(const struct folder *folder)
{
	return (folder->count == 0 ? folder->root :
	    folder->levels[folder->count - 1].fd);
}

/*
 * Opens the next directory, name, which is path up to length.  When the
 * levels are full the last of them goes down.
 */
static int
descend(struct folder *folder, const char *name, size_t length)
{
	const int fd = fileio_open(last_of(folder), name,
	    O_RDONLY | O_DIRECTORY | O_NOFOLLOW, 0);

	if (fd == -1)
		return (-1);
	if (folder->count == FOLDER_LEVELS)
		climb(folder, FOLDER_LEVELS - 1);
	folder->levels[folder->count].fd = fd;
	folder->levels[folder->count++].length = length;
	return (0);
}

/* Opens the directories of path from the last level on. */
static int
open_rest(struct folder *folder, size_t length)
{
	size_t at = folder->count == 0 ? 0 :
	    folder->levels[folder->count - 1].length + 1;

	while (at < length) {
		char *name = folder->path + at;
		char *end = name + strcspn(name, "/");
		const char separator = *end;

		*end = '\0';
		const int rc = descend(folder, name,
		    (size_t)(end - folder->path));

		*end = separator;
		if (rc == -1)
			return (-1);
		at = (size_t)(end - folder->path) + 1;
	}
	return (0);
}

int
folder_open(struct folder *folder, const char *path, const char **name)
{
	const char *slash = strrchr(path, '/');
	const size_t length = slash == NULL ? 0 : (size_t)(slash - path);

	*name = slash == NULL ? path : slash + 1;
	climb(folder, shared_levels(folder, path, length));
	if (folder->count > 0 &&
	    folder->levels[folder->count - 1].length == length)
		return (last_of(folder));
	if (!beneath_path_is_clean(path)) {
		errno = EINVAL;
		return (-1);
	}
	if (folder->room <= length) {
		folder->room = length + 256;
		folder->path = memory_resize(folder->path, folder->room, 1);
	}
	memcpy(folder->path, path, length);
	folder->path[length] = '\0';
	return (open_rest(folder, length) == -1 ? -1 : last_of(folder));
}
