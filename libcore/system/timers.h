#ifndef LIBCORE_SYSTEM_TIMERS_H
#define LIBCORE_SYSTEM_TIMERS_H

#include <stddef.h>
#include <stdint.h>

/*
 * Deadlines in a binary heap, for the event loop only.  A zeroed struct timers
 * is empty.
 */

struct eventloop_timer {
	int64_t		  deadline;
	uint64_t	  order;	/* of making, decides among equals */
	size_t		  place;	/* in the heap */
	void		(*function)(void *cookie);
	void		 *cookie;
};

struct timers {
	struct eventloop_timer	**heap;
	size_t			  count;
	size_t			  room;
	uint64_t		  made;		/* so far */
};

/* Frees all timers. */
void
timers_release(struct timers *timers);

/* Takes timer, whose deadline, function and cookie are set. */
void
timers_add(struct timers *timers, struct eventloop_timer *timer);

/* Gives timer back to the caller. */
void
timers_remove(struct timers *timers, struct eventloop_timer *timer);

/* Returns the timer with the earliest deadline, or NULL. */
struct eventloop_timer *
timers_first(const struct timers *timers);

#endif
