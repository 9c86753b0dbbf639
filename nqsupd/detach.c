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
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../libcore/base/failure.h"
#include "../libcore/base/message.h"
#include "../libcore/base/text.h"
#include "../libcore/format/journal.h"
#include "../libcore/format/jsonline.h"
#include "../libcore/run/command.h"
#include "../libcore/run/follow.h"
#include "../libcore/run/question.h"
#include "../libcore/run/run_lock.h"
#include "../libcore/system/fileio.h"
#include "../libcore/system/process.h"
#include "life.h"

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

/* Lets go of what the caller has open; errors go to error. */
static void
leave_caller(int error)
{
	const int null = fileio_open(AT_FDCWD, "/dev/null", O_RDWR, 0);

	if (null == -1)
		return;
	for (int fd = 0; fd <= 2; fd++)		/* no worse than before */
		(void)dup2(fd == 2 ? error : null, fd);
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
	const char	*directory;	/* of the journals */
	const char	*journal;
	const char	*id;		/* of the run */
	long long	 length;	/* when it was looked at */
	size_t		 lives;		/* of the run, before */
};

/*
 * Counts the lives of the run in journal; *is_of gets whether one behind the
 * first so many is of process pid.
 */
static size_t
count_lives(const char *journal, size_t first, pid_t pid, bool *is_of)
{
	struct journal_records records = { 0 };
	struct failure ignored = { 0 };
	size_t count = 0;

	*is_of = false;
	(void)journal_read(journal, &records, &ignored);
	for (size_t i = 0; i < records.count; i++) {
		const struct jsonline *record = records.list[i];
		const char *event = jsonline_text(record, "event");

		if (strcmp(event, "open") != 0 && strcmp(event, "resume") != 0)
			continue;
		if (count++ >= first && jsonline_integer(record, "pid", 0) ==
		    (int64_t)pid)
			*is_of = true;
	}
	journal_release_records(&records);
	return (count);
}

static struct watched
begin_watching(const char *directory, const char *journal, const char *id)
{
	bool is_of;

	return ((struct watched){ .directory = directory,
	    .journal = journal, .id = id, .length = length_of(journal),
	    .lives = count_lives(journal, 0, 0, &is_of) });
}

/* Whether child has begun a life of the run.  Others may write its journal. */
static bool
has_begun(pid_t child, const struct watched *watched)
{
	bool has_begun;

	(void)count_lives(watched->journal, watched->lives, child, &has_begun);
	return (has_begun);
}

