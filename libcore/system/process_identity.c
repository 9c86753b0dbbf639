#include <config.h>

#include "process.h"

#include <sys/types.h>

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../base/clock.h"
#include "../base/failure.h"
#include "fileio.h"

/*
 * Where /proc is Linux's, a process is told by the boot of the system and the
 * tick of its start; elsewhere by what ps(1) says of its start.
 */

enum {
	STAT_ROOM = 1024,		/* for /proc/PID/stat */
	FIELD_STATE = 3,		/* of it, as proc(5) counts them */
	FIELD_GROUP = 5,
	FIELD_START = 22
};

/* Reads the small file path into line as a string.  Returns 0, or -1. */
static int
read_line(const char *path, char *line, size_t room)
{
	int fd = fileio_open(AT_FDCWD, path, O_RDONLY, 0);

	if (fd == -1)
		return -1;
	ssize_t got = fileio_read(fd, line, room - 1);
	/* Nothing was written that could be lost. */
	(void)close(fd);
	if (got <= 0)
		return -1;
	line[got] = '\0';
	line[strcspn(line, "\n")] = '\0';
	return 0;
}

static int
read_stat(long pid, char line[STAT_ROOM])
{
	char path[64];

	(void)snprintf(path, sizeof(path), "/proc/%ld/stat", pid);
	return read_line(path, line, STAT_ROOM);
}

/*
 * Returns field number of line, up to its blank, or "".  The second field is
 * the name of the program in parentheses, and may hold blanks and parentheses
 * itself: what counts is the last one.
 */
static const char *
field(const char *line, int number)
{
	const char *at = strrchr(line, ')');

	for (int i = 2; at != NULL && i < number; i++) {
		at = strchr(at, ' ');
		if (at != NULL)
			at++;
	}
	return at != NULL ? at : "";
}

static bool
has_proc(void)
{
	return access("/proc/self/stat", R_OK) == 0 &&
	    access("/proc/sys/kernel/random/boot_id", R_OK) == 0;
}

static int
identity_of_proc(pid_t pid, char identity[PROCESS_IDENTITY_ROOM])
{
	char line[STAT_ROOM];
	char boot[64];

	if (read_stat((long)pid, line) == -1 ||
	    read_line("/proc/sys/kernel/random/boot_id", boot,
	    sizeof(boot)) == -1)
		return -1;
	const char *start = field(line, FIELD_START);
	(void)snprintf(identity, PROCESS_IDENTITY_ROOM, "%.40s/%.*s", boot,
	    (int)strcspn(start, " "), start);
	return 0;
}

static int
identity_of_ps(pid_t pid, char identity[PROCESS_IDENTITY_ROOM])
{
	struct words argv = { 0 };
	struct text output = { 0 };
	struct process_request request = { .argv = &argv, .input = -1 };
	struct process_end end;
	struct failure why;
	int rc = -1;

	words_add(&argv, "ps");
	words_add(&argv, "-o");
	words_add(&argv, "lstart=");
	words_add(&argv, "-p");
	words_format(&argv, "%ld", (long)pid);
	if (process_run(&request, 10 * CLOCK_SECOND, &output, &end, &why) == 0
	    && end.how == PROCESS_EXITED && end.code == 0 &&
	    output.length > 1) {
		(void)snprintf(identity, PROCESS_IDENTITY_ROOM, "%.*s",
		    (int)strcspn(output.bytes, "\n"), output.bytes);
		rc = 0;
	}
	text_release(&output);
	words_release(&argv);
	return rc;
}

int
process_identity(pid_t pid, char identity[PROCESS_IDENTITY_ROOM])
{
	if (pid <= 0 || (kill(pid, 0) == -1 && errno != EPERM))
		return -1;
	return has_proc() ? identity_of_proc(pid, identity) :
	    identity_of_ps(pid, identity);
}

/* Whether the process of this line of stat can still do something. */
static bool
is_running(const char *line)
{
	char state = field(line, FIELD_STATE)[0];

	return state != 'Z' && state != 'X' && state != '\0';
}

/* Whether the process called name in /proc runs and is in group. */
static bool
is_running_member(const char *name, long group)
{
	char line[STAT_ROOM];
	char *end;
	long pid = strtol(name, &end, 10);

	return end != name && *end == '\0' && read_stat(pid, line) == 0 &&
	    strtol(field(line, FIELD_GROUP), NULL, 10) == group &&
	    is_running(line);
}

/*
 * A group that consists of zombies only, as one does whose parent does not
 * wait for it, has ended.
 */
static bool
group_is_running(pid_t group)
{
	bool found = false;

	if (kill(-group, 0) == -1 && errno != EPERM)
		return false;
	DIR *stream = has_proc() ? opendir("/proc") : NULL;
	if (stream == NULL)
		return true;
	struct dirent *entry;
	while (!found && (entry = readdir(stream)) != NULL)
		found = is_running_member(entry->d_name, (long)group);
	/* Nothing was written that could be lost. */
	(void)closedir(stream);
	return found;
}

bool
process_is_alive(pid_t pid, const char *identity)
{
	char present[PROCESS_IDENTITY_ROOM];
	char line[STAT_ROOM];

	/* 1 is never ours, and as a group would be everybody. */
	if (pid <= 1)
		return false;
	if (process_identity(pid, present) == 0) {
		/*
		 * A number is not used again while a group has it, so another
		 * process under it says that ours is gone to the last member.
		 */
		if (strcmp(present, identity) != 0)
			return false;
		if (read_stat((long)pid, line) == -1 || is_running(line))
			return kill(pid, 0) == 0 || errno == EPERM;
	}
	return group_is_running(pid);
}
