/*
 * A library to be put before a program by LD_PRELOAD: lets the call number
 * INTERFERE_AT, counted from 1, of those that write go wrong, as INTERFERE_HOW
 * says: "kill" or "stop" before it, an errno in words, "short": only a part is
 * written, or "lost": it is done, but a link or a removal fails, as on NFS when
 * the server's answer got lost and it was asked again.  Then there is the file
 * INTERFERE_MARK.  It is built with -D_GNU_SOURCE, for RTLD_NEXT.
 */
#include <sys/stat.h>

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int calls;

/* Returns the function of the C library that has this name. */
static void *
next(const char *name)
{
	void *function = dlsym(RTLD_NEXT, name);

	if (function == NULL)
		abort();
	return (function);
}

static int
error_of(const char *how)
{
	if (strcmp(how, "ENOSPC") == 0)
		return (ENOSPC);
	if (strcmp(how, "EDQUOT") == 0)
		return (EDQUOT);
	if (strcmp(how, "EBUSY") == 0)
		return (EBUSY);
	if (strcmp(how, "EEXIST") == 0)
		return (EEXIST);
	return (strcmp(how, "EINTR") == 0 ? EINTR : EIO);
}

/*
 * Returns whether this call goes wrong; then errno is set, unless *size is
 * smaller now.
 */
static bool
interfere(size_t *size)
{
	const char *at = getenv("INTERFERE_AT");
	const char *how = getenv("INTERFERE_HOW");
	const char *mark = getenv("INTERFERE_MARK");
	int (*make)(int, const char *, mode_t, dev_t);

	if (at == NULL || how == NULL || mark == NULL ||
	    __sync_add_and_fetch(&calls, 1) != strtol(at, NULL, 10))
		return (false);
	*(void **)&make = next("mknodat");
	(void)make(AT_FDCWD, mark, S_IFREG | 0600, 0);
	if (strcmp(how, "kill") == 0)
		(void)raise(SIGKILL);
	if (strcmp(how, "stop") == 0) {
		(void)raise(SIGSTOP);
		return (false);
	}
	if (strcmp(how, "lost") == 0)
		return (false);
	if (strcmp(how, "short") == 0) {
		if (size != NULL && *size > 1)
			*size /= 2;
		return (false);
	}
	errno = error_of(how);
	return (true);
}

/* Returns what a call is said to have returned that has returned rc. */
static int
answer(int rc, int error)
{
	const char *at = getenv("INTERFERE_AT");
	const char *how = getenv("INTERFERE_HOW");

	if (rc == -1 || at == NULL || how == NULL ||
	    strcmp(how, "lost") != 0 || calls != strtol(at, NULL, 10))
		return (rc);
	errno = error;
	return (-1);
}

int
openat(int directory, const char *path, int flags, ...)
{
	va_list arguments;

	va_start(arguments, flags);
	const mode_t mode = (flags & O_CREAT) != 0 ?
	    va_arg(arguments, mode_t) : 0;
	int (*call)(int, const char *, int, ...);

	va_end(arguments);
	/* Only what may make a file writes. */
	if ((flags & O_CREAT) != 0 && interfere(NULL))
		return (-1);
	*(void **)&call = next("openat");
	return (call(directory, path, flags, mode));
}

ssize_t
write(int fd, const void *bytes, size_t size)
{
	ssize_t (*call)(int, const void *, size_t);

	if (interfere(&size))
		return (-1);
	*(void **)&call = next("write");
	return (call(fd, bytes, size));
}

int
ftruncate(int fd, off_t size)
{
	int (*call)(int, off_t);

	if (interfere(NULL))
		return (-1);
	*(void **)&call = next("ftruncate");
	return (call(fd, size));
}

int
fsync(int fd)
{
	int (*call)(int);

	if (interfere(NULL))
		return (-1);
	*(void **)&call = next("fsync");
	return (call(fd));
}

int
syncfs(int fd)
{
	int (*call)(int);

	if (interfere(NULL))
		return (-1);
	*(void **)&call = next("syncfs");
	return (call(fd));
}

int
mkdir(const char *path, mode_t mode)
{
	int (*call)(const char *, mode_t);

	if (interfere(NULL))
		return (-1);
	*(void **)&call = next("mkdir");
	return (call(path, mode));
}

int
mkdirat(int directory, const char *path, mode_t mode)
{
	int (*call)(int, const char *, mode_t);

	if (interfere(NULL))
		return (-1);
	*(void **)&call = next("mkdirat");
	return (call(directory, path, mode));
}

int
mkfifoat(int directory, const char *path, mode_t mode)
{
	int (*call)(int, const char *, mode_t);

	if (interfere(NULL))
		return (-1);
	*(void **)&call = next("mkfifoat");
	return (call(directory, path, mode));
}

