/*
 * halt: strikes a program right behind a record of its journal.
 *
 * A library for ld.so.preload on a node of the lab.  Every journal is made
 * durable, record by record, by fsync(2).  /run/halt holds orders, a line each:
 *
 *	NUMBER PART [TEXT [COUNT TROUBLE]]
 *
 * The first process that makes a file durable whose path has PART in it and
 * which holds at least NUMBER records, outages not counted, the last of which
 * has TEXT, takes the order away and follows it.  Without TEXT any record will
 * do.  Without TROUBLE the process says in /run/halted "PID NUMBER RECORD" and
 * stops itself, as by SIGSTOP.  Whoever looks at that file may then kill it, or
 * let it go on, at a place that is known.  With TROUBLE it is struck in what it
 * does next: the COUNT-th program that it starts from then on comes to
 *
 *	fail, lie	exit code 1, or 0, and nothing is done
 *	die, hang	it is killed, or does not end, and nothing is done
 *	deaf		as hang, and SIGTERM is not heard
 *	late-fail, late-die, late-hang
 *			the same, but all is done
 *
 *	exec TEXT TROUBLE
 *
 * is for the first process at all that becomes a program with TEXT in one of
 * its arguments.  By so many seconds as /run/clock says the wall clock of the
 * node is wrong.  While there is /run/full, no file below a folder that it
 * names takes a byte more by write(2), writev(2), pwrite(2), sendfile64 or
 * fallocate64, as on a disk that is full.  What libc writes itself, as stdio
 * does, and copy_file_range(2), as of cp, and mmap(2), are not kept back.
 *
 * Who hangs makes the file /run/leap: for whoever writes a journal, a day is
 * over then, so a deadline is never waited for.  Nor is it after a lie, which
 * is believed no more when the second question is answered.
 */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

enum {
	ORDERS = 1 << 14,		/* room for all of them */
	WORD = 200,
	DAY = 24 * 60 * 60
};

#define ORDERS_FILE	"/run/halt"

/* Becomes the program behind it, or does not, by its first argument. */
static const char troubles[] =
    "trouble=$1; program=$2; shift 2\n"
    "case $trouble in late-*) \"$program\" \"$@\" ;; esac\n"
    "echo \"struck: $trouble\" >&2\n"
    "case ${trouble#late-} in\n"
    "lie) exit 0 ;;\n"
    "die) kill -9 $$ ;;\n"
    "hang) : >/run/leap; echo hangs; exec sleep 600 ;;\n"
    "deaf) trap ': >/run/leap; echo deaf' TERM; : >/run/leap; echo hangs\n"
    "	while :; do sleep 600; done ;;\n"
    "esac\n"
    "exit 1\n";

/* Of this process: what the count-th program that it starts comes to. */
static char pending[WORD];
static long countdown;
/* How many programs later a day is over, unless there is a record before. */
static long until_leap;
/* Whether it writes a journal, and how many days are over for it. */
static int writes_journal;
static long days;

int
fsync(int fd);

int
execve(const char *file, char *const argv[], char *const environment[]);

int
clock_gettime(clockid_t id, struct timespec *now);

time_t
time(time_t *now);

ssize_t
write(int fd, const void *bytes, size_t size);

ssize_t
pwrite(int fd, const void *bytes, size_t size, off_t at);

ssize_t
pwrite64(int fd, const void *bytes, size_t size, off64_t at);

ssize_t
writev(int fd, const struct iovec *parts, int count);

ssize_t
sendfile64(int fd, int from, off64_t *at, size_t size);

int
fallocate64(int fd, int mode, off64_t at, off64_t size);

/* Counts the records in text; sets *last to the last one. */
static long
count_records(char *text, char **last)
{
	long count = 0;

	for (char *line = text; *line != '\0';) {
		char *end = strchr(line, '\n');

		if (end == NULL)
			break;
		*end = '\0';
		if (strstr(line, "\"event\":\"outage") == NULL) {
			*last = line;
			count++;
		}
		line = end + 1;
	}
	return (count);
}

/* Returns what the file at path holds, the caller's, or NULL. */
static char *
read_file(const char *path, size_t room)
{
	char *text = calloc(1, room);
	size_t size = 0;
	ssize_t got = 0;
	const int fd = open(path, O_RDONLY | O_CLOEXEC);

	while (fd != -1 && text != NULL && size < room - 1 &&
	    (got = read(fd, text + size, room - 1 - size)) > 0)
		size += (size_t)got;
	if (fd != -1)
		(void)close(fd);	/* was only read */
	return (text);
}

