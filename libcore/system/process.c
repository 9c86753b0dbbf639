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
	REPORT = 3,			/* the child's numbers of the pipes */
	GATE = 4,
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
	int		 gate[2];	/* a byte when it may run; -1: none */
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
 * Puts the given descriptors at 0, 1 and 2, the report and the gate behind
 * them.  All are moved out of the way first, for each may have the number of
 * another.
 */
static int
arrange_descriptors(struct launch *launch)
{
	const int wanted[] = { launch->given[0], launch->given[1],
		launch->given[2], launch->report[1], launch->gate[0] };
	const int count = launch->gate[0] == -1 ? GATE : GATE + 1;
	int moved[GATE + 1];
	int highest = launch->highest;

	for (int i = 0; i < count; i++) {
		moved[i] = fcntl(wanted[i], F_DUPFD, GATE + 1);
		if (moved[i] == -1)
			return -1;
		if (moved[i] > highest)
			highest = moved[i];
	}
	launch->report[1] = moved[REPORT];
	for (int i = 0; i < count; i++) {
		if (dup2(moved[i], i) == -1)
			return -1;
	}
	launch->report[1] = REPORT;
	for (int i = REPORT; i < count; i++) {
		if (fcntl(i, F_SETFD, FD_CLOEXEC) == -1)
			return -1;
	}
	descriptors_close(count, highest);
	return 0;
}

/* Waits until the program may run; fails when it may not. */
static int
wait_for_gate(const struct launch *launch)
{
	char byte;
	ssize_t got;

	if (launch->gate[0] == -1)
		return 0;
	do {
		got = read(GATE, &byte, 1);
	} while (got == -1 && errno == EINTR);
	if (got == 1)
		return 0;
	errno = ECANCELED;
	return -1;
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

	/* Ours is for our own files; a daemon's users must read its. */
	(void)umask(S_IWGRP | S_IWOTH);
	if (group == -1 || arrange_descriptors(launch) == -1 ||
	    reset_signals() == -1 || wait_for_gate(launch) == -1)
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

/* Opens a pipe that no program gets. */
static int
open_pipe(int ends[2])
{
	if (pipe(ends) == -1)
		return -1;
	for (int i = 0; i < 2; i++) {
		if (fcntl(ends[i], F_SETFD, FD_CLOEXEC) == -1)
			return -1;
	}
	return 0;
}

static int
open_descriptors(struct launch *launch, const struct process_request *request)
{
	const int given[3] = { request->input, request->output,
		request->error };

	launch->null = fileio_open(AT_FDCWD, "/dev/null", O_RDWR, 0);
	if (launch->null == -1 || open_pipe(launch->report) == -1 ||
	    (request->may_run != NULL && open_pipe(launch->gate) == -1))
		return -1;
	for (int i = 0; i < 3; i++)
		launch->given[i] = given[i] != -1 ? given[i] : launch->null;
	launch->highest = descriptors_highest();
	return 0;
}

/* Lets the program run if it may; it is as good as dead otherwise. */
static void
open_gate(struct launch *launch, const struct process_request *request,
    pid_t pid)
{
	if (launch->gate[1] == -1)
		return;
	close_if_open(launch->gate[0]);
	launch->gate[0] = -1;
	if (request->may_run(request->cookie, pid)) {
		/* One who is gone already tells so by the report. */
		ssize_t written = write(launch->gate[1], "", 1);

		(void)written;
	}
	close_if_open(launch->gate[1]);
	launch->gate[1] = -1;
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
	open_gate(launch, request, pid);
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
		.gate = { -1, -1 }, .session = request->session };
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
	close_if_open(launch.gate[0]);
	close_if_open(launch.gate[1]);
	free(launch.file);
	words_release(&environment);
	return pid;
}
