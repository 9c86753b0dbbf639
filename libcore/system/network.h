#ifndef LIBCORE_SYSTEM_NETWORK_H
#define LIBCORE_SYSTEM_NETWORK_H

#include <sys/socket.h>

#include <stddef.h>
#include <stdint.h>

struct failure;

/*
 * TCP connections that never block.  Calling sequence: network_resolve;
 * network_connect to one of the addresses, wait until the descriptor can be
 * written, network_connected; network_release.
 */

enum { NETWORK_TEXT_ROOM = 80 };

struct network_address {
	struct sockaddr_storage	bytes;
	socklen_t		size;
	char			text[NETWORK_TEXT_ROOM];  /* "::1 port 22" */
};

struct network_addresses {
	struct network_address	*list;
	size_t			 count;
};

/*
 * Sets addresses to what host (a name or a numeric address) and port mean,
 * in the order in which they should be tried.  Returns 0, or -1 with why set
 * (UNREACHABLE).  Blocks as long as getaddrinfo(3) does.
 */
int
network_resolve(const char *host, int port,
    struct network_addresses *addresses, struct failure *why);

/*
 * Sets addresses to one that is none: only its text, for messages about a host
 * that somebody else looks up.  Returns 0.
 */
int
network_unresolved(const char *host, int port,
    struct network_addresses *addresses);

void
network_release(struct network_addresses *addresses);

/*
 * Begins a connection to address.  Returns a non-blocking descriptor that can
 * be written once the connection stands or has failed, or -1 with errno set.
 */
int
network_connect(const struct network_address *address);

/*
 * Connects to the local socket path.  Returns a non-blocking descriptor, or -1
 * with errno set: EAGAIN when too many wait for it already.
 */
int
network_connect_local(const char *path);

/* Returns 0 when the connection of fd stands, else the errno value. */
int
network_connected(int fd);

/*
 * Makes fd's connection fit for short messages, sent at once, and lets the
 * system find out that the peer is gone: after silence nanoseconds without
 * an acknowledgement for what was sent, where the system can.
 */
void
network_tune(int fd, int64_t silence);

/*
 * Acknowledges at once what comes next on fd, where the system can.  A peer
 * that waits for an acknowledgement before it sends more (Nagle's algorithm)
 * would else lose 40 ms each time.  The system forgets it; ask after each read.
 */
void
network_acknowledge(int fd);

/*
 * Lets close(2) of fd reset the connection, so that it leaves nothing behind:
 * who closes in order keeps the pair of ports for minutes.
 */
void
network_reset_on_close(int fd);

/*
 * Makes two sockets that are connected with each other, non-blocking.  Returns
 * 0, or -1 with errno set.
 */
int
network_pair(int fds[2]);

/* Makes reading and writing fd non-blocking.  Returns 0, or -1 with errno. */
int
network_unblock(int fd);

#endif