/* The same, as soon as the journal has grown since it was looked at. */
static bool
is_seen_to_begin(pid_t child, struct watched *watched)
{
	const long long length = length_of(watched->journal);

	if (length == watched->length)
		return (false);
	watched->length = length;
	return (has_begun(child, watched));
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

	while (size != 0 && !(begun = is_seen_to_begin(child, watched))) {
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
	return (!begun && !is_seen_to_begin(child, watched));
}

/* Says that the child did not come to its end; returns our exit code. */
static enum exitcode
tell_broken_off(pid_t child, struct process_end end,
    const struct watched *watched)
{
	const struct run_place place = { .directory = watched->directory,
	    .id = watched->id };
	const bool is_there = access(watched->journal, F_OK) == 0;
	const char *id = watched->id;
	struct failure why = { 0 };
	struct text how = { 0 };

	process_show_end(end, &how);
	if (!is_there) {
		failure_set(&why, EXITCODE_FAILED, "run %s ended before it "
		    "began, nothing was done: %s", id, text_string(&how));
	} else if (has_begun(child, watched)) {
		failure_set(&why, EXITCODE_STOPPED, "run %s was broken off: "
		    "%s", id, text_string(&how));
		follow_hint("nqsupd", &place, &why);
	} else {
		failure_set(&why, EXITCODE_STOPPED, "ended before it took up "
		    "run %s, to which it did nothing: %s", id,
		    text_string(&how));
		failure_hint(&why, "'nqsupd status %s' tells how that stands",
		    id);
	}
	message_failure(&why);
	text_release(&how);
	return (why.code);
}

/* Ends as the child has ended. */
static void
end_as(pid_t child, struct process_end end, const struct watched *watched)
{
	if (end.how == PROCESS_EXITED)
		_exit(end.code);
	const enum exitcode code = tell_broken_off(child, end, watched);
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

/* What the child does before it goes on; with error it is left alone. */
static void
begin_child(const int *error, const sigset_t *before)
{
	(void)signal(SIGCHLD, SIG_DFL);
	(void)setsid();				/* cannot fail in a child */
	(void)signal(SIGHUP, SIG_IGN);
	(void)sigprocmask(SIG_SETMASK, before, NULL);
	if (error == NULL)
		return;
	(void)close(error[0]);			/* nothing was read */
	leave_caller(error[1]);
}

/* Forks; returns as fork does, with why set when that is -1. */
static pid_t
make_child(const int *error, const sigset_t *before, struct failure *why)
{
	(void)fflush(NULL);
	const pid_t child = fork();
	if (child == 0)
		begin_child(error, before);
	else if (child == -1)
		failure_set_errno(why, EXITCODE_SYSTEM, errno,
		    "cannot start a process");
	return (child);
}

/*
 * Whether a person at the terminal lets the run go on that a child of his has
 * left.
 */
static bool
is_answered(struct command *command, const struct watched *watched,
    pid_t child, struct process_end end)
{
	return (command->asks && end.how == PROCESS_EXITED &&
	    end.code == EXITCODE_STOPPED && question_ask(command,
	    watched->directory, watched->id, child));
}

/* Follows the child until the run has begun, or has ended before. */
static void
see_begin(pid_t child, int error, struct watched *watched,
    const sigset_t *signals)
{
	if (!relay(child, error, watched, signals))
		return;
	const struct process_end end = follow_child(child, signals);
	/* There may have been nothing to do. */
	if (end.how != PROCESS_EXITED || end.code != EXITCODE_OK)
		end_as(child, end, watched);
}

/* What the parent is given. */
struct parent {
	struct watched	watched;
	sigset_t	signals;	/* that are blocked */
	sigset_t	before;		/* what was */
};

/* Follows one child after the other.  Returns 0 in each of them, or -1. */
static int
follow(struct command *command, const struct parent *parent,
    struct failure *why)
{
	const struct watched *watched = &parent->watched;
	struct process_end end;
	pid_t child;

	command->asks = question_can_ask(command);
	do {
		child = make_child(NULL, &parent->before, why);
		if (child <= 0)
			return ((int)child);
		end = follow_child(child, &parent->signals);
	} while (is_answered(command, watched, child, end));
	end_as(child, end, watched);
	return (-1);				/* is not reached */
}

/* Begins a child that goes on by itself.  Returns as detach_run() does. */
static int
leave_alone(struct parent *parent, struct failure *why)
{
	int error[2];

	if (pipe(error) == -1) {
		failure_set_errno(why, EXITCODE_SYSTEM, errno,
		    "cannot make a pipe");
		return (-1);
	}
	const pid_t child = make_child(error, &parent->before, why);
	if (child == 0)
		return (0);
	(void)close(error[1]);			/* nothing was written */
	if (child != -1)
		see_begin(child, error[0], &parent->watched,
		    &parent->signals);
	(void)close(error[0]);			/* was only read */
	return (child == -1 ? -1 : 1);
}

int
detach_run(struct command *command, const struct node_config *config,
    const char *id, bool aside, struct failure *why)
{
	char *directory = life_directory(config);
	char *journal = life_journal(config, id);
	struct parent parent = {
		.watched = begin_watching(directory, journal, id) };

	block_signals(&parent.signals, &parent.before);
	const int rc = aside ? leave_alone(&parent, why) :
	    follow(command, &parent, why);
	if (rc != 0)
		(void)sigprocmask(SIG_SETMASK, &parent.before, NULL);
	free(journal);
	free(directory);
	return (rc);
}
