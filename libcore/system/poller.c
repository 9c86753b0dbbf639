#include <config.h>

#include "poller.h"

#ifdef HAVE_EPOLL_CREATE1
#include <sys/epoll.h>
#endif

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <stdbool.h>
#include <stdlib.h>
#include <unistd.h>

#include "../base/memory.h"

/*
 * slots has one entry for each descriptor that is watched by poll(2): all of
 * them in a portable poller, else only those that epoll(7) refuses: regular
 * files, which are always ready.
 */
struct poller_slot {
	int		fd;
	int		events;
	uint32_t	serial;
};

struct poller {
	int			 epoll;		/* -1: none */
	struct poller_slot	*slots;
	struct pollfd		*list;		/* for poll(2), same order */
	int			 count;
	int			 room;
};

static int
milliseconds(int64_t timeout)
{
	if (timeout < 0)
		return -1;
	/* Rounded up, so that nobody wakes too early and tries again. */
	int64_t ms = timeout / 1000000 + (timeout % 1000000 > 0 ? 1 : 0);
	return ms < INT_MAX ? (int)ms : INT_MAX;
}

static void
slot_set(struct poller *poller, struct poller_slot slot)
{
	int at = 0;

	while (at < poller->count && poller->slots[at].fd != slot.fd)
		at++;
	if (at == poller->room) {
		poller->room = poller->room * 2 + 8;
		poller->slots = memory_resize(poller->slots,
		    (size_t)poller->room, sizeof(*poller->slots));
		poller->list = memory_resize(poller->list,
		    (size_t)poller->room, sizeof(*poller->list));
	}
	if (at == poller->count)
		poller->count++;
	poller->slots[at] = slot;
	poller->list[at].fd = slot.fd;
	poller->list[at].events =
	    (short)(((slot.events & POLLER_READ) != 0 ? POLLIN : 0) |
	    ((slot.events & POLLER_WRITE) != 0 ? POLLOUT : 0));
	poller->list[at].revents = 0;
}

/* Returns whether fd had a slot. */
static bool
slot_remove(struct poller *poller, int fd)
{
	for (int at = 0; at < poller->count; at++) {
		if (poller->slots[at].fd != fd)
			continue;
		poller->count--;
		poller->slots[at] = poller->slots[poller->count];
		poller->list[at] = poller->list[poller->count];
		return true;
	}
	return false;
}

static int
slots_wait(struct poller *poller, int64_t timeout,
    struct poller_event *events, int room)
{
	int ready = poll(poller->list, (nfds_t)poller->count,
	    milliseconds(timeout));
	int count = 0;

	if (ready == -1)
		return errno == EINTR ? 0 : -1;
	for (int at = 0; at < poller->count && count < room; at++) {
		short got = poller->list[at].revents;

		if (got == 0)
			continue;
		events[count].fd = poller->slots[at].fd;
		events[count].serial = poller->slots[at].serial;
		events[count].events = ((got & POLLIN) != 0 ? POLLER_READ : 0) |
		    ((got & POLLOUT) != 0 ? POLLER_WRITE : 0) |
		    ((got & ~(POLLIN | POLLOUT)) != 0 ? POLLER_HANGUP : 0);
		count++;
	}
	return count;
}

#ifdef HAVE_EPOLL_CREATE1

static int
epoll_open(void)
{
	return epoll_create1(EPOLL_CLOEXEC);
}

/* Returns 0, or -1 with errno set: EPERM for what is always ready. */
static int
epoll_set(const struct poller *poller, struct poller_slot slot)
{
	struct epoll_event event;

	event.events =
	    ((slot.events & POLLER_READ) != 0 ? (uint32_t)EPOLLIN : 0) |
	    ((slot.events & POLLER_WRITE) != 0 ? (uint32_t)EPOLLOUT : 0);
	event.data.u64 = (uint64_t)slot.serial << 32 | (uint32_t)slot.fd;
	if (epoll_ctl(poller->epoll, EPOLL_CTL_MOD, slot.fd, &event) == 0)
		return 0;
	return errno != ENOENT ? -1 :
	    epoll_ctl(poller->epoll, EPOLL_CTL_ADD, slot.fd, &event);
}

