#include <config.h>

#include "eventloop.h"

#include <sys/wait.h>

#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>

#include "../base/clock.h"
#include "../base/failure.h"
#include "../base/memory.h"
#include "poller.h"
#include "signals.h"
#include "timers.h"

/*
 * Each callback may change all of this, so nothing here keeps a pointer into
 * it over a call.  What the poller has found is told from what is watched now
 * by its serial number, which no two calls of eventloop_watch share.
 */

struct watch {
	uint32_t	 serial;	/* 0: none */
	eventloop_ready	*function;
	void		*cookie;
};

struct catcher {
	eventloop_signalled	*function;	/* NULL: none */
	void			*cookie;
};

struct child {
	pid_t		 pid;
	eventloop_ended	*function;	/* NULL: forgotten */
	void		*cookie;
};

struct eventloop {
	struct poller		*poller;
	struct watch		*watches;	/* by descriptor */
	size_t			 watch_room;
	uint32_t		 serial;	/* the last one given */
	struct timers		 timers;
	struct eventloop_timer	*expiring;	/* being called */
	struct catcher		 catchers[SIGNALS_ROOM];
	struct child		*children;
	size_t			 child_count;
	size_t			 child_room;
	bool			 look_for_children;
	bool			 stop;
};

static void
woken(void *cookie, int events)
{
	(void)cookie;
	(void)events;
	signals_drain();
}

static struct eventloop *
make(enum poller_kind kind, struct failure *why)
{
	int fd = signals_open(why);

	if (fd == -1)
		return NULL;
	struct poller *poller = poller_make(kind);
	if (poller == NULL) {
		failure_set_errno(why, EXITCODE_SYSTEM, errno,
		    "cannot wait for descriptors");
		signals_close();
		return NULL;
	}
	struct eventloop *loop = memory_make(1, sizeof(*loop));
	loop->poller = poller;
	eventloop_watch(loop, fd, EVENTLOOP_READ, woken, NULL);
	signals_catch(SIGCHLD);
	return loop;
}

struct eventloop *
eventloop_make(struct failure *why)
{
	return make(POLLER_BEST, why);
}

struct eventloop *
eventloop_make_portable(struct failure *why)
{
	return make(POLLER_PORTABLE, why);
}

void
eventloop_free(struct eventloop *loop)
{
	if (loop == NULL)
		return;
	signals_close();
	poller_free(loop->poller);
	timers_release(&loop->timers);
	free(loop->watches);
	free(loop->children);
	free(loop);
}

void
eventloop_watch(struct eventloop *loop, int fd, int events,
    eventloop_ready *function, void *cookie)
{
	size_t needed = (size_t)fd + 1;

	if (needed > loop->watch_room) {
		size_t room = needed * 2;

		loop->watches = memory_resize(loop->watches, room,
		    sizeof(*loop->watches));
		for (size_t i = loop->watch_room; i < room; i++)
			loop->watches[i] = (struct watch){ 0, NULL, NULL };
		loop->watch_room = room;
	}
	/* After 2^32 calls a number returns; what it told is long gone. */
	loop->serial = loop->serial == UINT32_MAX ? 1 : loop->serial + 1;
	loop->watches[fd] = (struct watch){ loop->serial, function, cookie };
	poller_set(loop->poller, fd, events, loop->serial);
}

void
eventloop_unwatch(struct eventloop *loop, int fd)
{
	if (fd < 0 || (size_t)fd >= loop->watch_room ||
	    loop->watches[fd].serial == 0)
		return;
	loop->watches[fd].serial = 0;
	poller_remove(loop->poller, fd);
}

struct eventloop_timer *
eventloop_at(struct eventloop *loop, int64_t deadline,
    eventloop_expired *function, void *cookie)
{
	struct eventloop_timer *timer = memory_make(1, sizeof(*timer));

	timer->deadline = deadline;
	timer->function = function;
	timer->cookie = cookie;
	timers_add(&loop->timers, timer);
	return timer;
}

void
eventloop_cancel(struct eventloop *loop, struct eventloop_timer *timer)
{
	/* One that is being called is freed by who calls it. */
	if (timer == NULL || timer == loop->expiring)
		return;
	timers_remove(&loop->timers, timer);
	free(timer);
}

void
eventloop_signal(struct eventloop *loop, int signal,
    eventloop_signalled *function, void *cookie)
{
	loop->catchers[signal] = (struct catcher){ function, cookie };
	signals_catch(signal);
}