/*
 * Takes the order that text holds at line away.  Only one of several processes
 * can; returns whether it was this one.
 */
static int
take_away(char *text, char *line)
{
	char *rest = strchr(line, '\n');

	rest = rest == NULL ? line + strlen(line) : rest + 1;
	memmove(line, rest, strlen(rest) + 1);
	if (unlink(ORDERS_FILE) == -1)
		return (0);
	FILE *file = *text == '\0' ? NULL : fopen("/run/halt.new", "w");

	if (file != NULL && fputs(text, file) >= 0 && fclose(file) == 0)
		(void)rename("/run/halt.new", ORDERS_FILE);
	return (1);
}

static void
halt(long count, const char *record)
{
	FILE *file = fopen("/run/halted.new", "w");

	if (file == NULL)
		return;
	(void)fprintf(file, "%ld %ld %s\n", (long)getpid(), count, record);
	if (fclose(file) == 0 && rename("/run/halted.new",
	    "/run/halted") == 0)
		(void)kill(getpid(), SIGSTOP);
}

/* Returns the line of orders that is for the last of count records of path. */
static char *
find_order(char *orders, const char *path, long count, const char *last)
{
	for (char *line = orders, *end; *line != '\0'; line = end) {
		char part[WORD];
		char wanted[WORD] = "";
		long number;

		end = strchr(line, '\n');
		end = end == NULL ? line + strlen(line) : end + 1;
		if (strncmp(line, "exec ", 5) != 0 &&
		    sscanf(line, "%ld %199s%*1[ ]%199[^ \n]", &number, part,
		    wanted) >= 2 && strstr(path, part) != NULL &&
		    count >= number && strstr(last, wanted) != NULL)
			return (line);
	}
	return (NULL);
}

static void
follow_order(char *orders, char *line, long count, const char *last)
{
	char trouble[WORD] = "";
	long programs = 0;

	(void)sscanf(line, "%*s %*s %*[^ \n] %ld %199s", &programs, trouble);
	if (!take_away(orders, line))
		return;
	if (trouble[0] == '\0') {
		halt(count, last);
		return;
	}
	(void)snprintf(pending, sizeof(pending), "%s", trouble);
	countdown = programs;
}

static void
look(int fd)
{
	char link[64];
	char path[4096] = "";
	char *last = NULL;

	(void)snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	if (readlink(link, path, sizeof(path) - 1) == -1)
		return;
	if (strstr(path, "/runs/") != NULL)
		writes_journal = 1;
	char *orders = read_file(ORDERS_FILE, ORDERS);
	char *text = read_file(path, 1 << 20);
	const long count = text == NULL ? 0 : count_records(text, &last);
	char *line = orders == NULL || last == NULL ? NULL :
	    find_order(orders, path, count, last);

	/* Who lied has only begun then. */
	if (last == NULL || strstr(last, "\"event\":\"started\"") == NULL)
		until_leap = 0;
	if (line != NULL)
		follow_order(orders, line, count, last);
	free(text);
	free(orders);
}

/* On Linux, fdatasync(2) does for a journal what fsync(2) does. */
int
fsync(int fd)
{
	const int rc = fdatasync(fd);

	if (rc == 0)
		look(fd);
	return (rc);
}

/* Whoever has started a program has one less to start. */
static void
forked(void)
{
	if (until_leap > 0 && --until_leap == 0)
		days++;
	if (countdown > 0 && --countdown == 0 && strcmp(pending, "lie") == 0)
		until_leap = 2;
}

__attribute__((constructor)) static void
begin(void)
{
	(void)pthread_atfork(NULL, forked, NULL);
}

/* Sets trouble to what is ordered for a program with these arguments. */
static int
is_ordered(char *const argv[], char *trouble)
{
	char *orders = access(ORDERS_FILE, F_OK) == -1 ? NULL :
	    read_file(ORDERS_FILE, ORDERS);
	int found = 0;

	for (char *line = orders; line != NULL && !found;) {
		char text[WORD];

		if (sscanf(line, "exec %199s %199s", text, trouble) == 2) {
			for (size_t i = 0; argv[i] != NULL && !found; i++)
				found = strstr(argv[i], text) != NULL &&
				    take_away(orders, line);
		}
		line = strchr(line, '\n');
		line = line == NULL || line[1] == '\0' ? NULL : line + 1;
	}
	free(orders);
	return (found);
}

