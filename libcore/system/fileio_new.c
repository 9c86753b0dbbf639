#include <config.h>

#include "fileio.h"

#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../base/clock.h"
#include "../base/failure.h"
#include "../base/memory.h"
#include "../base/text.h"

enum { NAME_LENGTH = 200 };		/* of it, in a temporary one */

/*
 * Of a long name only the first bytes are used, so that the temporary one is
 * not too long for the file system.
 */
static char *
temporary_name(const char *name, unsigned int number)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyz012345";
	struct text text = { 0 };

	text_format(&text, ".%.*s" FILEIO_MARK, (int)NAME_LENGTH, name);
	for (int i = 0; i < 6; i++) {
		text_add_bytes(&text, &letters[number & 31], 1);
		number >>= 5;
	}
	return text_take(&text);
}

/*
 * Makes the temporary file and its lock.  Returns 0, or -1 with errno set,
 * EEXIST for another attempt: the name is taken, or somebody who cleans up
 * behind the dead came between making and locking.  Where there are no locks
 * a file does without.
 */
static int
make_temporary(struct fileio_new *file)
{
	struct stat status;

	file->fd = fileio_open(file->directory, file->temporary,
	    O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW, S_IRUSR | S_IWUSR);
	if (file->fd == -1)
		return -1;
	if (fileio_lock_new(file->fd) != 0 &&
	    fstat(file->fd, &status) == 0 && status.st_nlink > 0)
		return 0;
	(void)close(file->fd);		/* nothing was written */
	file->fd = -1;
	errno = EEXIST;
	return -1;
}

/*
 * The number need not be a secret: O_EXCL refuses whatever somebody else has
 * put there, and then the next one is tried.
 */
static int
open_temporary(struct fileio_new *file)
{
	unsigned int number = (unsigned int)clock_monotonic() ^
	    (unsigned int)getpid() << 15;

	for (int attempt = 0; attempt < 100; attempt++) {
		file->temporary = temporary_name(file->name, number);
		if (make_temporary(file) == 0)
			return 0;
		int error = errno;
		free(file->temporary);
		file->temporary = NULL;
		errno = error;
		if (error != EEXIST)
			return -1;
		number = number * 1664525 + 1013904223;
	}
	return -1;
}

/* Removes what dead makers of the same file left. */
static void
remove_dead(const struct fileio_new *file)
{
	struct text pattern = { 0 };

	for (size_t i = 0; i < NAME_LENGTH && file->name[i] != '\0'; i++)
		text_format(&pattern, "\\%c", file->name[i]);
	fileio_remove_dead(file->directory, text_string(&pattern));
	text_release(&pattern);
}

/* Fills file, but for its descriptor and its temporary name. */
static void
name_file(struct fileio_new *file, const char *path)
{
	const char *slash = strrchr(path, '/');

	file->fd = -1;
	file->temporary = NULL;
	file->path = memory_copy_string(path);
	file->name = memory_copy_string(slash != NULL ? slash + 1 : path);
	file->directory = fileio_open_parent(path);
}

int
fileio_begin(struct fileio_new *file, const char *path, struct failure *why)
{
	name_file(file, path);
	if (file->directory != -1)
		remove_dead(file);
	if (file->directory != -1 && open_temporary(file) == 0)
		return 0;
	failure_set_errno(why, failure_code_of_errno(errno), errno,
	    "cannot make '%s'", path);
	fileio_abandon(file);
	return -1;
}

int
fileio_look(const char *path, enum fileio_replace replace,
    struct failure *why)
{
	struct stat status;
	const bool is_there = lstat(path, &status) == 0;

	if (!is_there || (replace != FILEIO_KEEP && !S_ISDIR(status.st_mode)))
		return 0;
	failure_set_errno(why, EXITCODE_CANNOT_WRITE,
	    replace == FILEIO_KEEP ? EEXIST : EISDIR, "cannot make '%s'",
	    path);
	return -1;
}

int
fileio_check(const char *path, enum fileio_replace replace,
    struct failure *why)
{
	struct fileio_new file;

	if (fileio_look(path, replace, why) == -1)
		return -1;
	const int rc = fileio_begin(&file, path, why);

	fileio_abandon(&file);
	return rc;
}

