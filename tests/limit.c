/*
 * limit SECONDS COMMAND [ARGUMENT]...: runs a test for so long at most, and
 * ends all that it has started when it takes longer or when we are ended, so
 * that no test can hang.
 */
#include <config.h>

#include <signal.h>
#include <stdio.h>

#include "../libcore/base/clock.h"
#include "../libcore/base/failure.h"
#include "../libcore/base/message.h"
#include "../libcore/base/number.h"
#include "../libcore/system/eventloop.h"
#include "../libcore/system/process.h"

extern char **environ;

#define GRACE	(5 * CLOCK_SECOND)

struct limit {
	struct eventloop	*loop;
	int64_t			 seconds;
	pid_t			 pid;
	struct process_end	 end;
};

static void
ended(void *cookie, pid_t pid, struct process_end end)
{
	struct limit *limit = cookie;

	(void)pid;
	if (limit->end.how != PROCESS_TIMED_OUT)
		limit->end = end;
	eventloop_stop(limit->loop);
}

static void
kill_test(void *cookie)
{
	const struct limit *limit = cookie;

	process_signal(limit->pid, SIGKILL);
}

/* A test that is asked removes what it has made. */
static void
ask_test(struct limit *limit)
{
	process_signal(limit->pid, SIGTERM);
	(void)eventloop_at(limit->loop, clock_monotonic() + GRACE, kill_test,
	    limit);
}

static void
expired(void *cookie)
{
	struct limit *limit = cookie;

	limit->end = (struct process_end){ PROCESS_TIMED_OUT, 0 };
	(void)printf("\nBail out! not done after %d seconds\n",
	    (int)limit->seconds);
	(void)fflush(stdout);
	ask_test(limit);
}

static void
interrupted(void *cookie, int signal)
{
	(void)signal;
	ask_test(cookie);
}

/* Runs the test to its end. */
static int
run(struct limit *limit, const struct words *argv, struct failure *why)
{
	struct words environment = { 0 };
	const struct process_request request = { .argv = argv,
		.environment = &environment, .input = -1, .output = 1,
		.error = 2 };

	words_add_list(&environment, (const char *const *)environ);
	limit->pid = process_start(&request, why);
	words_release(&environment);
	if (limit->pid == -1)
		return -1;
	eventloop_child(limit->loop, limit->pid, ended, limit);
	eventloop_signal(limit->loop, SIGHUP, interrupted, limit);
	eventloop_signal(limit->loop, SIGINT, interrupted, limit);
	eventloop_signal(limit->loop, SIGTERM, interrupted, limit);
	(void)eventloop_at(limit->loop, clock_monotonic() +
	    limit->seconds * CLOCK_SECOND, expired, limit);
	return eventloop_run(limit->loop, why);
}

static int
exit_code(struct process_end end)
{
	switch (end.how) {
	case PROCESS_EXITED:
		return end.code;
	case PROCESS_TIMED_OUT:
		return EXITCODE_TIMED_OUT;
	case PROCESS_SIGNALLED:
		return 128 + end.code;
	case PROCESS_LOST:
		break;
	}
	return EXITCODE_FAILED;
}

int
main(int argc, char **argv)
{
	struct limit limit = { .end = { PROCESS_LOST, 0 } };
	struct words command = { 0 };
	struct failure why;
	int code = EXITCODE_SYSTEM;

	message_start("limit", MESSAGE_NOTE, false);
	if (argc < 3 || number_read(argv[1], 1, 86400, &limit.seconds) == -1) {
		message_say(MESSAGE_ERROR, "usage: limit SECONDS COMMAND "
		    "[ARGUMENT]...");
		return EXITCODE_USAGE;
	}
	words_add_list(&command, (const char *const *)argv + 2);
	limit.loop = eventloop_make(&why);
	if (limit.loop != NULL && run(&limit, &command, &why) == 0)
		code = exit_code(limit.end);
	else
		message_failure(&why);
	eventloop_free(limit.loop);
	words_release(&command);
	return code;
}
