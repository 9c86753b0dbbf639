#include <config.h>

#include "detach.h"

#include <sys/stat.h>
#include <sys/types.h>
#include <sys/wait.h>

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "../libcore/base/failure.h"
#include "../libcore/base/message.h"
#include "../libcore/base/text.h"
#include "../libcore/format/journal.h"
#include "../libcore/format/jsonline.h"
#include "../libcore/system/fileio.h"
#include "../libcore/system/process.h"

/* How often a journal is looked at, in milliseconds. */
enum { LOOK_PAUSE = 20 };

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

/* Lets go of what the caller has open; errors go to error, or -1. */
static void
leave_caller(int error)
{
	const int null = fileio_open(AT_FDCWD, "/dev/null", O_RDWR, 0);

	if (null == -1)
		return;
	for (int fd = 0; fd <= 2; fd++)		/* no worse than before */
		(void)dup2(fd == 2 && error != -1 ? error : null, fd);
	if (null > 2)
		(void)close(null);		/* nothing was written */
	if (error > 2)
		(void)close(error);		/* so it was */
}

/* How long the journal is; 0: there is none. */
static long long
length_of(const char *journal)
{
	struct stat status;

	return (stat(journal, &status) == -1 ? 0 :
	    (long long)status.st_size);
}

/* The journal of a run that a child is to begin, or to go on with. */
struct watched {
	const char	*journal;
	const char	*id;		/* of the run */
	long long	 length;	/* when it was looked at */
	size_t		 lives;		/* of the run, before */
};

/* Counts the lives of the run in journal; *pid gets whose the last is. */
static size_t
count_lives(const char *journal, int64_t *pid)
{
	struct journal_records records = { 0 };
	struct failure ignored = { 0 };
	size_t count = 0;

	(void)journal_read(journal, &records, &ignored);
	for (size_t i = 0; i < records.count; i++) {
		const struct jsonline *record = records.list[i];
		const char *event = jsonline_string(record, "event");

		if (event == NULL || (strcmp(event, "open") != 0 &&
		    strcmp(event, "resume") != 0))
			continue;
		count++;
		*pid = jsonline_integer(record, "pid", 0);
	}
	journal_release_records(&records);
	return (count);
}

static struct watched
begin_watching(const char *journal, const char *id)
{
	int64_t pid = 0;

	return ((struct watched){ .journal = journal, .id = id,
	    .length = length_of(journal),
	    .lives = count_lives(journal, &pid) });
}

/* Whether child has begun a life of the run.  Others may write its journal. */
static bool
has_begun(pid_t child, struct watched *watched)
{
	const long long length = length_of(watched->journal);
	int64_t pid = 0;

	if (length == watched->length)
		return (false);
	watched->length = length;
	return (count_lives(watched->journal, &pid) > watched->lives &&
	    pid == (int64_t)child);
}

/* Passes on those of signals that have come, without waiting. */
static void
pass_signals(pid_t child, const sigset_t *signals)
{
	sigset_t pending;
	int signal;

	(void)sigemptyset(&pending);
	(void)sigpending(&pending);
	if ((sigismember(&pending, SIGINT) == 1 ||
	    sigismember(&pending, SIGTERM) == 1) &&
	    sigwait(signals, &signal) == 0 && signal != SIGCHLD)
		(void)kill(child, signal);	/* may be gone */
}

/*
 * Says what the child says, who writes into the pipe error, until it has begun
 * the run that is watched, or has ended.  Returns whether it ended without.
 */
static bool
relay(pid_t child, int error, struct watched *watched,
    const sigset_t *signals)
{
	struct pollfd end = { .fd = error, .events = POLLIN };
	char bytes[512];
	bool begun = false;
	ssize_t size = 1;

	while (size != 0 && !(begun = has_begun(child, watched))) {
		pass_signals(child, signals);
		if (poll(&end, 1, LOOK_PAUSE) != 1)
			continue;
		/* The child holds it open for as long as its run lasts. */
		size = fileio_read_present(error, bytes, sizeof(bytes));
		if (size == -1)
			break;
		/* Whoever reads it may be gone. */
		(void)fileio_write(STDERR_FILENO, bytes, (size_t)size);
	}
	return (!begun && !has_begun(child, watched));
}

