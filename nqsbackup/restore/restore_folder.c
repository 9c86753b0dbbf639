#include <config.h>

#include "restore_folder.h"

#include <sys/stat.h>

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../../libcore/base/clock.h"
#include "../../libcore/base/failure.h"
#include "../../libcore/base/memory.h"
#include "../../libcore/base/text.h"
#include "../../libcore/system/beneath.h"
#include "../../libcore/system/fileio.h"
#include "../base/interrupt.h"
#include "../tree/stage_name.h"

#define LOCK_NAME	"lock"
#define PATIENCE	(60 * CLOCK_SECOND)

enum { INTERVAL = 20 };			/* milliseconds */

int
restore_folder_refuse(const struct restore_folder *folder, const char *what,
    struct failure *why)
{
	const int error = errno;

	failure_set_errno(why, failure_code_of_errno(error), error,
	    "cannot %s '%s%s%s' in the target", what, folder->place,
	    folder->place[0] == '\0' ? "" : "/", folder->name);
	return (-1);
}

/* Sets times to those that the directory fd has, for futimens(). */
static int
keep_times(int fd, struct timespec times[2])
{
	struct stat status;

	if (fstat(fd, &status) == -1)
		return (-1);
	times[0].tv_sec = 0;
	times[0].tv_nsec = UTIME_OMIT;
	times[1] = status.st_mtim;
	return (0);
}

/* Opens the directory place.  Returns 0, or -1 with why set. */
static int
open_place(struct restore_folder *folder, int root, const char *place,
    struct failure *why)
{
	*folder = (struct restore_folder){ .fd = -1, .lock = -1,
	    .name = STAGE_NAME,
	    .place = memory_copy_string(place) };
	folder->parent = beneath_open_directory(root, place);
	return (folder->parent == -1 ?
	    restore_folder_refuse(folder, "reach", why) : 0);
}

/* Whether there is something called name, and whose. */
enum owner { NOBODYS, OURS, OF_ANOTHER };

static enum owner
owner_of(const struct restore_folder *folder, const char *name)
{
	struct stat status;

	if (fstatat(folder->parent, name, &status, AT_SYMLINK_NOFOLLOW) == -1)
		return (NOBODYS);
	return (status.st_uid == geteuid() ? OURS : OF_ANOTHER);
}

/*
 * Decides the name: the common one, but with our number where somebody else
 * has the common one, or had when ours was made.
 */
static void
choose_name(struct restore_folder *folder)
{
	(void)snprintf(folder->name, sizeof(folder->name), STAGE_NAME "-%lu",
	    (unsigned long)geteuid());
	if (owner_of(folder, folder->name) != OURS &&
	    owner_of(folder, STAGE_NAME) != OF_ANOTHER)
		(void)snprintf(folder->name, sizeof(folder->name), STAGE_NAME);
}

/*
 * Opens the folder.  Returns as restore_folder_open().  Where others may
 * write, somebody may have put one there for us.
 */
static int
open_folder(struct restore_folder *folder, struct failure *why)
{
	struct stat status;

	choose_name(folder);
	folder->fd = beneath_open_directory(folder->parent, folder->name);
	if (folder->fd == -1 && errno == ENOENT)
		return (0);
	if (folder->fd == -1 || fstat(folder->fd, &status) == -1)
		return (restore_folder_refuse(folder, "open", why));
	if (status.st_uid == geteuid() &&
	    (status.st_mode & (S_IRWXG | S_IRWXO)) == 0)
		return (1);
	errno = EPERM;
	return (restore_folder_refuse(folder, "trust", why));
}

int
restore_folder_open(struct restore_folder *folder, int root,
    const char *place, struct failure *why)
{
	if (open_place(folder, root, place, why) == -1)
		return (-1);
	return (open_folder(folder, why));
}

int
restore_folder_make(struct restore_folder *folder, int root,
    const char *place, struct failure *why)
{
	struct timespec times[2];

	if (open_place(folder, root, place, why) == -1)
		return (-1);
	int rc = open_folder(folder, why);

	if (rc != 0)
		return (rc == 1 ? 0 : -1);
	if (keep_times(folder->parent, times) == -1 ||
	    (mkdirat(folder->parent, folder->name, S_IRWXU) == -1 &&
	    errno != EEXIST))
		return (restore_folder_refuse(folder, "make", why));
	/* For others than the owner it stays as it is now. */
	(void)futimens(folder->parent, times);
	rc = open_folder(folder, why);
	if (rc == 0) {
		errno = ENOENT;
		return (restore_folder_refuse(folder, "open", why));
	}
	return (rc == 1 ? 0 : -1);
}

