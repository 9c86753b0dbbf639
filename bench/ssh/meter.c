/*
 * Runs a command and says what it cost, with all processes that it leaves
 * behind (Linux only, for bench/fanout):
 *
 *	meter [-m] COMMAND [ARGUMENT]...
 *
 * The last line on descriptor 3 is "WALL CPU MEMORY CODE": seconds until the
 * command ended, seconds of processor time of it and all its descendants, and
 * with -m the most memory that they had at once, in KB, each page that several
 * share counted once in all (PSS); and its exit code.
 */
#include <config.h>

#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include <dirent.h>
#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum {
	MILLISECOND = 1000000,		/* in nanoseconds */
	PAUSE = 20 * MILLISECOND,	/* between two looks */
	PROCESSES = 8192
};

static double
now(void)
{
	struct timespec time;

	(void)clock_gettime(CLOCK_MONOTONIC, &time);
	return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static double
seconds(const struct timeval *time)
{
	return (double)time->tv_sec + (double)time->tv_usec / 1e6;
}

/* Returns the number behind key in the file, or -1. */
static long
number_in(const char *path, const char *key)
{
	char line[256];
	long value = -1;
	FILE *file = fopen(path, "r");

	if (file == NULL)
		return -1;
	while (value == -1 && fgets(line, sizeof(line), file) != NULL)
		if (strncmp(line, key, strlen(key)) == 0)
			value = strtol(line + strlen(key), NULL, 10);
	(void)fclose(file);
	return value;
}

/* All processes at a moment. */
static struct process {
	long	pid;
	long	parent;
} processes[PROCESSES];

/* Fills processes; returns how many there are. */
static size_t
look_around(void)
{
	struct dirent *entry;
	size_t count = 0;
	DIR *proc = opendir("/proc");

	while (proc != NULL && count < PROCESSES &&
	    (entry = readdir(proc)) != NULL) {
		char path[64];
		const long pid = strtol(entry->d_name, NULL, 10);

		if (pid <= 0)
			continue;
		(void)snprintf(path, sizeof(path), "/proc/%ld/status", pid);
		processes[count].pid = pid;
		processes[count++].parent = number_in(path, "PPid:");
	}
	if (proc != NULL)
		(void)closedir(proc);
	return count;
}

/* Returns whether pid, one of count processes, descends from us. */
static bool
is_ours(long pid, size_t count)
{
	while (pid > 0 && pid != (long)getpid()) {
		size_t at = 0;

		while (at < count && processes[at].pid != pid)
			at++;
		pid = at < count ? processes[at].parent : 0;
	}
	return pid > 0;
}

/* Calls what for each descendant; returns the sum of what it returns. */
static long
for_each(long (*what)(long))
{
	const size_t count = look_around();
	long sum = 0;

	for (size_t i = 0; i < count; i++)
		if (processes[i].parent > 0 &&
		    is_ours(processes[i].parent, count))
			sum += what(processes[i].pid);
	return sum;
}

static long
memory_of(long pid)
{
	char path[64];
	long size;

	(void)snprintf(path, sizeof(path), "/proc/%ld/smaps_rollup", pid);
	size = number_in(path, "Pss:");
	return size < 0 ? 0 : size;
}

static long
end(long pid)
{
	(void)kill((pid_t)pid, SIGTERM);
	return 0;
}

/* Waits for the command; returns its status, and sets *memory. */
static int
await(pid_t pid, bool measures, long *memory)
{
	const struct timespec pause = { 0, PAUSE };
	int status;

	*memory = 0;
	while (measures && waitpid(pid, &status, WNOHANG) == 0) {
		const long size = for_each(memory_of);

		*memory = size > *memory ? size : *memory;
		(void)nanosleep(&pause, NULL);
	}
	if (!measures)
		while (waitpid(pid, &status, 0) == -1 && errno == EINTR)
			continue;
	return status;
}

int
main(int argc, char **argv)
{
	struct rusage usage;
	long memory;

	const bool measures = argc > 1 && strcmp(argv[1], "-m") == 0;
	argv += measures ? 2 : 1;
	if (*argv == NULL)
		return 64;
	(void)prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
	const double begun = now();
	const pid_t pid = fork();
	if (pid == 0) {
		execvp(argv[0], argv);
		_exit(127);
	}
	const int status = await(pid, measures, &memory);
	const double wall = now() - begun;
	(void)for_each(end);
	while (waitpid(-1, NULL, 0) > 0 || errno == EINTR)
		continue;
	(void)getrusage(RUSAGE_CHILDREN, &usage);
	(void)dprintf(3, "%.4f %.4f %ld %d\n", wall,
	    seconds(&usage.ru_utime) + seconds(&usage.ru_stime), memory,
	    WIFEXITED(status) ? WEXITSTATUS(status) : 128);
	return 0;
}
