#include <config.h>

#include "process.h"

#include <sys/stat.h>
#include <sys/wait.h>

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../base/failure.h"
#include "../compat/descriptors.h"
#include "fileio.h"

enum {
	REPORT = 3,			/* the child's number of the pipe */
	SIGNALS = 128			/* more than any system has */
};

/*
 * All that the child needs, made before fork(2): between fork and execve it
 * may call only what is async-signal-safe, which memory is not.
 */
struct launch {
	char		*file;		/* what to execute */
	char *const	*argv;
	char *const	*environment;
	int		 given[3];	/* to become 0, 1 and 2 */
	int		 null;		/* /dev/null */
	int		 report[2];	/* the end of it, or an errno */
	int		 highest;	/* descriptor that may be open */
	bool		 session;
};

/* Dies after telling the parent why. */
static void
give_up(int report, int error)
{
	/* If the parent is gone, nobody needs to know. */
	ssize_t written = write(report, &error, sizeof(error));

	(void)written;
	_exit(127);
}

/*
 * Puts the given descriptors at 0, 1 and 2 and the report at 3.  All are
 * moved out of the way first, for each may have the number of another.
 */
static int
arrange_descriptors(struct launch *launch)
{
	int highest = launch->highest;

	for (int i = 0; i < 3; i++) {
		int moved = fcntl(launch->given[i], F_DUPFD, REPORT + 1);

		if (moved == -1)
			return -1;
		launch->given[i] = moved;
		if (moved > highest)
			highest = moved;
	}
	if (dup2(launch->report[1], REPORT) == -1)
		return -1;
	if (launch->report[1] != REPORT)
		launch->report[1] = REPORT;
	if (fcntl(REPORT, F_SETFD, FD_CLOEXEC) == -1)
		return -1;
	for (int i = 0; i < 3; i++) {
		if (dup2(launch->given[i], i) == -1)
			return -1;
	}
	descriptors_close(REPORT + 1, highest);
	return 0;
}

static int
reset_signals(void)
{
	struct sigaction action = { 0 };
	sigset_t none;

	action.sa_handler = SIG_DFL;
	(void)sigemptyset(&action.sa_mask);
	(void)sigemptyset(&none);
	/* EINVAL is the answer for the numbers that there are not. */
	for (int number = 1; number < SIGNALS; number++)
		(void)sigaction(number, &action, NULL);
	return sigprocmask(SIG_SETMASK, &none, NULL);
}

static void
become_program(struct launch *launch)
{
	pid_t group = launch->session ? setsid() : setpgid(0, 0);

	if (group == -1 || arrange_descriptors(launch) == -1 ||
	    reset_signals() == -1)
		give_up(launch->report[1], errno);
	(void)execve(launch->file, launch->argv, launch->environment);
	give_up(launch->report[1], errno);
}

/*
 * Forks with every signal blocked, so that no handler of ours ever runs in
 * the child.  The child alone makes its group: nobody hears of its pid before
 * its report.
 */
static pid_t
fork_program(struct launch *launch)
{
	sigset_t all;
	sigset_t saved;

	(void)sigfillset(&all);
	if (sigprocmask(SIG_SETMASK, &all, &saved) == -1)
		return -1;
	pid_t pid = fork();
	if (pid == 0)
		become_program(launch);
	int error = errno;
	/* Fails only for a first argument that is wrong. */
	(void)sigprocmask(SIG_SETMASK, &saved, NULL);
	errno = error;
	return pid;
}

/* Returns 0 when the program runs, else the child's errno; it is gone then. */
static int
hear_report(int report, pid_t pid)
{
	int error = 0;
	ssize_t got = fileio_read(report, &error, sizeof(error));

	if (got != (ssize_t)sizeof(error))
		return 0;
	while (waitpid(pid, NULL, 0) == -1 && errno == EINTR)
		continue;
	return error;
}

static void
close_if_open(int fd)
{
	/* Nothing was written that could be lost. */
	if (fd != -1)
		(void)close(fd);
}

static int
open_descriptors(struct launch *launch, const struct process_request *request)
{
	const int given[3] = { request->input, request->output,
		request->error };

	launch->null = fileio_open(AT_FDCWD, "/dev/null", O_RDWR, 0);
	if (launch->null == -1 || pipe(launch->report) == -1)
		return -1;
	for (int i = 0; i < 2; i++) {
		if (fcntl(launch->report[i], F_SETFD, FD_CLOEXEC) == -1)
			return -1;
	}
	for (int i = 0; i < 3; i++)
		launch->given[i] = given[i] != -1 ? given[i] : launch->null;
	launch->highest = descriptors_highest();
	return 0;
}

static pid_t
start(struct launch *launch, const struct process_request *request,
    struct failure *why)
{
	const char *name = request->argv->list[0];
	pid_t pid = -1;

	if (open_descriptors(launch, request) == 0)
		pid = fork_program(launch);
	if (pid == -1) {
		failure_set_errno(why, EXITCODE_SYSTEM, errno,
		    "cannot start '%s'", name);
		return -1;
	}
	close_if_open(launch->report[1]);
	launch->report[1] = -1;
	int error = hear_report(launch->report[0], pid);
	if (error != 0) {
		failure_set_errno(why, failure_code_of_errno(error), error,
		    "cannot run '%s'", name);
		return -1;
	}
	return pid;
}

pid_t
process_start(const struct process_request *request, struct failure *why)
{
	struct words environment = { 0 };
	struct launch launch = { .null = -1, .report = { -1, -1 },
		.session = request->session };
	pid_t pid = -1;

	launch.file = process_find(request->argv->list[0], request->path);
	if (launch.file == NULL) {
		failure_set(why, EXITCODE_FAILED, "cannot find a program '%s'",
		    request->argv->list[0]);
		return -1;
	}
	if (request->environment != NULL)
		words_add_all(&environment, request->environment);
	else
		process_environment(&environment, request->path);
	/* A program always gets a list, if an empty one. */
	char *nothing[] = { NULL };
	launch.environment = environment.count > 0 ? environment.list :
	    nothing;
	launch.argv = request->argv->list;
	pid = start(&launch, request, why);
	close_if_open(launch.null);
	close_if_open(launch.report[0]);
	close_if_open(launch.report[1]);
	free(launch.file);
	words_release(&environment);
	return pid;
}
