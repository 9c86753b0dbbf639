#ifndef LIBCORE_SYSTEM_EVENTLOOP_H
#define LIBCORE_SYSTEM_EVENTLOOP_H

#include <sys/types.h>

#include <stdint.h>

#include "process.h"

struct failure;

/*
 * One thread that waits for everything: descriptors (epoll(7) where there is
 * one, else poll(2)), deadlines, signals, children.  Each calls a function
 * with the cookie it was registered with.  A callback may register and cancel
 * whatever it likes, itself too; a cancelled one is not called any more, not
 * even when it was ready already.
 */
struct eventloop;
struct eventloop_timer;

enum {
	EVENTLOOP_READ = 1,
	EVENTLOOP_WRITE = 2,
	EVENTLOOP_HANGUP = 4		/* always told, never asked for */
};

/* What is called for a descriptor, a deadline, a signal, a child. */
typedef void eventloop_ready(void *cookie, int events);
typedef void eventloop_expired(void *cookie);
typedef void eventloop_signalled(void *cookie, int signal);
typedef void eventloop_ended(void *cookie, pid_t pid,
    struct process_end end);

/* Returns a new loop, or NULL with why set.  One for each process. */
struct eventloop *
eventloop_make(struct failure *why);

/* The same with poll(2) even where there is something better, for tests. */
struct eventloop *
eventloop_make_portable(struct failure *why);

/* Ends the loop; puts the handling of signals back. */
void
eventloop_free(struct eventloop *loop);

/*
 * Watches fd for events; a second call for the same fd changes events,
 * function and cookie.  Takes no ownership of fd.
 */
void
eventloop_watch(struct eventloop *loop, int fd, int events,
    eventloop_ready *function, void *cookie);

/* No longer watches fd; call it before fd is closed. */
void
eventloop_unwatch(struct eventloop *loop, int fd);

/*
 * Calls function once at deadline (clock_monotonic()).  Returns the timer,
 * which is gone when it has been called or cancelled.
 */
struct eventloop_timer *
eventloop_at(struct eventloop *loop, int64_t deadline,
    eventloop_expired *function, void *cookie);

/* Cancels timer; NULL does nothing. */
void
eventloop_cancel(struct eventloop *loop, struct eventloop_timer *timer);

/*
 * Calls function whenever the process gets signal; NULL: does nothing then.
 */
void
eventloop_signal(struct eventloop *loop, int signal,
    eventloop_signalled *function, void *cookie);

/*
 * Calls function once when the child pid has ended; the loop waits for it.
 */
void
eventloop_child(struct eventloop *loop, pid_t pid, eventloop_ended *function,
    void *cookie);

/* Forgets the child pid; it is still waited for. */
void
eventloop_forget_child(struct eventloop *loop, pid_t pid);

/*
 * Waits and calls until eventloop_stop() was called.  Returns 0, or -1 with
 * why set when the system refuses to wait.
 */
int
eventloop_run(struct eventloop *loop, struct failure *why);

/* Lets eventloop_run return after the callback that calls this. */
void
eventloop_stop(struct eventloop *loop);

#endif
