#include <config.h>

#include <sys/stat.h>

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "beneath.h"
#include "fileio.h"

enum {
	DEPTH_LIMIT = 100,		/* levels that are open at a time */
	NAME_ROOM = 32
};

/* A tree that is being removed. */
struct removal {
	int		 top;		/* its first directory */
	unsigned	 lifted;	/* what was moved up to there */
};

static int
remove_entry(struct removal *removal, int parent, const char *name,
    int depth);

/*
 * Opens the mode of the directory name.  Where the system cannot keep from
 * following a link, it is looked at first.  Returns 0, or -1 with errno set.
 */
static int
open_mode(int parent, const char *name)
{
	struct stat status;

	if (fchmodat(parent, name, S_IRWXU, AT_SYMLINK_NOFOLLOW) == 0)
		return 0;
	if (errno != EOPNOTSUPP && errno != ENOTSUP && errno != EINVAL)
		return -1;
	if (fstatat(parent, name, &status, AT_SYMLINK_NOFOLLOW) == -1)
		return -1;
	if (!S_ISDIR(status.st_mode)) {
		errno = ENOTDIR;
		return -1;
	}
	return fchmodat(parent, name, S_IRWXU, 0);
}

/*
 * Opens the directory name to take everything out of it.  Who is not root
 * may have closed it to himself; without success that is told by what cannot
 * be removed then.
 */
static int
open_to_empty(int parent, const char *name)
{
	const int flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW;
	struct stat status;
	int fd = fileio_open(parent, name, flags, 0);

	if (fd == -1 && errno == EACCES && open_mode(parent, name) == 0)
		fd = fileio_open(parent, name, flags, 0);
	if (fd != -1 && geteuid() != 0 && fstat(fd, &status) == 0 &&
	    (status.st_mode & S_IRWXU) != S_IRWXU)
		(void)fchmod(fd, S_IRWXU);
	return fd;
}

/* Removes all that directory, which it takes, holds. */
static int
remove_content(struct removal *removal, int directory, int depth)
{
	DIR *stream = fdopendir(directory);
	int rc = 0;

	if (stream == NULL) {
		fileio_close_read(directory);
		return -1;
	}
	while (rc == 0) {
		errno = 0;
		const struct dirent *entry = readdir(stream);

		if (entry == NULL) {
			rc = errno != 0 ? -1 : 0;
			break;
		}
		if (strcmp(entry->d_name, ".") != 0 &&
		    strcmp(entry->d_name, "..") != 0)
			rc = remove_entry(removal, dirfd(stream),
			    entry->d_name, depth);
	}
	int saved = errno;
	/* A directory: nothing was written that could be lost. */
	(void)closedir(stream);
	errno = saved;
	return rc;
}

/*
 * Moves the directory name, which lies too deep, up to the top of the tree,
 * to be removed from there.
 */
static int
lift(struct removal *removal, int parent, const char *name)
{
	char lifted[NAME_ROOM];
	const int fd = open_to_empty(parent, name);

	/* It is open for its mode only: it must be writable to be moved. */
	if (fd == -1)
		return -1;
	fileio_close_read(fd);
	for (;;) {
		(void)snprintf(lifted, sizeof(lifted), "lifted.%u",
		    removal->lifted++);
		if (renameat(parent, name, removal->top, lifted) == 0)
			return 0;
		/* The tree itself may have such names. */
		if (errno != ENOTEMPTY && errno != EEXIST && errno != ENOTDIR)
			return -1;
	}
}

static int
remove_full(struct removal *removal, int parent, const char *name, int depth)
{
	if (depth == DEPTH_LIMIT)
		return lift(removal, parent, name);
	const int directory = open_to_empty(parent, name);

	if (directory == -1)
		return -1;
	if (depth == 0)
		removal->top = directory;
	if (remove_content(removal, directory, depth + 1) == -1)
		return -1;
	return unlinkat(parent, name, AT_REMOVEDIR) == 0 || errno == ENOENT ?
	    0 : -1;
}

/*
 * The name is first taken for that of an empty directory: unlike unlink(2),
 * which a few systems let root do to a directory, that harms nothing else.
 */
static int
remove_entry(struct removal *removal, int parent, const char *name,
    int depth)
{
	if (unlinkat(parent, name, AT_REMOVEDIR) == 0 || errno == ENOENT)
		return 0;
	if (errno == ENOTDIR)
		return unlinkat(parent, name, 0) == 0 || errno == ENOENT ? 0 :
		    -1;
	if (errno != ENOTEMPTY && errno != EEXIST)
		return -1;
	return remove_full(removal, parent, name, depth);
}

int
beneath_remove_tree(int root, const char *path)
{
	const char *name = NULL;
	int parent = beneath_open_parent(root, path, &name);
	struct removal removal = { -1, 0 };
	unsigned lifted;
	int rc;

	if (parent == -1)
		return errno == ENOENT ? 0 : -1;
	do {
		lifted = removal.lifted;
		rc = remove_entry(&removal, parent, name, 0);
	} while (rc == -1 && removal.lifted != lifted &&
	    (errno == ENOTEMPTY || errno == EEXIST));
	fileio_close_read(parent);
	return rc;
}
