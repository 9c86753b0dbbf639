#include <config.h>

#include "stop_signals.h"

#include <stddef.h>

#include "../base/failure.h"

static const int held[] = { SIGINT, SIGTERM, SIGHUP, STOP_SIGNALS_OF_VERB };

enum { HELD = sizeof(held) / sizeof(held[0]) };

static void
make_set(sigset_t *set)
{
	(void)sigemptyset(set);
	for (size_t i = 0; i < HELD; i++)
		(void)sigaddset(set, held[i]);
}

void
stop_signals_hold(void)
{
	sigset_t set;

	make_set(&set);
	(void)sigprocmask(SIG_BLOCK, &set, NULL);
}

int
stop_signals_check(const char *id, struct failure *why)
{
	sigset_t waiting;

	(void)sigemptyset(&waiting);
	(void)sigpending(&waiting);
	if (sigismember(&waiting, SIGINT) != 1 &&
	    sigismember(&waiting, SIGTERM) != 1 &&
	    sigismember(&waiting, STOP_SIGNALS_OF_VERB) != 1)
		return (0);
	failure_set(why, EXITCODE_STOPPED, "run %s was stopped before any "
	    "step: nothing was done", id);
	return (-1);
}

void
stop_signals_let(sigset_t *before)
{
	sigset_t set;

	make_set(&set);
	(void)sigprocmask(SIG_UNBLOCK, &set, before);
}

void
stop_signals_restore(const sigset_t *before)
{
	(void)sigprocmask(SIG_SETMASK, before, NULL);
}

void
stop_signals_drop(void)
{
	sigset_t waiting;
	sigset_t set;

	(void)sigemptyset(&waiting);
	(void)sigpending(&waiting);
	make_set(&set);
	for (size_t i = 0; i < HELD; i++) {
		sigset_t one;
		int taken;

		(void)sigemptyset(&one);
		(void)sigaddset(&one, held[i]);
		/* It is there, so this does not wait. */
		if (sigismember(&waiting, held[i]) == 1)
			(void)sigwait(&one, &taken);
	}
	(void)sigprocmask(SIG_UNBLOCK, &set, NULL);
}