int
fileio_take_up(struct fileio_new *file, const char *path,
    const char *temporary, int fd, struct failure *why)
{
	name_file(file, path);
	file->fd = fd;
	if (file->directory != -1) {
		file->temporary = memory_copy_string(temporary);
		return 0;
	}
	failure_set_errno(why, failure_code_of_errno(errno), errno,
	    "cannot make '%s'", path);
	fileio_abandon(file);
	return -1;
}

/*
 * Removes the temporary name.  NFS may say that it is missing because it was
 * removed, when the first answer got lost.
 */
static int
drop_temporary(const struct fileio_new *file)
{
	const int rc = unlinkat(file->directory, file->temporary, 0);

	return rc == -1 && errno == ENOENT ? 0 : rc;
}

/* Whether status is that of file. */
static bool
is_ours(const struct fileio_new *file, const struct stat *status)
{
	struct stat ours;

	return fstat(file->fd, &ours) == 0 &&
	    ours.st_dev == status->st_dev && ours.st_ino == status->st_ino;
}

/*
 * link(2) refuses a name that is taken, rename(2) would not.  On a file
 * system without hard links we look first; what another process puts there
 * in between is then replaced.
 */
static int
appear_keeping(struct fileio_new *file)
{
	struct stat status;

	if (linkat(file->directory, file->temporary, file->directory,
	    file->name, 0) == 0)
		return drop_temporary(file);
	const bool taken = errno == EEXIST;
	const bool there = fstatat(file->directory, file->name, &status,
	    AT_SYMLINK_NOFOLLOW) == 0;

	/* NFS may say that the name is taken because it has made the link. */
	if (there && is_ours(file, &status))
		return drop_temporary(file);
	if (!there && !taken)
		return renameat(file->directory, file->temporary,
		    file->directory, file->name);
	errno = EEXIST;
	return -1;
}

static int
appear(struct fileio_new *file, enum fileio_replace replace)
{
	int rc = replace == FILEIO_KEEP ? appear_keeping(file) :
	    renameat(file->directory, file->temporary, file->directory,
	    file->name);

	if (rc == 0) {
		free(file->temporary);
		file->temporary = NULL;
	}
	return rc;
}

int
fileio_commit(struct fileio_new *file, mode_t mode,
    enum fileio_replace replace, struct failure *why)
{
	/* What NFS or a quota refuses is told by fsync(), not by close(). */
	if (fchmod(file->fd, mode) == -1 || fsync(file->fd) == -1) {
		failure_set_errno(why, failure_code_of_errno(errno), errno,
		    "cannot write '%s'", file->path);
		return -1;
	}
	/* Until then our lock on it must hold. */
	if (appear(file, replace) == -1) {
		failure_set_errno(why, failure_code_of_errno(errno), errno,
		    "cannot make '%s'", file->path);
		return -1;
	}
	if (fileio_sync_directory(file->directory) == -1) {
		failure_set_errno(why, failure_code_of_errno(errno), errno,
		    "cannot make the directory of '%s' durable", file->path);
		return -1;
	}
	fileio_abandon(file);
	return 0;
}

/* Nothing here can lose data that anybody still wants. */
void
fileio_abandon(struct fileio_new *file)
{
	if (file->fd != -1)
		(void)close(file->fd);
	if (file->temporary != NULL)
		(void)unlinkat(file->directory, file->temporary, 0);
	if (file->directory != -1)
		(void)close(file->directory);
	free(file->path);
	free(file->name);
	free(file->temporary);
	file->fd = -1;
	file->directory = -1;
	file->path = NULL;
	file->name = NULL;
	file->temporary = NULL;
}

void
fileio_leave(struct fileio_new *file)
{
	free(file->temporary);
	file->temporary = NULL;
	fileio_abandon(file);
}

int
fileio_replace_file(const char *path, const struct text *text, mode_t mode,
    struct failure *why)
{
	struct fileio_new file;

	if (fileio_begin(&file, path, why) == -1)
		return -1;
	int rc = fileio_write(file.fd, text_string(text), text->length);
	if (rc == -1) {
		failure_set_errno(why, failure_code_of_errno(errno), errno,
		    "cannot write '%s'", path);
	} else {
		rc = fileio_commit(&file, mode, FILEIO_REPLACE, why);
	}
	fileio_abandon(&file);
	return rc;
}
