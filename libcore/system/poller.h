#ifndef LIBCORE_SYSTEM_POLLER_H
#define LIBCORE_SYSTEM_POLLER_H

#include <stdint.h>

/*
 * Waiting for descriptors, for the event loop only: epoll(7) where there is
 * one, else poll(2), behind the same five functions.  Level-triggered.
 */
struct poller;

enum {
	POLLER_READ = 1,
	POLLER_WRITE = 2,
	POLLER_HANGUP = 4
};

enum poller_kind { POLLER_BEST, POLLER_PORTABLE };

struct poller_event {
	int		fd;
	int		events;
	uint32_t	serial;		/* as given for fd */
};

/* Returns a poller, or NULL with errno set. */
struct poller *
poller_make(enum poller_kind kind);

void
poller_free(struct poller *poller);

/*
 * Watches fd for events from now on, whatever was said of it before.  serial
 * comes back with what happens, so that the caller can tell what was said
 * when.  Ends the program when the system can watch no more.
 */
void
poller_set(struct poller *poller, int fd, int events, uint32_t serial);

/* No longer watches fd. */
void
poller_remove(struct poller *poller, int fd);

/*
 * Waits up to timeout nanoseconds (-1: for ever) and fills up to room events.
 * Returns how many, 0 also after a signal, or -1 with errno set.
 */
int
poller_wait(struct poller *poller, int64_t timeout,
    struct poller_event *events, int room);

#endif
