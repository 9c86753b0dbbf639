#define _XOPEN_SOURCE 700	/* realpath, and the sticky bit */

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
#include "fileio.h"

enum { SYSTEM_USERS = 3 };		/* root, daemon, bin and sys up to it */

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

static int
check_directory(const char *path, struct failure *why)
{
	struct stat status;

	if (stat(path, &status) == -1) {
		failure_set_errno(why, failure_code_of_errno(errno), errno,
		    "cannot examine '%s'", path);
		return -1;
	}
	const bool owned = status.st_uid <= SYSTEM_USERS ||
	    status.st_uid == geteuid();
	const bool shared = (status.st_mode & S_IWOTH) != 0 ||
	    ((status.st_mode & S_IWGRP) != 0 && status.st_gid > SYSTEM_USERS);

	if (owned && (!shared || (status.st_mode & S_ISVTX) != 0))
		return 0;
	failure_set(why, EXITCODE_DENIED,
	    "the directory '%s' may be written by others than you", path);
	return -1;
}

/* Checks all directories above path, which is absolute. */
static int
check_above(const char *path, struct failure *why)
{
	char *above = memory_copy_string(path);
	int rc = check_directory("/", why);

	for (char *slash = above + 1; rc == 0 &&
	    (slash = strchr(slash, '/')) != NULL; slash++) {
		*slash = '\0';
		rc = check_directory(above, why);
		*slash = '/';
	}
	free(above);
	return rc;
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
trust_check_way(const char *path, struct failure *why)
{
	char *real = realpath(path, NULL);

	if (real == NULL) {
		failure_set_errno(why, failure_code_of_errno(errno), errno,
		    "cannot find '%s'", path);
		return -1;
	}
	int rc = check_above(path, why);
	if (rc == 0)
		rc = check_above(real, why);
	free(real);
	return rc;
}
