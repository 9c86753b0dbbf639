#include <config.h>

#include "probe.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <unistd.h>

#include "../../libcore/base/clock.h"
#include "../../libcore/base/failure.h"
#include "../../libcore/base/memory.h"
#include "../../libcore/system/eventloop.h"
#include "../../libcore/system/network.h"
#include "probe_next.h"

/* One connection in the making. */
struct attempt {
	struct probe	*probe;
	int		 socket;	/* -1: this place is free */
	int64_t		 begun;
};

enum { ATTEMPTS = 64 };			/* at once, at most */

struct probe {
	struct eventloop		*loop;
	struct eventloop_timer		*timer;
	struct network_addresses	 addresses;
	int64_t				 interval;
	int64_t				 timeout;
	int64_t				 next;		/* tick */
	const struct probe_events	*events;
	void				*cookie;
	struct probe_state		 state;
	struct attempt			 attempts[ATTEMPTS];
	int				 depth;		/* of calls inside */
	bool				 is_freed;
};

/* Gives attempt's connection up; what is on it is thrown away. */
static void
end_attempt(struct attempt *attempt)
{
	eventloop_unwatch(attempt->probe->loop, attempt->socket);
	network_reset_on_close(attempt->socket);
	(void)close(attempt->socket);	/* nothing was written to it */
	attempt->socket = -1;
}

/* Takes in what has happened and tells the owner what is new by that. */
static void
happen(struct probe *probe, enum probe_happening happening)
{
	const struct probe_event event = { happening, clock_monotonic() };

	if (probe->is_freed)
		return;
	switch (probe_next(&probe->state, &event)) {
	case PROBE_NOTHING_NEW:
		break;
	case PROBE_AWAY:
		probe->events->away(probe->cookie, probe->state.from);
		break;
	case PROBE_BACK:
		probe->events->back(probe->cookie, probe->state.from,
		    probe->state.until);
		break;
	}
}

/* Returns whether error says something of us, not of the service. */
static bool
is_our_own(int error)
{
	switch (error) {
	case EADDRINUSE:
	case EADDRNOTAVAIL:
	case EAGAIN:
	case EMFILE:
	case ENFILE:
	case ENOBUFS:
	case ENOMEM:
		return true;
	default:
		return false;
	}
}

static void
destroy(struct probe *probe)
{
	network_release(&probe->addresses);
	free(probe);
}

/* The probe stays, whatever the owner does, until leave() was called. */
static void
leave(struct probe *probe)
{
	if (--probe->depth == 0 && probe->is_freed)
		destroy(probe);
}

static void
connected(void *cookie, int events)
{
	struct attempt *attempt;
	struct probe *probe;
	int error;

	(void)events;
	attempt = cookie;
	probe = attempt->probe;
	error = network_connected(attempt->socket);
	end_attempt(attempt);
	probe->depth++;
	if (error == 0)
		happen(probe, PROBE_SUCCESS);
	else if (!is_our_own(error))
		happen(probe, PROBE_FAILURE);
	leave(probe);
}

/* Ends the attempts that have had their time. */
static void
expire(struct probe *probe, int64_t now)
{
	for (size_t i = 0; i < ATTEMPTS; i++) {
		struct attempt *attempt;

		attempt = &probe->attempts[i];
		if (attempt->socket != -1 &&
		    now - attempt->begun >= probe->timeout) {
			end_attempt(attempt);
			happen(probe, PROBE_FAILURE);
		}
		if (probe->is_freed)
			return;
	}
}

/* Begins one more, if there is a place for it; returns what has happened. */
static enum probe_happening
begin_attempt(struct probe *probe, int64_t now)
{
	struct attempt *attempt;

	attempt = NULL;
	for (size_t i = 0; i < ATTEMPTS && attempt == NULL; i++)
		if (probe->attempts[i].socket == -1)
			attempt = &probe->attempts[i];
	if (attempt == NULL)
		return PROBE_TICK;	/* all others are still under way */
	attempt->socket = network_connect(&probe->addresses.list[0]);
	if (attempt->socket == -1)
		return is_our_own(errno) ? PROBE_BLIND : PROBE_TICK;
	attempt->begun = now;
	eventloop_watch(probe->loop, attempt->socket, EVENTLOOP_WRITE,
	    connected, attempt);
	return PROBE_TICK;
}

static void
tick(void *cookie)
{
	struct probe *probe;
	int64_t now;

	probe = cookie;
	now = clock_monotonic();
	probe->timer = NULL;
	probe->depth++;
	expire(probe, now);
	if (!probe->is_freed)
		happen(probe, begin_attempt(probe, now));
	if (!probe->is_freed) {
		/* Ticks that were missed are not made up for. */
		probe->next += probe->interval;
		if (probe->next < now)
			probe->next = now + probe->interval;
		probe->timer = eventloop_at(probe->loop, probe->next, tick,
		    probe);
	}
	leave(probe);
}

struct probe *
probe_make(struct eventloop *loop, const struct probe_options *options,
    struct failure *why)
{
	struct probe *probe;

	probe = memory_make(1, sizeof(*probe));
	if (network_resolve(options->address, options->port,
	    &probe->addresses, why) == -1) {
		free(probe);
		return NULL;
	}
	probe->loop = loop;
	probe->interval = options->interval;
	probe->timeout = options->timeout;
	probe->events = options->events;
	probe->cookie = options->cookie;
	probe->state.threshold = options->threshold;
	probe->state.enough = options->threshold / options->interval;
	for (size_t i = 0; i < ATTEMPTS; i++) {
		probe->attempts[i].probe = probe;
		probe->attempts[i].socket = -1;
	}
	probe->next = clock_monotonic();
	probe->timer = eventloop_at(loop, probe->next, tick, probe);
	return probe;
}

void
probe_free(struct probe *probe)
{
	if (probe == NULL)
		return;
	eventloop_cancel(probe->loop, probe->timer);
	probe->timer = NULL;
	for (size_t i = 0; i < ATTEMPTS; i++)
		if (probe->attempts[i].socket != -1)
			end_attempt(&probe->attempts[i]);
	probe->is_freed = true;
	if (probe->depth == 0)
		destroy(probe);
}
