/*
 * A library to be put before a program by LD_PRELOAD: stops the program, once,
 * before the call number PAUSE_AT that reads from a regular file of PAUSE_SIZE
 * bytes.  Then there is the file PAUSE_MARK.  It is built with -D_GNU_SOURCE,
 * for RTLD_NEXT.
 */
#include <sys/stat.h>

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

static int calls;

static void *
next(const char *name)
{
	void *function = dlsym(RTLD_NEXT, name);

	if (function == NULL)
		abort();
	return (function);
}

static void
pause_at(int fd)
{
	const char *at = getenv("PAUSE_AT");
	const char *size = getenv("PAUSE_SIZE");
	const char *mark = getenv("PAUSE_MARK");
	const int error = errno;
	struct stat status;

	if (at == NULL || size == NULL || mark == NULL ||
	    fstat(fd, &status) == -1 || !S_ISREG(status.st_mode) ||
	    (long long)status.st_size != strtoll(size, NULL, 10) ||
	    __sync_add_and_fetch(&calls, 1) != strtol(at, NULL, 10))
		return;
	(void)close(open(mark, O_WRONLY | O_CREAT, 0600));
	(void)raise(SIGSTOP);
	errno = error;
}

ssize_t
read(int fd, void *bytes, size_t size)
{
	ssize_t (*function)(int, void *, size_t);

	*(void **)&function = next("read");
	pause_at(fd);
	return (function(fd, bytes, size));
}

ssize_t
pread(int fd, void *bytes, size_t size, off_t offset)
{
	ssize_t (*function)(int, void *, size_t, off_t);

	*(void **)&function = next("pread");
	pause_at(fd);
	return (function(fd, bytes, size, offset));
}

ssize_t
pread64(int fd, void *bytes, size_t size, off64_t offset)
{
	ssize_t (*function)(int, void *, size_t, off64_t);

	*(void **)&function = next("pread64");
	pause_at(fd);
	return (function(fd, bytes, size, offset));
}
