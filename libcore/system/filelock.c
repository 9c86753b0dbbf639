#include <config.h>

#include "filelock.h"

#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <pwd.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "../base/clock.h"
#include "../base/failure.h"
#include "../base/memory.h"
#include "../base/text.h"
#include "../compat/process_handle.h"
#include "fileio.h"
#include "trust.h"

enum {
	LINE_ROOM = 1024		/* more of a holder is not shown */
};

struct filelock {
	int	fd;
};

static struct flock
whole_file(void)
{
	struct flock request = { 0 };

	request.l_type = F_WRLCK;
	request.l_whence = SEEK_SET;
	return request;
}

/* Returns 1 when the lock is ours, 0 when it is another's, or -1. */
static int
try_lock(int fd)
{
	struct flock request = whole_file();

	if (fcntl(fd, F_SETLK, &request) == 0)
		return 1;
	return errno == EACCES || errno == EAGAIN || errno == EINTR ? 0 : -1;
}

/* Tries every 50 ms until deadline: the other one cannot wake us. */
static int
wait_for_lock(int fd, int64_t deadline)
{
	static const struct timespec pause = { 0, 50000000 };
	int rc = try_lock(fd);

	while (rc == 0 && clock_monotonic() < deadline) {
		(void)nanosleep(&pause, NULL);
		rc = try_lock(fd);
	}
	return rc;
}

static void
add_user(struct text *line)
{
	const struct passwd *user = getpwuid(geteuid());

	if (user != NULL)
		text_add(line, user->pw_name);
	else
		text_format(line, "%lu", (unsigned long)geteuid());
}

/* The line is for people; the lock holds without it. */
static int
write_holder(int fd, const char *owner)
{
	struct text line = { 0 };
	char host[256] = "";
	char now[CLOCK_TEXT_ROOM];

	/* A name that does not fit is cut; without one "" is shown. */
	(void)gethostname(host, sizeof(host) - 1);
	clock_show(clock_wall(), now);
	text_add_masked(&line, owner, strlen(owner));
	text_format(&line, ", pid %ld on %s, user ", (long)getpid(), host);
	add_user(&line);
	text_format(&line, ", since %s\n", now);
	int rc = ftruncate(fd, 0) == -1 ? -1 :
	    fileio_write(fd, line.bytes, line.length);
	text_release(&line);
	return rc;
}

/*
 * Adds who holds the lock of fd.  The line in the file may still be that of
 * an earlier holder, who was killed; then the system knows only the pid.
 */
static void
add_holder(int fd, pid_t pid, struct text *who)
{
	char line[LINE_ROOM];
	char mark[64];
	ssize_t got = fileio_read_at(fd, line, sizeof(line) - 1, 0);

	line[got > 0 ? got : 0] = '\0';
	line[strcspn(line, "\n")] = '\0';
	(void)snprintf(mark, sizeof(mark), ", pid %ld on ", (long)pid);
	/* Over a network, or from another namespace, there is no pid. */
	if (line[0] != '\0' && (pid <= 0 || strstr(line, mark) != NULL))
		text_add_masked(who, line, strlen(line));
	else
		text_format(who, "process %ld", (long)pid);
}

/* Returns 1 and adds who holds the lock of fd, 0 when it is free, or -1. */
static int
look(int fd, struct text *who)
{
	struct flock request = whole_file();

	if (fcntl(fd, F_GETLK, &request) == -1)
		return -1;
	if (request.l_type == F_UNLCK)
		return 0;
	add_holder(fd, request.l_pid, who);
	return 1;
}

static void
refuse_busy(int fd, const char *path, struct failure *why)
{
	struct text who = { 0 };

	if (look(fd, &who) == 1) {
		failure_set(why, EXITCODE_BUSY, "'%s' is held by %s", path,
		    text_string(&who));
	} else {
		failure_set(why, EXITCODE_BUSY,
		    "'%s' was held until a moment ago", path);
	}
	text_release(&who);
}

/*
 * Checks that the lock, as far as it is there, cannot be given another name or
 * taken away: two could have it then.
 */
static int
check_place(const char *path, struct failure *why)
{
	char *absolute = fileio_absolute_path(path);
	int rc = -1;

	if (absolute == NULL)
		failure_set_errno(why, EXITCODE_SYSTEM, errno,
		    "cannot tell where the lock '%s' is", path);
	else
		rc = trust_check_new(absolute, why);
	if (rc == -1 && why->code == EXITCODE_DENIED)
		failure_hint(why, "locks must lie where only root, or who "
		    "locks, may change them: 'locks' in nqstools.conf(5)");
	free(absolute);
	return rc;
}

/*
 * Opens the lock.  What is there is not cut, or trusted to keep others out,
 * before it is known to be a file of ours with this name only.
 */
static int
open_lock(const char *path, struct failure *why)
{
	struct stat status;

	/* Nothing is left behind among what is not ours. */
	if (check_place(path, why) == -1)
		return -1;
	const int fd = fileio_open(AT_FDCWD, path, O_RDWR | O_CREAT |
	    O_NOFOLLOW | O_NONBLOCK, S_IRUSR | S_IWUSR);

	if (fd == -1) {
		failure_set_errno(why, failure_code_of_errno(errno), errno,
		    "cannot open the lock '%s'", path);
		return -1;
	}
	if (trust_check(fd, path, why) == 0 && check_place(path, why) == 0) {
		if (fstat(fd, &status) == 0 && status.st_nlink == 1)
			return fd;
		failure_set(why, EXITCODE_DENIED,
		    "the lock '%s' has other names, too", path);
	}
	/* Nothing was written that could be lost. */
	(void)close(fd);
	return -1;
}

