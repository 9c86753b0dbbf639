#include <config.h>

#include "restore_lock.h"

#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../../libcore/base/failure.h"
#include "../../libcore/base/memory.h"
#include "../../libcore/base/message.h"
#include "../../libcore/base/text.h"
#include "../../libcore/base/words.h"
#include "../../libcore/system/beneath.h"
#include "../../libcore/system/fileio.h"

/* Whether path is a directory of ours that nobody else can write to. */
static bool
is_private(const char *path)
{
	struct stat status;

	return (lstat(path, &status) == 0 && S_ISDIR(status.st_mode) &&
	    status.st_uid == geteuid() &&
	    (status.st_mode & (S_IWGRP | S_IWOTH)) == 0);
}

/*
 * Names the file: in a directory that is ours where the system has one, else
 * where anybody can put a file of that name before us.
 */
static void
name_file(struct text *path)
{
	static const char *const places[] = { "/run", "/var/run" };
	const unsigned long user = (unsigned long)geteuid();

	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		text_clear(path);
		text_add(path, places[i]);
		if (user != 0)
			text_format(path, "/user/%lu", user);
		if (is_private(text_string(path))) {
			text_add(path, "/nqsbackup-restore.lock");
			return;
		}
	}
	text_clear(path);
	text_format(path, "/tmp/nqsbackup-restore-%lu.lock", user);
}

/* Opens the file.  Returns it, or -1, and has warned. */
static int
open_file(void)
{
	struct text path = { 0 };
	struct stat status;

	name_file(&path);
	int fd = fileio_open(AT_FDCWD, text_string(&path), O_RDWR | O_CREAT |
	    O_NOFOLLOW | O_NONBLOCK | O_NOCTTY, S_IRUSR | S_IWUSR);
	const bool there = fd != -1 && fstat(fd, &status) == 0;
	const int error = errno;

	if (!there || !S_ISREG(status.st_mode) || status.st_nlink != 1 ||
	    status.st_uid != geteuid() ||
	    (status.st_mode & (S_IRWXG | S_IRWXO)) != 0) {
		message_say(MESSAGE_WARNING, "other restores at a time are "
		    "not noticed, for the lock '%s' cannot be used: %s",
		    text_string(&path), there ? "it is not ours alone" :
		    strerror(error));
		if (fd != -1)
			fileio_close_read(fd);
		fd = -1;
	}
	text_release(&path);
	return (fd);
}

/* Returns the byte of a directory: another one with it is a rare bad luck. */
static off_t
byte_of(const struct stat *status)
{
	const uint64_t mixed = ((uint64_t)status->st_ino ^
	    (uint64_t)status->st_dev << 40) * UINT64_C(0x9e3779b97f4a7c15);

	/* A few bits less than off_t has. */
	return ((off_t)((mixed ^ mixed >> 32) >> (66 - 8 * sizeof(off_t))));
}

static bool
has(const struct restore_lock *lock, off_t byte)
{
	for (size_t i = 0; i < lock->count; i++) {
		if (lock->list[i] == byte)
			return (true);
	}
	return (false);
}

/*
 * Locks the directory fd for one alone (F_WRLCK) or all who come by (F_RDLCK),
 * unless that is done.  Returns 1, 0 when it was, or -1 with *holder set.
 */
static int
add(struct restore_lock *lock, int fd, short how, pid_t *holder)
{
	struct flock request = { .l_type = how, .l_whence = SEEK_SET,
	    .l_len = 1 };
	struct stat status;

	if (fstat(fd, &status) == -1)
		status = (struct stat){ 0 };
	request.l_start = byte_of(&status);
	if (has(lock, request.l_start))
		return (0);
	/* Where a file cannot be locked, nothing is. */
	if (fcntl(lock->fd, F_SETLK, &request) == -1 &&
	    (errno == EAGAIN || errno == EACCES)) {
		request.l_type = how;
		request.l_pid = 0;
		(void)fcntl(lock->fd, F_GETLK, &request);
		*holder = request.l_type == F_UNLCK ? 0 : request.l_pid;
		return (-1);
	}
	lock->list = memory_resize(lock->list, lock->count + 1,
	    sizeof(*lock->list));
	lock->list[lock->count++] = request.l_start;
	return (1);
}

static int
refuse(pid_t holder, const char *where, const char *tree,
    struct failure *why)
{
	if (holder > 0)
		failure_set(why, EXITCODE_BUSY, "another restore is at work "
		    "%s '%s' in the target: process %ld", where, tree,
		    (long)holder);
	else
		failure_set(why, EXITCODE_BUSY, "another restore is at work "
		    "%s '%s' in the target, or was a moment ago", where, tree);
	return (-1);
}

/* Locks the trees themselves, where they are directories. */
static int
add_trees(struct restore_lock *lock, int root, const struct words *trees,
    struct failure *why)
{
	for (size_t i = 0; i < trees->count; i++) {
		const int fd = beneath_open_directory(root, trees->list[i]);
		pid_t holder;

		if (fd == -1)
			continue;
		const int rc = add(lock, fd, F_WRLCK, &holder);

		fileio_close_read(fd);
		if (rc == -1)
			return (refuse(holder, "at or below", trees->list[i],
			    why));
	}
	return (0);
}

/*
 * Locks the directories from fd, which it takes, up; those above one that is
 * locked are.  What cannot be opened is not locked.  At the top of the system
 * "." is "..".
 */
static int
add_above(struct restore_lock *lock, int fd, pid_t *holder)
{
	int rc = 1;

	while (fd != -1 && rc == 1) {
		const int above = fileio_open(fd, "..",
		    O_RDONLY | O_DIRECTORY, 0);

		rc = add(lock, fd, F_RDLCK, holder);
		fileio_close_read(fd);
		fd = above;
	}
	if (fd != -1)
		fileio_close_read(fd);
	return (rc == -1 ? -1 : 0);
}

/* Locks what is above the tree and there. */
static int
add_way(struct restore_lock *lock, int root, const char *tree,
    struct failure *why)
{
	char *way = memory_copy_string(tree);
	pid_t holder;
	int fd = -1;

	while (fd == -1 && way[0] != '\0') {
		char *slash = strrchr(way, '/');

		*(slash == NULL ? way : slash) = '\0';
		fd = beneath_open_directory(root, way);
	}
	free(way);
	return (add_above(lock, fd, &holder) == 0 ? 0 :
	    refuse(holder, "above", tree, why));
}

int
restore_lock_take(struct restore_lock *lock, int root,
    const struct words *trees, struct failure *why)
{
	lock->fd = open_file();
	lock->open = lock->fd != -1;
	if (!lock->open)
		return (0);
	int rc = add_trees(lock, root, trees, why);

	for (size_t i = 0; i < trees->count && rc == 0; i++)
		rc = add_way(lock, root, trees->list[i], why);
	return (rc);
}

void
restore_lock_release(struct restore_lock *lock)
{
	if (lock->open)
		fileio_close_read(lock->fd);
	free(lock->list);
	*lock = (struct restore_lock){ 0 };
}
