#include <config.h>

#include "processes_read.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "../libcore/base/clock.h"
#include "../libcore/base/failure.h"
#include "../libcore/base/number.h"
#include "../libcore/base/text.h"
#include "../libcore/base/words.h"
#include "../libcore/system/fileio.h"
#include "child.h"
#include "processes.h"

enum {
	FIRST_ARGUMENTS = 8192,		/* of a command line: enough */
	FILE_LIMIT = 1 << 22		/* of a file in /proc */
};

/* What makes a start in clock ticks a time. */
struct ticks {
	int64_t	began;			/* the system, clock_wall() */
	int64_t	a_second;
};

/*
 * Reads /proc/PID/NAME into text.  Returns 1, 0 when the process is gone, or
 * -1 with errno set.
 */
static int
read_entry(pid_t pid, const char *name, size_t limit, struct text *text)
{
	struct text path = { 0 };
	char bytes[FIRST_ARGUMENTS];
	ssize_t size = 0;

	text_format(&path, "/proc/%ld/%s", (long)pid, name);
	const int fd = fileio_open(AT_FDCWD, text_string(&path), O_RDONLY, 0);
	text_release(&path);
	if (fd == -1)
		return (errno == ENOENT || errno == ESRCH ? 0 : -1);
	while (text->length < limit &&
	    (size = fileio_read(fd, bytes, sizeof(bytes))) > 0)
		text_add_bytes(text, bytes, (size_t)size);
	fileio_close_read(fd);
	if (size == -1)
		return (errno == ESRCH ? 0 : -1);
	return (1);
}

static int
read_ticks(struct ticks *ticks, struct failure *why)
{
	static const char key[] = "\nbtime ";
	struct text text = { 0 };
	int64_t seconds;
	int rc = fileio_read_file("/proc/stat", FILE_LIMIT, &text, why);
	const char *found = strstr(text_string(&text), key);

	if (rc == 1 && found != NULL) {
		char number[24] = "";

		found += strlen(key);
		const size_t length = strcspn(found, "\n");

		if (length < sizeof(number))
			memcpy(number, found, length);
		rc = number_read(number, 0, INT64_MAX / CLOCK_SECOND,
		    &seconds);
		if (rc == 0)
			ticks->began = seconds * CLOCK_SECOND;
	} else if (rc >= 0) {
		rc = -1;
		failure_set(why, EXITCODE_SYSTEM,
		    "cannot tell from '/proc/stat' when the system began");
	}
	text_release(&text);
	ticks->a_second = (int64_t)sysconf(_SC_CLK_TCK);
	return (rc == -1 || ticks->a_second <= 0 ? -1 : 0);
}

/*
 * Whether the process of another user executes, under the name command, a
 * program that only root can have put there.
 */
static bool
is_of_root(pid_t pid, const char *command)
{
	struct text link = { 0 };
	struct stat file;
	char program[PATH_MAX];

	text_format(&link, "/proc/%ld/exe", (long)pid);
	const ssize_t length = readlink(text_string(&link), program,
	    sizeof(program) - 1);
	const int rc = stat(text_string(&link), &file);

	text_release(&link);
	if (length == -1 || rc == -1)
		return (false);
	program[length] = '\0';
	return (file.st_uid == 0 &&
	    (file.st_mode & (S_IWGRP | S_IWOTH)) == 0 &&
	    processes_is_program(command, program));
}

/* Sets row->is_feigned.  Returns as read_entry() does. */
static int
find_feigned(struct processes_row *row)
{
	struct text status = { 0 };
	uid_t owner;
	int rc = read_entry(row->pid, "status", FIRST_ARGUMENTS, &status);

	if (rc == 1) {
		row->is_feigned = processes_parse_owner(text_string(&status),
		    &owner) == 0 && owner != 0 && owner != geteuid() &&
		    !is_of_root(row->pid, row->command);
	}
	text_release(&status);
	return (rc);
}

/* Adds the process pid; returns 0, also when it is gone, or -1. */
static int
add_process(struct processes *processes, pid_t pid,
    const struct ticks *ticks)
{
	struct processes_row row = { .pid = pid };
	struct text stat = { 0 };
	struct text line = { 0 };
	int64_t started;
	int rc = read_entry(pid, "stat", FIRST_ARGUMENTS, &stat);

	if (rc == 1)
		rc = processes_parse_stat(text_string(&stat), &row.parent,
		    &started);
	if (rc == 1)
		rc = read_entry(pid, "cmdline", FIRST_ARGUMENTS, &line);
	if (rc == 1) {
		/* Two more NULs, for text_string() of nothing is static. */
		text_add_bytes(&line, "\0", 2);
		row.command = line.bytes;
		row.argument = line.bytes + strlen(line.bytes) + 1;
		row.started = ticks->began + started / ticks->a_second *
		    CLOCK_SECOND + started % ticks->a_second *
		    (CLOCK_SECOND / ticks->a_second);
		rc = find_feigned(&row);
	}
	if (rc == 1)
		processes_add(processes, &row);
	text_release(&line);
	text_release(&stat);
	return (rc == -1 ? -1 : 0);
}

