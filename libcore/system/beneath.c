#include <config.h>

#include "beneath.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../base/memory.h"
#include "fileio.h"

enum { DIRECTORY = O_RDONLY | O_DIRECTORY | O_NOFOLLOW };

bool
beneath_path_is_clean(const char *path)
{
	for (;;) {
		const char *end = strchr(path, '/');
		size_t length = end == NULL ? strlen(path) :
		    (size_t)(end - path);

		if (length == 0 || (length == 1 && path[0] == '.') ||
		    (length == 2 && path[0] == '.' && path[1] == '.'))
			return false;
		if (end == NULL)
			return true;
		path = end + 1;
	}
}

/* Opens the directory of the first length bytes of path below root. */
static int
descend(int root, const char *path, size_t length)
{
	char *copy = memory_make(length + 1, 1);
	int fd = fileio_open(root, ".", O_RDONLY | O_DIRECTORY, 0);

	memcpy(copy, path, length);
	for (char *name = copy; fd != -1 && *name != '\0';) {
		size_t size = strcspn(name, "/");
		bool more = name[size] == '/';

		name[size] = '\0';
		int next = fileio_open(fd, name, DIRECTORY, 0);
		fileio_close_read(fd);
		fd = next;
		name += size + (more ? 1 : 0);
	}
	int saved = errno;
	free(copy);
	errno = saved;
	return fd;
}

/* The length of what stands before path's last component. */
static size_t
parent_length(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash != NULL ? (size_t)(slash - path) : 0;
}

int
beneath_open_directory(int root, const char *path)
{
	if (path[0] != '\0' && !beneath_path_is_clean(path)) {
		errno = EINVAL;
		return -1;
	}
	return descend(root, path, strlen(path));
}

int
beneath_open_parent(int root, const char *path, const char **name)
{
	if (!beneath_path_is_clean(path)) {
		errno = EINVAL;
		return -1;
	}
	size_t length = parent_length(path);
	*name = path + length + (path[length] == '/' ? 1 : 0);
	return descend(root, path, length);
}