static void
epoll_remove(const struct poller *poller, int fd)
{
	struct epoll_event ignored = { 0 };

	/* It may be closed already, and is no longer watched then. */
	(void)epoll_ctl(poller->epoll, EPOLL_CTL_DEL, fd, &ignored);
}

static int
epoll_wait_for(const struct poller *poller, int64_t timeout,
    struct poller_event *events, int room)
{
	enum { BATCH = 64 };
	struct epoll_event list[BATCH];
	int count = epoll_wait(poller->epoll, list,
	    room < BATCH ? room : BATCH, milliseconds(timeout));

	if (count == -1)
		return errno == EINTR ? 0 : -1;
	for (int at = 0; at < count; at++) {
		uint32_t got = list[at].events;
		uint32_t known = EPOLLIN | EPOLLOUT;

		events[at].fd = (int)(list[at].data.u64 & UINT32_MAX);
		events[at].serial = (uint32_t)(list[at].data.u64 >> 32);
		events[at].events = ((got & EPOLLIN) != 0 ? POLLER_READ : 0) |
		    ((got & EPOLLOUT) != 0 ? POLLER_WRITE : 0) |
		    ((got & ~known) != 0 ? POLLER_HANGUP : 0);
	}
	return count;
}

#else

/* Never called: a poller without epoll_open() has no epoll descriptor. */

static int
epoll_open(void)
{
	errno = ENOSYS;
	return -1;
}

static int
epoll_set(const struct poller *poller, struct poller_slot slot)
{
	(void)poller;
	(void)slot;
	errno = ENOSYS;
	return -1;
}

static void
epoll_remove(const struct poller *poller, int fd)
{
	(void)poller;
	(void)fd;
}

static int
epoll_wait_for(const struct poller *poller, int64_t timeout,
    struct poller_event *events, int room)
{
	(void)poller;
	(void)timeout;
	(void)events;
	(void)room;
	errno = ENOSYS;
	return -1;
}

#endif

struct poller *
poller_make(enum poller_kind kind)
{
	int epoll = kind == POLLER_BEST ? epoll_open() : -1;

	if (epoll == -1 && kind == POLLER_BEST && errno != ENOSYS)
		return NULL;
	struct poller *poller = memory_make(1, sizeof(*poller));
	poller->epoll = epoll;
	return poller;
}

void
poller_free(struct poller *poller)
{
	if (poller == NULL)
		return;
	/* Nothing was written that could be lost. */
	if (poller->epoll != -1)
		(void)close(poller->epoll);
	free(poller->slots);
	free(poller->list);
	free(poller);
}

void
poller_set(struct poller *poller, int fd, int events, uint32_t serial)
{
	struct poller_slot slot = { fd, events, serial };

	if (poller->epoll == -1) {
		slot_set(poller, slot);
		return;
	}
	(void)slot_remove(poller, fd);
	if (epoll_set(poller, slot) == 0)
		return;
	if (errno != EPERM)
		memory_end("one more descriptor to wait for");
	slot_set(poller, slot);
}

void
poller_remove(struct poller *poller, int fd)
{
	if (!slot_remove(poller, fd) && poller->epoll != -1)
		epoll_remove(poller, fd);
}

int
poller_wait(struct poller *poller, int64_t timeout,
    struct poller_event *events, int room)
{
	if (poller->epoll == -1)
		return slots_wait(poller, timeout, events, room);
	int count = 0;
	if (poller->count > 0) {
		/* Half of the room at most, that nobody starves. */
		count = slots_wait(poller, 0, events, (room + 1) / 2);
		if (count == -1)
			return -1;
	}
	if (count == room)
		return count;
	int more = epoll_wait_for(poller, count > 0 ? 0 : timeout,
	    events + count, room - count);
	return more == -1 ? -1 : count + more;
}