void
eventloop_child(struct eventloop *loop, pid_t pid, eventloop_ended *function,
    void *cookie)
{
	if (loop->child_count == loop->child_room) {
		loop->child_room = loop->child_room * 2 + 8;
		loop->children = memory_resize(loop->children,
		    loop->child_room, sizeof(*loop->children));
	}
	loop->children[loop->child_count++] =
	    (struct child){ pid, function, cookie };
	/* It may have ended before anybody listened. */
	loop->look_for_children = true;
}

void
eventloop_forget_child(struct eventloop *loop, pid_t pid)
{
	for (size_t i = 0; i < loop->child_count; i++) {
		if (loop->children[i].pid == pid)
			loop->children[i].function = NULL;
	}
}

void
eventloop_stop(struct eventloop *loop)
{
	loop->stop = true;
}

static void
call_signals(struct eventloop *loop)
{
	for (int signal = 1; signal < SIGNALS_ROOM && !loop->stop; signal++) {
		if (!signals_take(signal))
			continue;
		if (signal == SIGCHLD)
			loop->look_for_children = true;
		struct catcher catcher = loop->catchers[signal];
		if (catcher.function != NULL)
			catcher.function(catcher.cookie, signal);
	}
}

/*
 * Each child is waited for by its pid: other children are none of our
 * business.  Returns the place of one that has ended, or -1.
 */
static int
find_ended(const struct eventloop *loop, struct process_end *end)
{
	for (size_t i = 0; i < loop->child_count; i++) {
		int status = 0;
		pid_t pid;

		do {
			pid = waitpid(loop->children[i].pid, &status, WNOHANG);
		} while (pid == -1 && errno == EINTR);
		if (pid == 0)
			continue;
		*end = (struct process_end){ PROCESS_LOST, 0 };
		if (pid != -1)
			*end = process_end_of_status(status);
		return (int)i;
	}
	return -1;
}

static void
call_children(struct eventloop *loop)
{
	while (loop->look_for_children && !loop->stop) {
		struct process_end end;
		int at = find_ended(loop, &end);

		if (at == -1) {
			loop->look_for_children = false;
			return;
		}
		struct child child = loop->children[at];
		loop->children[at] = loop->children[--loop->child_count];
		if (child.function != NULL)
			child.function(child.cookie, child.pid, end);
	}
}

/*
 * Calls what has expired, but no timer that was made meanwhile: a callback
 * that asks to be called at once again must not keep all others waiting.
 */
static void
call_timers(struct eventloop *loop)
{
	uint64_t made = loop->timers.made;
	int64_t now = clock_monotonic();

	while (!loop->stop) {
		struct eventloop_timer *timer = timers_first(&loop->timers);

		if (timer == NULL || timer->deadline > now ||
		    timer->order >= made)
			return;
		timers_remove(&loop->timers, timer);
		loop->expiring = timer;
		timer->function(timer->cookie);
		loop->expiring = NULL;
		free(timer);
	}
}

static void
call_ready(struct eventloop *loop, const struct poller_event *events,
    int count)
{
	for (int i = 0; i < count && !loop->stop; i++) {
		struct watch watch = loop->watches[events[i].fd];

		if (watch.serial == events[i].serial && watch.serial != 0)
			watch.function(watch.cookie, events[i].events);
	}
}

/* How long to wait for descriptors: until the first deadline. */
static int64_t
time_to_wait(const struct eventloop *loop)
{
	const struct eventloop_timer *timer = timers_first(&loop->timers);

	if (loop->look_for_children)
		return 0;
	if (timer == NULL)
		return -1;
	int64_t left = timer->deadline - clock_monotonic();
	return left > 0 ? left : 0;
}

int
eventloop_run(struct eventloop *loop, struct failure *why)
{
	enum { BATCH = 64 };
	struct poller_event events[BATCH];

	loop->stop = false;
	while (!loop->stop) {
		call_signals(loop);
		call_children(loop);
		call_timers(loop);
		if (loop->stop)
			break;
		int count = poller_wait(loop->poller, time_to_wait(loop),
		    events, BATCH);
		if (count == -1) {
			failure_set_errno(why, EXITCODE_SYSTEM, errno,
			    "cannot wait for descriptors");
			return -1;
		}
		call_ready(loop, events, count);
	}
	return 0;
}