/* Says that the child did not come to its end; returns our exit code. */
static enum exitcode
tell_broken_off(struct process_end end, const struct watched *watched)
{
	const bool is_there = access(watched->journal, F_OK) == 0;
	const char *id = watched->id;
	struct failure why = { 0 };
	struct text how = { 0 };

	process_show_end(end, &how);
	failure_set(&why, is_there ? EXITCODE_STOPPED : EXITCODE_FAILED,
	    is_there ? "run %s was broken off: %s" :
	    "run %s ended before it began, nothing was done: %s", id,
	    text_string(&how));
	if (is_there)
		failure_hint(&why, "'nqsupd status %s' shows how far it is; "
		    "'nqsupd resume %s' goes on, 'nqsupd rollback %s' puts "
		    "it back", id, id, id);
	message_failure(&why);
	text_release(&how);
	return (why.code);
}

/* Ends as the child ends; returns only to tell of one that ended well. */
static void
end_as(pid_t child, const sigset_t *signals, enum detach_stay stay,
    const struct watched *watched)
{
	const struct process_end end = follow_child(child, signals);

	if (end.how == PROCESS_EXITED && end.code == EXITCODE_OK &&
	    stay == DETACH_BEGUN)
		return;
	if (end.how == PROCESS_EXITED)
		_exit(end.code);
	const enum exitcode code = tell_broken_off(end, watched);
	/*
	 * A run that was broken off must not look like one that ended: no
	 * code of ours would be true, and clroll asks the node then.
	 */
	if (code != EXITCODE_FAILED && end.how == PROCESS_SIGNALLED)
		die_of(end.code);
	_exit(code);
}

/* Blocks what is passed on, and lets the end of a child be waited for. */
static void
block_signals(sigset_t *signals, sigset_t *before)
{
	struct sigaction child_action = { .sa_handler = note_child };

	(void)sigemptyset(&child_action.sa_mask);
	(void)sigaction(SIGCHLD, &child_action, NULL);
	(void)sigemptyset(signals);
	(void)sigaddset(signals, SIGCHLD);
	(void)sigaddset(signals, SIGINT);
	(void)sigaddset(signals, SIGTERM);
	(void)sigprocmask(SIG_BLOCK, signals, before);
}

/* What the child does before it goes on. */
static void
begin_child(enum detach_stay stay, int error, const sigset_t *before)
{
	(void)signal(SIGCHLD, SIG_DFL);
	(void)setsid();				/* cannot fail in a child */
	(void)signal(SIGHUP, SIG_IGN);
	(void)sigprocmask(SIG_SETMASK, before, NULL);
	if (stay != DETACH_FOLLOW)
		leave_caller(error);
}

enum detach_stay
detach_choose(bool detach, int64_t wait)
{
	if (!detach)
		return (DETACH_FOLLOW);
	return (wait > 0 ? DETACH_AT_ONCE : DETACH_BEGUN);
}

int
detach_fork(enum detach_stay stay, const char *journal, const char *id,
    struct failure *why)
{
	struct watched watched = begin_watching(journal, id);
	int error[2] = { -1, -1 };
	sigset_t signals;
	sigset_t before;

	if (stay == DETACH_BEGUN && pipe(error) == -1) {
		failure_set_errno(why, EXITCODE_SYSTEM, errno,
		    "cannot make a pipe");
		return (-1);
	}
	block_signals(&signals, &before);
	(void)fflush(NULL);
	const pid_t child = fork();
	if (child == 0) {
		if (error[0] != -1)
			(void)close(error[0]);	/* nothing was read */
		begin_child(stay, error[1], &before);
		return (0);
	}
	if (error[1] != -1)
		(void)close(error[1]);		/* nothing was written */
	if (child == -1)
		failure_set_errno(why, EXITCODE_SYSTEM, errno,
		    "cannot start a process");
	else if (stay == DETACH_FOLLOW || (stay == DETACH_BEGUN &&
	    relay(child, error[0], &watched, &signals)))
		end_as(child, &signals, stay, &watched);
	if (error[0] != -1)
		(void)close(error[0]);		/* was only read */
	(void)sigprocmask(SIG_SETMASK, &before, NULL);
	return (child == -1 ? -1 : 1);
}
