#include <config.h>

#include "restore_lock.h"

#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../../libcore/base/failure.h"
#include "../../libcore/base/memory.h"
#include "../../libcore/base/words.h"
#include "../../libcore/compat/folderlock.h"
#include "../../libcore/system/beneath.h"
#include "../../libcore/system/fileio.h"

static struct restore_lock_item *
find(const struct restore_lock *lock, const struct stat *status)
{
	for (size_t i = 0; i < lock->count; i++) {
		if (lock->list[i].device == status->st_dev &&
		    lock->list[i].inode == status->st_ino)
			return (&lock->list[i]);
	}
	return (NULL);
}

/*
 * Locks the directory fd, which it takes, unless that is done.  Returns 1, 0
 * when it was, or -1 with errno set.
 */
static int
add(struct restore_lock *lock, int fd, enum folderlock how)
{
	struct stat status;

	if (fstat(fd, &status) == -1)
		status = (struct stat){ 0 };
	struct restore_lock_item *item = find(lock, &status);

	if (item != NULL) {
		(void)close(fd);	/* a directory */
		return (0);
	}
	lock->list = memory_resize(lock->list, lock->count + 1,
	    sizeof(*lock->list));
	lock->list[lock->count++] = (struct restore_lock_item){ .fd = fd,
	    .device = status.st_dev, .inode = status.st_ino };
	return (folderlock_take(fd, how) == -1 ? -1 : 1);
}

/*
 * Locks the directories from fd, which it takes, up; those above one that is
 * locked are.  What cannot be opened is not locked.
 */
static int
add_above(struct restore_lock *lock, int fd)
{
	int rc = 1;

	while (fd != -1 && rc == 1) {
		const int above = fileio_open(fd, "..",
		    O_RDONLY | O_DIRECTORY, 0);

		rc = add(lock, fd, FOLDERLOCK_SHARED);
		fd = above;
	}
	if (fd != -1)
		(void)close(fd);	/* a directory */
	return (rc == -1 ? -1 : 0);
}

/* Locks the trees themselves, where they are directories. */
static int
add_trees(struct restore_lock *lock, int root, const struct words *trees)
{
	for (size_t i = 0; i < trees->count; i++) {
		const int fd = beneath_open_directory(root, trees->list[i]);

		if (fd != -1 && add(lock, fd, FOLDERLOCK_ALONE) == -1)
			return (-1);
	}
	return (0);
}

/* Locks what is above path and there; at the top of the system "." is "..". */
static int
add_way(struct restore_lock *lock, int root, const char *path)
{
	char *way = memory_copy_string(path);
	int fd = -1;

	while (fd == -1 && way[0] != '\0') {
		char *slash = strrchr(way, '/');

		*(slash == NULL ? way : slash) = '\0';
		fd = beneath_open_directory(root, way);
	}
	free(way);
	return (add_above(lock, fd));
}

int
restore_lock_take(struct restore_lock *lock, int root,
    const struct words *trees, struct failure *why)
{
	int rc = add_trees(lock, root, trees);

	for (size_t i = 0; i < trees->count && rc == 0; i++)
		rc = add_way(lock, root, trees->list[i]);
	if (rc == 0)
		return (0);
	failure_set(why, EXITCODE_BUSY, "another restore is at work in the "
	    "same tree, or above or below it");
	return (-1);
}

void
restore_lock_release(struct restore_lock *lock)
{
	for (size_t i = 0; i < lock->count; i++)
		(void)close(lock->list[i].fd);	/* directories */
	free(lock->list);
	*lock = (struct restore_lock){ 0 };
}
