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

/* Sets why from errno, with which directory has refused to keep the input. */
static void
refuse_directory(const char *directory, struct failure *why)
{
	const int error = errno;

	failure_set_errno(why, failure_code_of_errno(error), error,
	    "cannot keep what comes from standard input in '%s'", directory);
	failure_hint(why, "let TMPDIR name a directory with room for it");
}

/* Sets why from errno, with which standard input cannot be read. */
static void
refuse_input(enum exitcode code, struct failure *why)
{
	failure_set_errno(why, code, errno, "cannot read standard input");
}

/*
 * Copies all of standard input to fd, which is in directory.  Returns 0, or -1
 * with why set.
 */
static int
copy_input(int fd, const char *directory, struct failure *why)
{
	char *buffer = memory_make(COPY_SIZE, 1);
	ssize_t count;
	int rc = 0;

	do {
		count = fileio_read(STDIN_FILENO, buffer, COPY_SIZE);
		if (count == -1)
			refuse_input(EXITCODE_FAILED, why);
		else if ((rc = fileio_write(fd, buffer, (size_t)count)) == -1)
			refuse_directory(directory, why);
	} while (count > 0 && rc == 0);
	free(buffer);
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
			refuse_input(EXITCODE_SYSTEM, why);
		return (same);
	}
	const int fd = make_nameless(directory);

	if (fd == -1) {
		refuse_directory(directory, why);
		return (-1);
	}
	if (copy_input(fd, directory, why) == 0)
		return (fd);
	(void)close(fd);		/* is given up */
	return (-1);
}
