#include <config.h>

#include "signals.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stddef.h>
#include <unistd.h>

#include "../base/failure.h"

/*
 * What the handler needs, which gets no cookie.  The pipe only wakes; noted
 * says what came, so that nothing is lost when the pipe is full.
 */
static int wake[2] = { -1, -1 };
static volatile sig_atomic_t noted[SIGNALS_ROOM];
static bool is_caught[SIGNALS_ROOM];
static struct sigaction before[SIGNALS_ROOM];

static void
note(int number)
{
	int saved = errno;

	noted[number] = 1;
	/* When the pipe is full, the byte that wakes is in it already. */
	ssize_t written = write(wake[1], "", 1);
	(void)written;
	errno = saved;
}

static int
make_pipe(void)
{
	if (pipe(wake) == -1)
		return -1;
	for (int i = 0; i < 2; i++) {
		if (fcntl(wake[i], F_SETFD, FD_CLOEXEC) == -1 ||
		    fcntl(wake[i], F_SETFL, O_NONBLOCK) == -1)
			return -1;
	}
	return 0;
}

static void
close_pipe(void)
{
	/* Nothing in it that anybody still wants. */
	for (int i = 0; i < 2; i++) {
		if (wake[i] != -1)
			(void)close(wake[i]);
		wake[i] = -1;
	}
}

int
signals_open(struct failure *why)
{
	assert(wake[0] == -1);
	for (int number = 0; number < SIGNALS_ROOM; number++)
		noted[number] = 0;
	if (make_pipe() == 0)
		return wake[0];
	failure_set_errno(why, EXITCODE_SYSTEM, errno, "cannot make a pipe");
	close_pipe();
	return -1;
}

void
signals_close(void)
{
	for (int number = 0; number < SIGNALS_ROOM; number++) {
		/* It was accepted before. */
		if (is_caught[number])
			(void)sigaction(number, &before[number], NULL);
		is_caught[number] = false;
	}
	close_pipe();
}

void
signals_catch(int signal)
{
	struct sigaction action = { 0 };

	assert(signal > 0 && signal < SIGNALS_ROOM);
	if (is_caught[signal])
		return;
	action.sa_handler = note;
	action.sa_flags = SA_RESTART;
	(void)sigemptyset(&action.sa_mask);
	int rc = sigaction(signal, &action, &before[signal]);
	assert(rc == 0);
	is_caught[signal] = rc == 0;
}

void
signals_drain(void)
{
	char bytes[64];

	while (read(wake[0], bytes, sizeof(bytes)) > 0)
		continue;
}

bool
signals_are_waiting(void)
{
	struct pollfd pipe_end = { .fd = wake[0], .events = POLLIN };

	/* Without a pipe, poll() passes over the descriptor -1. */
	return poll(&pipe_end, 1, 0) == 1;
}

bool
signals_take(int signal)
{
	if (noted[signal] == 0)
		return false;
	noted[signal] = 0;
	return true;
}