struct filelock *
filelock_take(const char *path, const char *owner, int64_t wait,
    struct failure *why)
{
	int64_t deadline = clock_monotonic() + wait;
	int fd = open_lock(path, why);

	if (fd == -1)
		return NULL;
	int rc = wait_for_lock(fd, deadline);
	if (rc == 1 && write_holder(fd, owner) == 0) {
		struct filelock *lock = memory_make(1, sizeof(*lock));

		lock->fd = fd;
		return lock;
	}
	if (rc == 0) {
		refuse_busy(fd, path, why);
	} else {
		failure_set_errno(why, failure_code_of_errno(errno), errno,
		    "cannot take the lock '%s'", path);
	}
	/* Nothing was written that could be lost. */
	(void)close(fd);
	return NULL;
}

void
filelock_release(struct filelock *lock)
{
	if (lock == NULL)
		return;
	/* A holder's line that stays by mistake only misleads a reader. */
	int rc = ftruncate(lock->fd, 0);
	(void)rc;
	(void)close(lock->fd);
	free(lock);
}

/*
 * Opens the lock to look at it: what it says is believed only when nobody else
 * could have said it.  Returns 1 with *fd set, 0 when there is none, or -1 with
 * why set.
 */
static int
open_to_look(const char *path, int *fd, struct failure *why)
{
	*fd = fileio_open(AT_FDCWD, path,
	    O_RDONLY | O_NOFOLLOW | O_NONBLOCK, 0);
	if (*fd == -1 && errno == ENOENT)
		return 0;
	if (*fd == -1) {
		failure_set_errno(why, failure_code_of_errno(errno), errno,
		    "cannot look at the lock '%s'", path);
		return -1;
	}
	if (trust_check(*fd, path, why) == 0 && check_place(path, why) == 0)
		return 1;
	/* Nothing was written that could be lost. */
	(void)close(*fd);
	return -1;
}

int
filelock_look(const char *path, struct text *who, struct failure *why)
{
	int fd;
	int rc = open_to_look(path, &fd, why);

	if (rc != 1)
		return rc;
	rc = look(fd, who);
	if (rc == -1) {
		failure_set_errno(why, failure_code_of_errno(errno), errno,
		    "cannot look at the lock '%s'", path);
	}
	/* Nothing was written that could be lost. */
	(void)close(fd);
	return rc;
}

/*
 * Finds the process that holds the lock of fd as owner.  Returns 1 with *pid
 * set, 0 when there is none, or -1 with why set.
 */
static int
find_holder(int fd, const char *path, const char *owner, pid_t *pid,
    struct failure *why)
{
	struct flock request = whole_file();
	struct text who = { 0 };
	struct text mine = { 0 };
	char host[256] = "";
	int rc = fcntl(fd, F_GETLK, &request);

	if (rc == -1) {
		failure_set_errno(why, failure_code_of_errno(errno), errno,
		    "cannot look at the lock '%s'", path);
		return -1;
	}
	if (request.l_type == F_UNLCK)
		return 0;
	*pid = request.l_pid;
	add_holder(fd, request.l_pid, &who);
	text_format(&mine, "%s, pid ", owner);
	if (text_begins_with(text_string(&who), text_string(&mine))) {
		(void)gethostname(host, sizeof(host) - 1);
		text_format(&mine, "%ld on %s, ", (long)request.l_pid, host);
		rc = request.l_pid > 1 && text_begins_with(text_string(&who),
		    text_string(&mine)) ? 1 : -1;
	}
	if (rc == -1)
		failure_set(why, EXITCODE_FAILED, "'%s' is held by %s, which "
		    "cannot be told a process of this host", path,
		    text_string(&who));
	text_release(&mine);
	text_release(&who);
	return rc;
}

/*
 * Signals pid, which held the lock of fd when it was looked at.  Once it is
 * held by a handle, it is looked at again: as long as that process holds the
 * lock it lives, so the handle can only be its own.
 */
static int
signal_holder(int fd, const char *path, const char *owner, pid_t pid,
    int number, struct failure *why)
{
	const int handle = process_handle_open(pid);
	pid_t again = 0;
	int rc = find_holder(fd, path, owner, &again, why);

	if (rc == 1 && again != pid)
		rc = 0;
	if (rc == 1 && (handle != -1 ? process_handle_signal(handle,
	    number) : kill(pid, number)) == -1) {
		rc = errno == ESRCH ? 0 : -1;
		if (rc == -1)
			failure_set_errno(why, failure_code_of_errno(errno),
			    errno, "cannot signal process %ld", (long)pid);
	}
	/* Nothing was written that could be lost. */
	if (handle != -1)
		(void)close(handle);
	return rc;
}

int
filelock_signal(const char *path, const char *owner, int signal,
    struct failure *why)
{
	pid_t pid = 0;
	int fd;
	int rc = open_to_look(path, &fd, why);

	if (rc != 1)
		return rc;
	rc = find_holder(fd, path, owner, &pid, why);
	if (rc == 1)
		rc = signal_holder(fd, path, owner, pid, signal, why);
	/* Nothing was written that could be lost. */
	(void)close(fd);
	return rc;
}