int
mknodat(int directory, const char *path, mode_t mode, dev_t device)
{
	int (*call)(int, const char *, mode_t, dev_t);

	if (interfere(NULL))
		return (-1);
	*(void **)&call = next("mknodat");
	return (call(directory, path, mode, device));
}

int
mkstemp(char *path)
{
	int (*call)(char *);

	if (interfere(NULL))
		return (-1);
	*(void **)&call = next("mkstemp");
	return (call(path));
}

int
linkat(int from, const char *old, int to, const char *path, int flags)
{
	int (*call)(int, const char *, int, const char *, int);

	if (interfere(NULL))
		return (-1);
	*(void **)&call = next("linkat");
	return (answer(call(from, old, to, path, flags), EEXIST));
}

int
symlinkat(const char *target, int directory, const char *path)
{
	int (*call)(const char *, int, const char *);

	if (interfere(NULL))
		return (-1);
	*(void **)&call = next("symlinkat");
	return (call(target, directory, path));
}

int
unlink(const char *path)
{
	int (*call)(const char *);

	if (interfere(NULL))
		return (-1);
	*(void **)&call = next("unlink");
	return (call(path));
}

int
unlinkat(int directory, const char *path, int flags)
{
	int (*call)(int, const char *, int);

	if (interfere(NULL))
		return (-1);
	*(void **)&call = next("unlinkat");
	return (answer(call(directory, path, flags), ENOENT));
}

int
renameat(int from, const char *old, int to, const char *path)
{
	int (*call)(int, const char *, int, const char *);

	if (interfere(NULL))
		return (-1);
	*(void **)&call = next("renameat");
	return (call(from, old, to, path));
}

/* As on a system without it when INTERFERE_OLD is set. */
int
renameat2(int from, const char *old, int to, const char *path,
    unsigned int flags)
{
	int (*call)(int, const char *, int, const char *, unsigned int);

	if (getenv("INTERFERE_OLD") != NULL) {
		errno = ENOSYS;
		return (-1);
	}
	if (interfere(NULL))
		return (-1);
	*(void **)&call = next("renameat2");
	return (call(from, old, to, path, flags));
}

int
fchown(int fd, uid_t uid, gid_t gid)
{
	int (*call)(int, uid_t, gid_t);

	if (interfere(NULL))
		return (-1);
	*(void **)&call = next("fchown");
	return (call(fd, uid, gid));
}

int
fchmod(int fd, mode_t mode)
{
	int (*call)(int, mode_t);

	if (interfere(NULL))
		return (-1);
	*(void **)&call = next("fchmod");
	return (call(fd, mode));
}

int
futimens(int fd, const struct timespec times[2])
{
	int (*call)(int, const struct timespec *);

	if (interfere(NULL))
		return (-1);
	*(void **)&call = next("futimens");
	return (call(fd, times));
}

int
fchownat(int directory, const char *path, uid_t uid, gid_t gid, int flags)
{
	int (*call)(int, const char *, uid_t, gid_t, int);

	if (interfere(NULL))
		return (-1);
	*(void **)&call = next("fchownat");
	return (call(directory, path, uid, gid, flags));
}

int
fchmodat(int directory, const char *path, mode_t mode, int flags)
{
	int (*call)(int, const char *, mode_t, int);

	if (interfere(NULL))
		return (-1);
	*(void **)&call = next("fchmodat");
	return (call(directory, path, mode, flags));
}

int
utimensat(int directory, const char *path, const struct timespec times[2],
    int flags)
{
	int (*call)(int, const char *, const struct timespec *, int);

	if (interfere(NULL))
		return (-1);
	*(void **)&call = next("utimensat");
	return (call(directory, path, times, flags));
}

/* Declared here, for not every system has <sys/xattr.h>. */
int
fsetxattr(int fd, const char *name, const void *value, size_t size,
    int flags);
int
lsetxattr(const char *path, const char *name, const void *value, size_t size,
    int flags);
int
fremovexattr(int fd, const char *name);

int
fsetxattr(int fd, const char *name, const void *value, size_t size, int flags)
{
	int (*call)(int, const char *, const void *, size_t, int);

	if (interfere(NULL))
		return (-1);
	*(void **)&call = next("fsetxattr");
	return (call(fd, name, value, size, flags));
}

int
lsetxattr(const char *path, const char *name, const void *value, size_t size,
    int flags)
{
	int (*call)(const char *, const char *, const void *, size_t, int);

	if (interfere(NULL))
		return (-1);
	*(void **)&call = next("lsetxattr");
	return (call(path, name, value, size, flags));
}

int
fremovexattr(int fd, const char *name)
{
	int (*call)(int, const char *);

	if (interfere(NULL))
		return (-1);
	*(void **)&call = next("fremovexattr");
	return (call(fd, name));
}
