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

/* Makes a file that has no name any more.  Returns it, or -1 with errno. */
static int
make_nameless(void)
{
	const char *directory = getenv("TMPDIR");
	struct text path = { 0 };

	if (directory == NULL || directory[0] != '/')
		directory = "/tmp";
	text_format(&path, "%s/nqsbackup.XXXXXX", directory);
	const int fd = mkstemp(path.bytes);

	if (fd != -1) {
		(void)unlink(path.bytes);	/* the worst is a left-over */
		(void)fcntl(fd, F_SETFD, FD_CLOEXEC);	/* cannot fail */
	}
	text_release(&path);
	return (fd);
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
	struct stat status;
	int fd;

	if (fstat(STDIN_FILENO, &status) == 0 && S_ISREG(status.st_mode)) {
		fd = fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3);
		if (fd != -1)
			return (fd);
	} else {
		fd = make_nameless();
		if (fd != -1 && copy_input(fd) == 0)
			return (fd);
	}
	const int error = errno;

	failure_set_errno(why, failure_code_of_errno(error), error,
	    "cannot keep what comes from standard input");
	if (fd != -1)
		(void)close(fd);	/* is given up */
	return (-1);
}
