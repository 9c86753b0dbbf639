#include <config.h>

#include "spool.h"

#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "../../libcore/base/failure.h"
#include "../../libcore/base/memory.h"
#include "../../libcore/base/text.h"
#include "../../libcore/system/fileio.h"

enum { COPY_SIZE = 256 * 1024 };

static const char *
find_directory(void)
{
	const char *directory = getenv("TMPDIR");

	return (directory == NULL || directory[0] != '/' ? "/tmp" :
	    directory);
}

/*
 * Makes a file in directory that has no name any more.  Returns it, or -1 with
 * errno.
 */
static int
make_nameless(const char *directory)
{
	struct text path = { 0 };

	text_format(&path, "%s/nqsbackup.XXXXXX", directory);
	int fd = mkstemp(path.bytes);

	/* What was encrypted on its way must not stay there. */
	if (fd != -1 && (unlink(path.bytes) == -1 ||
	    fcntl(fd, F_SETFD, FD_CLOEXEC) == -1)) {
		const int error = errno;

		(void)close(fd);	/* it is empty */
		errno = error;
		fd = -1;
	}
	text_release(&path);
	return (fd);
}

/*
 * Sets why from errno; if it is the directory, in which fd was made or is -1,
 * with a hint.
 */
static void
refuse(const char *directory, int fd, struct failure *why)
{
	const int error = errno;

	failure_set_errno(why, failure_code_of_errno(error), error,
	    "cannot keep what comes from standard input in '%s'", directory);
	if (fd == -1 || why->code == EXITCODE_CANNOT_WRITE)
		failure_hint(why, "let TMPDIR name a directory with room "
		    "for it");
}

/* Copies all of standard input to fd.  Returns 0, or -1 with errno set. */
static int
copy_input(int fd)
{
	char *buffer = memory_make(COPY_SIZE, 1);
	ssize_t count;

	while ((count = fileio_read(STDIN_FILENO, buffer, COPY_SIZE)) > 0) {
		if (fileio_write(fd, buffer, (size_t)count) == -1) {
			count = -1;
			break;
		}
	}
	const int error = errno;

	free(buffer);
	errno = error;
	return (count == 0 ? 0 : -1);
}

int
spool_input(struct failure *why)
{
	const char *directory = find_directory();
	struct stat status;

	if (fstat(STDIN_FILENO, &status) == 0 && S_ISREG(status.st_mode)) {
		const int same = fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3);

		if (same == -1)
			failure_set_errno(why, EXITCODE_SYSTEM, errno,
			    "cannot read standard input");
		return (same);
	}
	const int fd = make_nameless(directory);

	if (fd != -1 && copy_input(fd) == 0)
		return (fd);
	refuse(directory, fd, why);
	if (fd != -1)
		(void)close(fd);	/* is given up */
	return (-1);
}
