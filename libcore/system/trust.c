#define _XOPEN_SOURCE 700	/* the sticky bit */

#include <config.h>

#include "trust.h"

#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../base/failure.h"
#include "../base/memory.h"
#include "../base/text.h"
#include "extended.h"
#include "fileio.h"

enum {
	SYSTEM_USERS = 3,		/* root, daemon, bin and sys up to it */
	TARGET_ROOM = 4096,		/* of a link */
	LINK_LIMIT = 40			/* on a way, as the system's own */
};

/* Linux keeps it here; with one, the group's bits are those of all named. */
#define ACCESS_LIST	"system.posix_acl_access"

int
trust_check(int fd, const char *name, struct failure *why)
{
	struct stat status;

	if (fstat(fd, &status) == -1) {
		failure_set_errno(why, EXITCODE_FAILED, errno,
		    "cannot examine '%s'", name);
		return -1;
	}
	if (!S_ISREG(status.st_mode)) {
		failure_set(why, EXITCODE_DENIED, "'%s' is not a regular file",
		    name);
		return -1;
	}
	if (status.st_uid != 0 && status.st_uid != geteuid()) {
		failure_set(why, EXITCODE_DENIED,
		    "'%s' belongs to user %lu, who is neither root nor you",
		    name, (unsigned long)status.st_uid);
		return -1;
	}
	if ((status.st_mode & (S_IWGRP | S_IWOTH)) != 0) {
		failure_set(why, EXITCODE_DENIED,
		    "'%s' may be written by others than its owner", name);
		failure_hint(why, "look at what it says, then: chmod go-w '%s'",
		    name);
		return -1;
	}
	return 0;
}

/* What a directory is to us. */
enum role { ROLE_WAY, ROLE_FOLDER };

static int
check_directory(const char *path, enum role role, struct failure *why)
{
	struct stat status;

	if (stat(path, &status) == -1) {
		failure_set_errno(why, failure_code_of_errno(errno), errno,
		    "cannot examine '%s'", path);
		return -1;
	}
	const bool owned = status.st_uid <= SYSTEM_USERS ||
	    status.st_uid == geteuid();
	bool shared = (status.st_mode & (S_IWGRP | S_IWOTH)) != 0;

	/* On a way others may make names, if they leave ours as they are. */
	if (role == ROLE_WAY)
		shared = (status.st_mode & S_ISVTX) == 0 &&
		    ((status.st_mode & S_IWOTH) != 0 ||
		    ((status.st_mode & S_IWGRP) != 0 &&
		    (status.st_gid > SYSTEM_USERS ||
		    extended_has(path, ACCESS_LIST))));
	if (owned && !shared)
		return 0;
	failure_set(why, EXITCODE_DENIED,
	    "the directory '%s' may be written by others than you", path);
	return -1;
}

/* How far a path has been followed. */
struct way {
	char	*done;			/* no link is in it; "" is the root */
	char	*rest;			/* of the path, NULL at its end */
	int	 links;			/* so far */
	bool	 is_new;		/* its end need not be there */
};

/* Adds name, of length bytes, to what is done. */
static void
descend(struct way *way, const char *name, size_t length)
{
	struct text done = { 0 };

	text_add(&done, way->done);
	text_add(&done, "/");
	text_add_bytes(&done, name, length);
	free(way->done);
	way->done = text_take(&done);
}

/* Leaves the last name of what is done. */
static void
ascend(struct way *way)
{
	char *slash = strrchr(way->done, '/');

	if (slash != NULL)
		*slash = '\0';
}

/*
 * Goes on where the link at the end of what is done leads to.  Where everybody
 * may make files, a link of somebody else is his to change.
 */
