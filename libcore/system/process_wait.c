#include <config.h>

#include "process.h"

#include <sys/wait.h>

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <time.h>
#include <unistd.h>

#include "../base/clock.h"
#include "../base/failure.h"

enum {
	SHORTEST_NAP = 1000000,		/* nanoseconds */
	LONGEST_NAP = 20000000
};

#define GRACE	(2 * CLOCK_SECOND)

struct process_end
process_end_of_status(int status)
{
	struct process_end end = { PROCESS_LOST, 0 };

	if (WIFEXITED(status)) {
		end.how = PROCESS_EXITED;
		end.code = WEXITSTATUS(status);
	} else if (WIFSIGNALED(status)) {
		end.how = PROCESS_SIGNALLED;
		end.code = WTERMSIG(status);
	}
	return end;
}

void
process_show_end(struct process_end end, struct text *text)
{
	switch (end.how) {
	case PROCESS_EXITED:
		text_format(text, "exit code %d", end.code);
		return;
	case PROCESS_SIGNALLED:
		text_format(text, "killed by signal %d", end.code);
		return;
	case PROCESS_TIMED_OUT:
		text_add(text, "ended at its time limit");
		return;
	case PROCESS_LOST:
		break;
	}
	text_add(text, "end unknown");
}

void
process_signal(pid_t pid, int signal)
{
	/* 0 and 1 would be our own group, and everybody. */
	if (pid > 1)
		(void)kill(-pid, signal);
}

/*
 * A child that is watched: where its output goes, and when it is ended.
 */
struct watch {
	pid_t		 pid;
	int64_t		 deadline;	/* 0: none */
	bool		 ended;
	struct process_end end;
	int		 fd;		/* of its output; -1: none any more */
	struct text	*output;
};

/* Looks whether the child has ended; with WNOHANG does not wait for it. */
static void
look(struct watch *watch, int flags)
{
	int status = 0;
	pid_t pid;

	do {
		pid = waitpid(watch->pid, &status, flags);
	} while (pid == -1 && errno == EINTR);
	if (pid == 0)
		return;
	watch->ended = true;
	if (pid == watch->pid)
		watch->end = process_end_of_status(status);
}

/* Keeps what is within the limit; the rest is read so that nobody waits. */
static void
keep(struct watch *watch, const char *bytes, size_t size)
{
	if (watch->output == NULL)
		return;
	size_t left = watch->output->length < PROCESS_OUTPUT_LIMIT ?
	    PROCESS_OUTPUT_LIMIT - watch->output->length : 0;
	text_add_bytes(watch->output, bytes, size < left ? size : left);
}

/* Takes what the child has written until now; the pipe does not block. */
static void
take_output(struct watch *watch)
{
	char piece[4096];
	ssize_t got;

	if (watch->fd == -1)
		return;
	for (;;) {
		got = read(watch->fd, piece, sizeof(piece));
		if (got > 0)
			keep(watch, piece, (size_t)got);
		else if (got == 0 || errno != EINTR)
			break;
	}
	if (got == 0 || (errno != EAGAIN && errno != EWOULDBLOCK)) {
		/* Only read from: nothing can be lost. */
		(void)close(watch->fd);
		watch->fd = -1;
	}
}

/*
 * Sleeps until there is output, but for nap at most: that the child has ended
 * wakes nobody who does not own SIGCHLD, and a library does not.
 */
static void
sleep_or_output(const struct watch *watch, int64_t nap)
{
	struct pollfd output = { watch->fd, POLLIN, 0 };

	if (watch->deadline != 0) {
		int64_t left = watch->deadline - clock_monotonic();

		if (left < nap)
			nap = left > 0 ? left : 0;
	}
	if (watch->fd != -1) {
		int ms = (int)((nap + 999999) / 1000000);

		(void)poll(&output, 1, ms);
	} else {
		struct timespec pause = { 0, (long)nap };

		(void)nanosleep(&pause, NULL);
	}
}

/* Watches until the child has ended or its deadline is over. */
static void
watch_child(struct watch *watch)
{
	int64_t nap = SHORTEST_NAP;

	look(watch, WNOHANG);
	while (!watch->ended) {
		if (watch->deadline != 0 &&
		    clock_monotonic() >= watch->deadline)
			return;
		if (watch->deadline == 0 && watch->fd == -1) {
			look(watch, 0);
			return;
		}
		sleep_or_output(watch, nap);
		nap = nap * 2 < LONGEST_NAP ? nap * 2 : LONGEST_NAP;
		take_output(watch);
		look(watch, WNOHANG);
	}
	take_output(watch);
}

/*
 * Waits until the group has no member left, until the deadline.  Returns
 * whether it has none.
 */
static bool
wait_for_group(pid_t group, int64_t deadline)
{
	static const struct timespec pause = { 0, LONGEST_NAP };

	while (kill(-group, 0) == 0) {
		if (clock_monotonic() >= deadline)
			return false;
		(void)nanosleep(&pause, NULL);
	}
	return errno == ESRCH;
}

static struct process_end
finish(struct watch *watch)
{
	watch->end = (struct process_end){ PROCESS_LOST, 0 };
	watch_child(watch);
	if (watch->ended)
		return watch->end;
	int64_t grace = clock_monotonic() + GRACE;
	process_signal(watch->pid, SIGTERM);
	/* One that is stopped would not notice. */
	process_signal(watch->pid, SIGCONT);
	watch->deadline = grace;
	watch_child(watch);
	/*
	 * Its children have the same grace.  The number of a group that has
	 * gone may be somebody else's by now.
	 */
	if (!watch->ended || !wait_for_group(watch->pid, grace))
		process_signal(watch->pid, SIGKILL);
	watch->deadline = 0;
	if (!watch->ended)
		watch_child(watch);
	return (struct process_end){ PROCESS_TIMED_OUT, 0 };
}

struct process_end
process_wait(pid_t pid, int64_t deadline)
{
	struct watch watch = { .pid = pid, .deadline = deadline, .fd = -1 };

	return finish(&watch);
}

/* Makes a pipe, close-on-exec, that does not block whoever reads it. */
static int
make_pipe(int ends[2], struct failure *why)
{
	if (pipe(ends) == 0) {
		if (fcntl(ends[0], F_SETFD, FD_CLOEXEC) != -1 &&
		    fcntl(ends[1], F_SETFD, FD_CLOEXEC) != -1 &&
		    fcntl(ends[0], F_SETFL, O_NONBLOCK) != -1)
			return 0;
		(void)close(ends[0]);
		(void)close(ends[1]);
	}
	failure_set_errno(why, EXITCODE_SYSTEM, errno, "cannot make a pipe");
	return -1;
}

int
process_run(const struct process_request *request, int64_t timeout,
    struct text *output, struct process_end *end, struct failure *why)
{
	struct process_request piped = *request;
	struct watch watch = { .output = output };
	int ends[2];

	if (make_pipe(ends, why) == -1)
		return -1;
	piped.output = ends[1];
	piped.error = ends[1];
	watch.deadline = timeout > 0 ? clock_monotonic() + timeout : 0;
	watch.fd = ends[0];
	watch.pid = process_start(&piped, why);
	/* Nothing of ours was written that could be lost. */
	(void)close(ends[1]);
	if (watch.pid != -1)
		*end = finish(&watch);
	if (watch.fd != -1)
		(void)close(watch.fd);
	return watch.pid != -1 ? 0 : -1;
}
