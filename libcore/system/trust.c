#include <config.h>

#include "trust.h"

#include <sys/stat.h>

#include <errno.h>
#include <unistd.h>

#include "../base/failure.h"

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