static int
become(const char *file, char *const argv[], char *const environment[])
{
	return ((int)syscall(SYS_execve, file, argv, environment));
}

int
execve(const char *file, char *const argv[], char *const environment[])
{
	char trouble[WORD] = "";
	size_t count = 0;

	if (countdown == 1)
		(void)snprintf(trouble, sizeof(trouble), "%s", pending);
	else if (!is_ordered(argv, trouble))
		return (become(file, argv, environment));
	while (argv[count] != NULL)
		count++;
	const char **words = calloc(count + 6, sizeof(*words));
	if (words == NULL)
		return (-1);
	words[0] = "sh";
	words[1] = "-c";
	words[2] = troubles;
	words[3] = "sh";
	words[4] = trouble;
	words[5] = file;
	for (size_t i = 1; i < count; i++)
		words[5 + i] = argv[i];
	return (become("/bin/sh", (char *const *)words, environment));
}

/* Returns by how many seconds the wall clock is wrong here. */
static long
wrong_by(void)
{
	char said[WORD] = "";
	const int fd = open("/run/clock", O_RDONLY | O_CLOEXEC);

	if (fd == -1)
		return (0);
	if (read(fd, said, sizeof(said) - 1) == -1)
		said[0] = '\0';
	(void)close(fd);		/* was only read */
	return (strtol(said, NULL, 10));
}

int
clock_gettime(clockid_t id, struct timespec *now)
{
	const int rc = (int)syscall(SYS_clock_gettime, id, now);

	if (rc == 0 && id == CLOCK_MONOTONIC && writes_journal) {
		if (unlink("/run/leap") == 0)
			days++;
		now->tv_sec += days * DAY;
	}
	if (rc == 0 && id == CLOCK_REALTIME)
		now->tv_sec += wrong_by();
	return (rc);
}

time_t
time(time_t *now)
{
	struct timespec at = { 0 };

	(void)clock_gettime(CLOCK_REALTIME, &at);
	if (now != NULL)
		*now = at.tv_sec;
	return (at.tv_sec);
}

/*
 * Returns whether fd is a file on a disk that is full; sets errno then.  A
 * process that may call little, as one of sshd, may open(2) in vain.
 */
static int
is_full(int fd)
{
	char link[64];
	char path[4096] = "";
	char folders[WORD * 4] = "";
	const int error = errno;
	const int list = open("/run/full", O_RDONLY | O_CLOEXEC);
	int full = 0;

	errno = error;
	if (list == -1)
		return (0);
	(void)snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	if (read(list, folders, sizeof(folders) - 1) == -1 ||
	    readlink(link, path, sizeof(path) - 1) == -1)
		folders[0] = '\0';
	(void)close(list);		/* was only read */
	for (char *word = folders; *word != '\0' && !full;) {
		const size_t length = strcspn(word, " \n");

		full = length > 0 && strncmp(path, word, length) == 0 &&
		    (path[length] == '/' || path[length] == '\0');
		word += length + (word[length] != '\0');
	}
	errno = full ? ENOSPC : error;
	return (full);
}

ssize_t
write(int fd, const void *bytes, size_t size)
{
	return (is_full(fd) ? -1 : syscall(SYS_write, fd, bytes, size));
}

ssize_t
pwrite64(int fd, const void *bytes, size_t size, off64_t at)
{
	return (is_full(fd) ? -1 : syscall(SYS_pwrite64, fd, bytes, size,
	    at));
}

ssize_t
pwrite(int fd, const void *bytes, size_t size, off_t at)
{
	return (pwrite64(fd, bytes, size, at));
}

ssize_t
writev(int fd, const struct iovec *parts, int count)
{
	return (is_full(fd) ? -1 : syscall(SYS_writev, fd, parts, count));
}

ssize_t
sendfile64(int fd, int from, off64_t *at, size_t size)
{
	return (is_full(fd) ? -1 : syscall(SYS_sendfile, fd, from, at, size));
}

int
fallocate64(int fd, int mode, off64_t at, off64_t size)
{
	return (is_full(fd) ? -1 : (int)syscall(SYS_fallocate, fd, mode, at,
	    size));
}