/*
 * Opens the file name and locks it.  Returns its descriptor, or -1 with errno
 * set, EAGAIN when somebody else has the lock.
 */
static int
take_lock(const struct restore_folder *folder, const char *name)
{
	struct flock lock = { .l_type = F_WRLCK, .l_whence = SEEK_SET };
	const int fd = fileio_open(folder->fd, name,
	    O_RDWR | O_CREAT | O_NOFOLLOW, S_IRUSR | S_IWUSR);

	if (fd == -1 || fcntl(fd, F_SETLK, &lock) == 0)
		return (fd);
	const int error = errno == EACCES ? EAGAIN : errno;

	(void)close(fd);		/* nothing was written */
	errno = error;
	return (-1);
}

int
restore_folder_lock(struct restore_folder *folder, struct failure *why)
{
	const int64_t end = clock_monotonic() + PATIENCE;
	struct stat status;

	while ((folder->lock = take_lock(folder, LOCK_NAME)) == -1) {
		if (errno == ENOENT)
			return (0);
		if (errno != EAGAIN)
			return (restore_folder_refuse(folder, "lock", why));
		if (interrupt_check(why) == -1)
			return (-1);
		if (clock_monotonic() > end) {
			failure_set(why, EXITCODE_BUSY, "others keep "
			    "'%s%s%s' in the target locked", folder->place,
			    folder->place[0] == '\0' ? "" : "/",
			    folder->name);
			return (-1);
		}
		(void)poll(NULL, 0, INTERVAL);
	}
	return (fstat(folder->lock, &status) == 0 && status.st_nlink > 0);
}

int
restore_folder_claim(const struct restore_folder *folder, const char *id,
    int *claim, struct failure *why)
{
	struct text name = { 0 };

	text_format(&name, "%s.lock", id);
	*claim = take_lock(folder, text_string(&name));
	const int error = errno;

	text_release(&name);
	if (*claim != -1)
		return (1);
	errno = error;
	return (error == EAGAIN ? 0 : restore_folder_refuse(folder, "lock",
	    why));
}

/* Whether the folder holds nothing but perhaps the lock. */
static bool
is_empty(const struct restore_folder *folder)
{
	const int fd = fileio_open(folder->fd, ".", O_RDONLY | O_DIRECTORY,
	    0);
	DIR *stream = fd == -1 ? NULL : fdopendir(fd);
	const struct dirent *item;
	bool empty = stream != NULL;

	if (stream == NULL) {
		if (fd != -1)
			(void)close(fd);	/* a directory */
		return (false);
	}
	while (empty && (errno = 0, item = readdir(stream)) != NULL)
		empty = strcmp(item->d_name, ".") == 0 ||
		    strcmp(item->d_name, "..") == 0 ||
		    strcmp(item->d_name, LOCK_NAME) == 0;
	/* At the end of the names; of what cannot be read nobody knows. */
	empty = empty && errno == 0;
	(void)closedir(stream);		/* was only read */
	return (empty);
}

/* Without the lock's name, another process would take a lock of its own. */
void
restore_folder_show(const struct restore_folder *folder, const char *id,
    struct text *text)
{
	text_format(text, "%s%s%s", folder->place,
	    folder->place[0] == '\0' ? "" : "/", id);
}

void
restore_folder_remove_empty(struct restore_folder *folder)
{
	struct timespec times[2];

	if (folder->fd == -1 || !is_empty(folder) ||
	    keep_times(folder->parent, times) == -1)
		return;
	if (folder->lock != -1)
		(void)unlinkat(folder->fd, LOCK_NAME, 0);
	if (unlinkat(folder->parent, folder->name, AT_REMOVEDIR) == 0)
		(void)futimens(folder->parent, times);
}

static void
close_one(int *fd)
{
	if (*fd != -1)
		(void)close(*fd);	/* a directory, or an empty file */
	*fd = -1;
}

void
restore_folder_unlock(struct restore_folder *folder)
{
	close_one(&folder->lock);
}

void
restore_folder_close(struct restore_folder *folder)
{
	if (folder->place == NULL)
		return;
	close_one(&folder->lock);
	close_one(&folder->fd);
	close_one(&folder->parent);
	free(folder->place);
	folder->place = NULL;
}