/* Adds all that /proc lists. */
static int
add_all(struct processes *processes, DIR *directory,
    const struct ticks *ticks, struct failure *why)
{
	const struct dirent *entry;

	while (errno = 0, (entry = readdir(directory)) != NULL) {
		int64_t pid;

		if (number_read(entry->d_name, 1, INT32_MAX, &pid) == -1)
			continue;
		if (add_process(processes, (pid_t)pid, ticks) == 0)
			continue;
		failure_set_errno(why, errno == EACCES || errno == EPERM ?
		    EXITCODE_DENIED : EXITCODE_SYSTEM, errno,
		    "cannot look at process %s", entry->d_name);
		return (-1);
	}
	if (errno != 0) {
		failure_set_errno(why, EXITCODE_SYSTEM, errno,
		    "cannot read '/proc'");
		return (-1);
	}
	return (0);
}

static int
read_proc(struct processes *processes, struct failure *why)
{
	struct ticks ticks = { 0 };
	DIR *directory = opendir("/proc");
	int rc;

	if (directory == NULL) {
		failure_set_errno(why, EXITCODE_SYSTEM, errno,
		    "cannot read '/proc'");
		return (-1);
	}
	rc = read_ticks(&ticks, why);
	if (rc == 0)
		rc = add_all(processes, directory, &ticks, why);
	(void)closedir(directory);	/* was only read */
	processes_sort(processes);
	/* Mounted with "hidepid", /proc lacks what others run. */
	if (rc == 0 && processes_find(processes, 1) == NULL) {
		failure_set(why, EXITCODE_DENIED,
		    "'/proc' does not show the processes of others");
		failure_hint(why, "run it as root");
		rc = -1;
	}
	return (rc);
}

static int
program_proc(pid_t pid, struct stat *file)
{
	struct text link = { 0 };

	text_format(&link, "/proc/%ld/exe", (long)pid);
	const int rc = stat(text_string(&link), file);
	text_release(&link);
	return (rc == 0);
}

static int
variable_proc(pid_t pid, const char *name, struct text *value)
{
	struct text text = { 0 };
	const size_t length = strlen(name);
	int found = read_entry(pid, "environ", FILE_LIMIT, &text);

	if (found == 1) {
		found = 0;
		text_add_bytes(&text, "", 1);
		for (const char *at = text.bytes; found == 0 &&
		    at < text.bytes + text.length; at += strlen(at) + 1) {
			if (strncmp(at, name, length) != 0 ||
			    at[length] != '=')
				continue;
			text_add(value, at + length + 1);
			found = 1;
		}
	}
	text_release(&text);
	return (found);
}

static int
read_ps(struct processes *processes, struct failure *why)
{
	/* UNIX95 lets the ps of HP-UX take -o. */
	static const char *const list[] = { "env", "UNIX95=1", "ps", "-e",
	    "-o", "pid=", "-o", "ppid=", "-o", "etime=", "-o", "args=",
	    NULL };
	struct words argv = { 0 };
	struct child_request request = { .argv = &argv };
	struct child_result result = { 0 };
	int rc = -1;

	words_add_list(&argv, list);
	if (child_run(&request, &result, why) == -1)
		goto out;
	if (!child_is_good(&result)) {
		child_fail(&result, EXITCODE_SYSTEM, why, "ps");
		goto out;
	}
	rc = processes_parse_ps(processes, text_string(&result.output),
	    clock_wall(), why);
out:
	child_result_release(&result);
	words_release(&argv);
	return (rc);
}

static int
program_unknown(pid_t pid, struct stat *file)
{
	(void)pid;
	(void)file;
	return (0);
}

static int
variable_unknown(pid_t pid, const char *name, struct text *value)
{
	(void)pid;
	(void)name;
	(void)value;
	return (-1);
}

const struct processes_source *
processes_source_proc(void)
{
	static const struct processes_source source = { "/proc", read_proc,
	    program_proc, variable_proc };

	return (&source);
}

const struct processes_source *
processes_source_ps(void)
{
	static const struct processes_source source = { "ps", read_ps,
	    program_unknown, variable_unknown };

	return (&source);
}

const struct processes_source *
processes_source(void)
{
	struct text text = { 0 };
	pid_t parent;
	int64_t ticks;
	bool is_linux = read_entry(getpid(), "stat", FIRST_ARGUMENTS,
	    &text) == 1 && processes_parse_stat(text_string(&text), &parent,
	    &ticks) == 1;

	text_release(&text);
	return (is_linux ? processes_source_proc() : processes_source_ps());
}

int
processes_await_end(const char *path, int64_t wait, pid_t *pid,
    struct failure *why)
{
	static const struct timespec between_looks = { 0, 50 * 1000 * 1000 };
	const int64_t began = clock_monotonic();

	for (;;) {
		struct processes processes = { 0 };
		const struct processes_row *row = NULL;
		int rc = processes_source()->read(&processes, why);

		if (rc == 0)
			row = processes_find_program(&processes, path);
		if (row != NULL)
			*pid = row->pid;
		processes_release(&processes);
		if (rc == -1 || row == NULL)
			return (rc == -1 ? -1 : 1);
		if (clock_monotonic() - began >= wait)
			return (0);
		/* A signal only makes the next look come earlier. */
		(void)nanosleep(&between_looks, NULL);
	}
}