static int
follow(struct way *way, const struct stat *status, struct failure *why)
{
	char target[TARGET_ROOM];
	const ssize_t size = readlink(way->done, target, sizeof(target) - 1);
	struct text rest = { 0 };

	if (size <= 0 || size == (ssize_t)sizeof(target) - 1 ||
	    ++way->links > LINK_LIMIT) {
		failure_set_errno(why, EXITCODE_FAILED, size == -1 ? errno :
		    ELOOP, "cannot follow '%s'", way->done);
		return -1;
	}
	if (status->st_uid > SYSTEM_USERS && status->st_uid != geteuid()) {
		failure_set(why, EXITCODE_DENIED,
		    "the link '%s' belongs to user %lu, who is neither root "
		    "nor you", way->done, (unsigned long)status->st_uid);
		return -1;
	}
	target[size] = '\0';
	text_format(&rest, "%s/%s", target, way->rest);
	free(way->rest);
	way->rest = text_take(&rest);
	if (target[0] == '/')
		way->done[0] = '\0';
	else
		ascend(way);
	return 0;
}

/* Ends where errno says that the way does. */
static int
leave(struct way *way, struct failure *why)
{
	if (!way->is_new) {
		failure_set_errno(why, failure_code_of_errno(errno), errno,
		    "cannot find '%s'", way->done);
		return -1;
	}
	free(way->rest);
	way->rest = NULL;
	return 0;
}

/* Takes the next name of the path. */
static int
go_on(struct way *way, struct failure *why)
{
	const char *name = way->rest + strspn(way->rest, "/");
	const size_t length = strcspn(name, "/");
	char *behind = length == 0 ? NULL : memory_copy_string(name + length);
	struct stat status = { 0 };

	if (length == 0 || (length == 1 && name[0] == '.')) {
		/* stays */
	} else if (length == 2 && strncmp(name, "..", 2) == 0) {
		ascend(way);
	} else if (check_directory(way->done[0] == '\0' ? "/" : way->done,
	    ROLE_WAY, why) == -1) {
		free(behind);
		return -1;
	} else {
		descend(way, name, length);
		if (lstat(way->done, &status) == -1) {
			const int rc = leave(way, why);

			free(behind);
			return rc;
		}
	}
	free(way->rest);
	way->rest = behind;
	return S_ISLNK(status.st_mode) ? follow(way, &status, why) : 0;
}

int
trust_read(const char *path, size_t limit, struct text *content,
    struct failure *why)
{
	/* A pipe in its place must not make us wait; trust_check refuses it. */
	const int fd = fileio_open(AT_FDCWD, path, O_RDONLY | O_NONBLOCK, 0);

	if (fd == -1) {
		if (errno == ENOENT)
			return (0);
		failure_set_errno(why, errno == EACCES ? EXITCODE_DENIED :
		    EXITCODE_CONFIG, errno, "cannot read '%s'", path);
		return (-1);
	}
	const int rc = trust_check(fd, path, why) == 0 &&
	    fileio_read_all(fd, path, limit, content, why) == 0 ? 1 : -1;

	fileio_close_read(fd);
	return (rc);
}

int
trust_check_folder(const char *path, struct failure *why)
{
	struct stat status;

	if (stat(path, &status) == -1 && errno == ENOENT)
		return 0;
	if (trust_check_way(path, why) == 0 &&
	    check_directory(path, ROLE_FOLDER, why) == 0)
		return 0;
	if (why->code == EXITCODE_DENIED)
		failure_hint(why, "look at what is in it, then let only its "
		    "owner write: chmod go-w");
	return -1;
}

static int
go_all(const char *path, bool is_new, struct failure *why)
{
	struct way way = { memory_copy_string(""), memory_copy_string(path),
		0, is_new };
	int rc = 0;

	while (rc == 0 && way.rest != NULL)
		rc = go_on(&way, why);
	free(way.done);
	free(way.rest);
	return rc;
}

int
trust_check_way(const char *path, struct failure *why)
{
	return go_all(path, false, why);
}

int
trust_check_new(const char *path, struct failure *why)
{
	return go_all(path, true, why);
}
