#include <config.h>

#include "timers.h"

#include <stdbool.h>
#include <stdlib.h>

#include "../base/memory.h"

/*
 * The children of the place n are the places 2n + 1 and 2n + 2; nobody is
 * earlier than the one above.  Each timer knows its place, so that it can be
 * taken out of the middle.
 */

static bool
is_earlier(const struct eventloop_timer *a, const struct eventloop_timer *b)
{
	return a->deadline != b->deadline ? a->deadline < b->deadline :
	    a->order < b->order;
}

static void
put(struct timers *timers, size_t place, struct eventloop_timer *timer)
{
	timers->heap[place] = timer;
	timer->place = place;
}

/* Finds the place for timer, going up from the free place. */
static void
rise(struct timers *timers, size_t place, struct eventloop_timer *timer)
{
	while (place > 0) {
		size_t above = (place - 1) / 2;

		if (!is_earlier(timer, timers->heap[above]))
			break;
		put(timers, place, timers->heap[above]);
		place = above;
	}
	put(timers, place, timer);
}

/* The same going down. */
static void
sink(struct timers *timers, size_t place, struct eventloop_timer *timer)
{
	for (;;) {
		size_t below = 2 * place + 1;

		if (below >= timers->count)
			break;
		if (below + 1 < timers->count &&
		    is_earlier(timers->heap[below + 1], timers->heap[below]))
			below++;
		if (!is_earlier(timers->heap[below], timer))
			break;
		put(timers, place, timers->heap[below]);
		place = below;
	}
	put(timers, place, timer);
}

void
timers_release(struct timers *timers)
{
	for (size_t i = 0; i < timers->count; i++)
		free(timers->heap[i]);
	free(timers->heap);
	timers->heap = NULL;
	timers->count = 0;
	timers->room = 0;
}

void
timers_add(struct timers *timers, struct eventloop_timer *timer)
{
	if (timers->count == timers->room) {
		timers->room = timers->room * 2 + 8;
		timers->heap = memory_resize(timers->heap, timers->room,
		    sizeof(*timers->heap));
	}
	timer->order = timers->made++;
	timers->count++;
	rise(timers, timers->count - 1, timer);
}

void
timers_remove(struct timers *timers, struct eventloop_timer *timer)
{
	struct eventloop_timer *last = timers->heap[timers->count - 1];
	size_t place = timer->place;

	timers->count--;
	if (last == timer)
		return;
	if (is_earlier(last, timer))
		rise(timers, place, last);
	else
		sink(timers, place, last);
}

struct eventloop_timer *
timers_first(const struct timers *timers)
{
	return timers->count > 0 ? timers->heap[0] : NULL;
}
