#include <config.h>

#include "detach.h"

#include <sys/types.h>
#include <sys/wait.h>

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

#include "../libcore/base/failure.h"
#include "../libcore/system/fileio.h"
#include "../libcore/system/process.h"

/* SIGCHLD must have a handler, or it might not even become pending. */
static void
note_child(int signal)
{
	(void)signal;
}

/* Passes the signals on and waits; returns how the child ended. */
static struct process_end
follow_child(pid_t child, const sigset_t *signals)
{
	for (;;) {
		int status;
		int signal;
		const pid_t ended = waitpid(child, &status, WNOHANG);

		if (ended == child)
			return (process_end_of_status(status));
		if (ended == -1)
			return ((struct process_end){ .how = PROCESS_LOST });
		if (sigwait(signals, &signal) == 0 && signal != SIGCHLD)
			(void)kill(child, signal);	/* may be gone */
	}
}

/* Ends as the child did, so that the caller knows that it was broken off. */
static void
die_of(int number)
{
	sigset_t none;

	(void)signal(number, SIG_DFL);
	(void)sigemptyset(&none);
	(void)sigprocmask(SIG_SETMASK, &none, NULL);
	(void)kill(getpid(), number);
}

/* Lets go of what the caller has open. */
static void
leave_caller(void)
{
	const int null = fileio_open(AT_FDCWD, "/dev/null", O_RDWR, 0);

	if (null == -1)
		return;
	for (int fd = 0; fd <= 2; fd++)
		(void)dup2(null, fd);		/* no worse than before */
	if (null > 2)
		(void)close(null);		/* nothing was written */
}

int
detach_fork(bool leave, struct failure *why)
{
	sigset_t signals;
	sigset_t before;

	struct sigaction child_action = { .sa_handler = note_child };

	(void)sigemptyset(&child_action.sa_mask);
	(void)sigaction(SIGCHLD, &child_action, NULL);
	(void)sigemptyset(&signals);
	(void)sigaddset(&signals, SIGCHLD);
	(void)sigaddset(&signals, SIGINT);
	(void)sigaddset(&signals, SIGTERM);
	(void)sigprocmask(SIG_BLOCK, &signals, &before);
	(void)fflush(NULL);
	const pid_t child = fork();
	if (child == -1) {
		failure_set_errno(why, EXITCODE_SYSTEM, errno,
		    "cannot start a process");
		(void)sigprocmask(SIG_SETMASK, &before, NULL);
		return (-1);
	}
	if (child == 0) {
		(void)signal(SIGCHLD, SIG_DFL);
		(void)setsid();			/* cannot fail in a child */
		(void)signal(SIGHUP, SIG_IGN);
		(void)sigprocmask(SIG_SETMASK, &before, NULL);
		if (leave)
			leave_caller();
		return (0);
	}
	if (leave)
		_exit(EXITCODE_OK);
	const struct process_end end = follow_child(child, &signals);
	if (end.how == PROCESS_EXITED)
		_exit(end.code);
	if (end.how == PROCESS_SIGNALLED)
		die_of(end.code);
	_exit(EXITCODE_STOPPED);
}
