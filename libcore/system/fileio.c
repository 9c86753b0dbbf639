#include <config.h>

#include "fileio.h"

#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <unistd.h>

#include "../base/failure.h"
#include "../base/text.h"

int
fileio_open(int directory, const char *path, int flags, mode_t mode)
{
	int fd;

	do {
		fd = openat(directory, path, flags | O_CLOEXEC, mode);
	} while (fd == -1 && errno == EINTR);
	return fd;
}

int
fileio_open_regular(const char *path, int flags, struct failure *why)
{
	int fd = fileio_open(AT_FDCWD, path, O_RDONLY | O_NONBLOCK | flags, 0);
	struct stat status;
	int error = 0;

	if (fd == -1 || fstat(fd, &status) == -1) {
		error = errno;
		failure_set_errno(why, failure_code_of_errno(error), error,
		    "cannot read '%s'", path);
	} else if (S_ISREG(status.st_mode)) {
		return fd;
	} else {
		failure_set(why, EXITCODE_DATA, "'%s' is not a regular file",
		    path);
	}
	if (fd != -1)
		(void)close(fd);		/* was only opened */
	errno = error;
	return -1;
}

void
fileio_close_read(int fd)
{
	const int error = errno;

	(void)close(fd);
	errno = error;
}

ssize_t
fileio_read(int fd, void *bytes, size_t size)
{
	char *at = bytes;
	size_t done = 0;

	while (done < size) {
		const ssize_t got = fileio_read_present(fd, at + done,
		    size - done);

		if (got == -1)
			return -1;
		if (got == 0)
			break;
		done += (size_t)got;
	}
	return (ssize_t)done;
}

ssize_t
fileio_read_present(int fd, void *bytes, size_t size)
{
	ssize_t got;

	do {
		got = read(fd, bytes, size);
	} while (got == -1 && errno == EINTR);
	return got;
}

ssize_t
fileio_read_at(int fd, void *bytes, size_t size, off_t offset)
{
	char *at = bytes;
	size_t done = 0;

	while (done < size) {
		ssize_t got = pread(fd, at + done, size - done,
		    offset + (off_t)done);

		if (got == -1 && errno == EINTR)
			continue;
		if (got == -1)
			return -1;
		if (got == 0)
			break;
		done += (size_t)got;
	}
	return (ssize_t)done;
}

int
fileio_write(int fd, const void *bytes, size_t size)
{
	const char *at = bytes;

	while (size > 0) {
		ssize_t put = write(fd, at, size);

		if (put == -1 && errno == EINTR)
			continue;
		if (put == -1)
			return -1;
		at += put;
		size -= (size_t)put;
	}
	return 0;
}

int
fileio_read_all(int fd, const char *name, size_t limit, struct text *text,
    struct failure *why)
{
	char piece[16384];
	size_t left = limit;

	for (;;) {
		ssize_t got = fileio_read(fd, piece, sizeof(piece));

		if (got == -1) {
			failure_set_errno(why, failure_code_of_errno(errno),
			    errno, "cannot read '%s'", name);
			return -1;
		}
		if ((size_t)got > left) {
			failure_set(why, EXITCODE_DATA,
			    "'%s' has more than %zu bytes", name, limit);
			return -1;
		}
		text_add_bytes(text, piece, (size_t)got);
		left -= (size_t)got;
		if ((size_t)got < sizeof(piece))
			return 0;
	}
}

int
fileio_read_file(const char *path, size_t limit, struct text *text,
    struct failure *why)
{
	struct failure trouble;
	int fd = fileio_open_regular(path, 0, &trouble);

	if (fd == -1 && errno == ENOENT)
		return 0;
	if (fd == -1) {
		*why = trouble;
		return -1;
	}
	int rc = fileio_read_all(fd, path, limit, text, why);
	/* Nothing was written that could be lost. */
	(void)close(fd);
	return rc == 0 ? 1 : -1;
}

/* Adds the directory that holds path's last component to text. */
static void
add_parent(struct text *text, const char *path)
{
	const char *slash = strrchr(path, '/');

	if (slash == NULL)
		text_add(text, ".");
	else if (slash == path)
		text_add(text, "/");
	else
		text_add_bytes(text, path, (size_t)(slash - path));
}

int
fileio_sync_directory(int directory)
{
	/*
	 * EINVAL and EBADF: a file system, or a system, that cannot do it for
	 * directories; there is nothing that we could do instead.
	 */
	if (fsync(directory) == -1 && errno != EINVAL && errno != EBADF)
		return -1;
	return 0;
}

int
fileio_open_parent(const char *path)
{
	struct text parent = { 0 };

	add_parent(&parent, path);
	int fd = fileio_open(AT_FDCWD, text_string(&parent),
	    O_RDONLY | O_DIRECTORY, 0);
	int saved = errno;
	text_release(&parent);
	errno = saved;
	return fd;
}

int
fileio_sync_parent(const char *path)
{
	int fd = fileio_open_parent(path);

	if (fd == -1)
		return -1;
	int rc = fileio_sync_directory(fd);
	int saved = errno;
	/* Nothing was written that could be lost. */
	(void)close(fd);
	errno = saved;
	return rc;
}

/*
 * mkdir(2) would take umask away, so the mode is set behind it; until then the
 * directory is nobody's but ours.
 */
static int
make_directory(const char *path, mode_t mode)
{
	struct stat status;

	if (mkdir(path, S_IRWXU) == -1) {
		int error = errno;

		/* EEXIST is not all that systems say of what is there. */
		if (stat(path, &status) == 0 && S_ISDIR(status.st_mode))
			return 0;
		errno = error;
		return -1;
	}
	int fd = fileio_open(AT_FDCWD, path,
	    O_RDONLY | O_DIRECTORY | O_NOFOLLOW, 0);
	if (fd == -1)
		return -1;
	int rc = fchmod(fd, mode);
	int error = errno;
	/* Nothing was written that could be lost. */
	(void)close(fd);
	errno = error;
	return rc == 0 ? fileio_sync_parent(path) : -1;
}

int
fileio_make_directories(const char *path, mode_t mode, struct failure *why)
{
	struct text prefix = { 0 };
	const char *end = path;
	int rc = 0;

	while (rc == 0 && *end != '\0') {
		end += strspn(end, "/");
		end += strcspn(end, "/");
		text_clear(&prefix);
		text_add_bytes(&prefix, path, (size_t)(end - path));
		rc = make_directory(text_string(&prefix), mode);
	}
	if (rc == -1) {
		failure_set_errno(why, failure_code_of_errno(errno), errno,
		    "cannot make the directory '%s'", text_string(&prefix));
	}
	text_release(&prefix);
	return rc;
}

char *
fileio_absolute_path(const char *path)
{
	struct text absolute = { 0 };
	char here[PATH_MAX];

	if (path[0] != '/') {
		if (getcwd(here, sizeof(here)) == NULL)
			return (NULL);
		text_format(&absolute, "%s/", here);
	}
	text_add(&absolute, path);
	return (text_take(&absolute));
}
