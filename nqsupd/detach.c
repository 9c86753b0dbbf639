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
#include "../libcore/base/message.h"
#include "../libcore/base/text.h"
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

/* Says that the child did not come to its end; returns our exit code. */
static enum exitcode
tell_broken_off(struct process_end end, const char *journal)
{
	const bool has_begun = access(journal, F_OK) == 0;
	struct failure why = { 0 };
	struct text how = { 0 };

	process_show_end(end, &how);
	failure_set(&why, has_begun ? EXITCODE_STOPPED : EXITCODE_FAILED,
	    has_begun ? "the run was broken off: %s" :
	    "ended before the run began, nothing was done: %s",
	    text_string(&how));
	if (has_begun)
		failure_hint(&why, "'nqsupd status' shows how far it is");
	message_failure(&why);
	text_release(&how);
	return (why.code);
}

int
detach_fork(bool leave, const char *journal, struct failure *why)
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
	const enum exitcode code = tell_broken_off(end, journal);
	/* A run that was broken off must not look like one that ended. */
	if (code != EXITCODE_FAILED && end.how == PROCESS_SIGNALLED)
		die_of(end.code);
	_exit(code);
}
