#include <config.h>

#include "folder.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../../libcore/base/memory.h"
#include "../../libcore/system/beneath.h"

void
folder_start(struct folder *folder, int root)
{
	folder->root = root;
	folder->fd = -1;
	folder->path = NULL;
}

void
folder_close(struct folder *folder)
{
	if (folder->fd != -1)
		(void)close(folder->fd);	/* a directory */
	folder->fd = -1;
	free(folder->path);
	folder->path = NULL;
}

int
folder_open(struct folder *folder, const char *path, const char **name)
{
	const char *slash = strrchr(path, '/');
	const size_t length = slash == NULL ? 0 : (size_t)(slash - path);

	if (folder->fd != -1 && strlen(folder->path) == length &&
	    memcmp(folder->path, path, length) == 0) {
		*name = slash == NULL ? path : slash + 1;
		return (folder->fd);
	}
	folder_close(folder);
	folder->fd = beneath_open_parent(folder->root, path, name);
	if (folder->fd == -1)
		return (-1);
	folder->path = memory_make(length + 1, 1);
	memcpy(folder->path, path, length);
	return (folder->fd);
}
