#include <config.h>

#include "network.h"

#include <sys/un.h>

#include <netinet/in.h>
#include <netinet/tcp.h>

#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../base/failure.h"
#include "../base/memory.h"

enum {
	MILLISECOND = 1000000,		/* in nanoseconds */
	HOST_ROOM = 64,			/* numeric, with a scope */
	PORT_ROOM = 8
};

static void
describe(struct network_address *address)
{
	char host[HOST_ROOM];
	char port[PORT_ROOM];

	if (getnameinfo((const struct sockaddr *)&address->bytes,
	    address->size, host, sizeof(host), port, sizeof(port),
	    NI_NUMERICHOST | NI_NUMERICSERV) != 0) {
		memcpy(host, "?", sizeof("?"));
		memcpy(port, "?", sizeof("?"));
	}
	(void)snprintf(address->text, sizeof(address->text), "%s port %s",
	    host, port);
}

int
network_resolve(const char *host, int port,
    struct network_addresses *addresses, struct failure *why)
{
	struct addrinfo hints = { 0 };
	struct addrinfo *found;
	char service[sizeof("65535")];
	int error;

	addresses->list = NULL;
	addresses->count = 0;
	hints.ai_family = AF_UNSPEC;
	hints.ai_socktype = SOCK_STREAM;
	hints.ai_flags = AI_NUMERICSERV;
	(void)snprintf(service, sizeof(service), "%u", (unsigned)port & 0xffff);
	error = getaddrinfo(host, service, &hints, &found);
	if (error != 0) {
		failure_set(why, EXITCODE_UNREACHABLE,
		    "cannot find the address of '%s': %s", host,
		    error == EAI_SYSTEM ? strerror(errno) :
		    gai_strerror(error));
		return -1;
	}
	for (const struct addrinfo *at = found; at != NULL; at = at->ai_next) {
		struct network_address *address;

		addresses->list = memory_resize(addresses->list,
		    addresses->count + 1, sizeof(*addresses->list));
		address = &addresses->list[addresses->count++];
		memset(address, 0, sizeof(*address));
		memcpy(&address->bytes, at->ai_addr, at->ai_addrlen);
		address->size = at->ai_addrlen;
		describe(address);
	}
	freeaddrinfo(found);
	return 0;
}

int
network_unresolved(const char *host, int port,
    struct network_addresses *addresses)
{
	addresses->list = memory_make(1, sizeof(*addresses->list));
	addresses->count = 1;
	(void)snprintf(addresses->list->text, sizeof(addresses->list->text),
	    "%s port %d", host, port);
	return 0;
}

void
network_release(struct network_addresses *addresses)
{
	free(addresses->list);
	addresses->list = NULL;
	addresses->count = 0;
}

int
network_unblock(int fd)
{
	int flags;

	flags = fcntl(fd, F_GETFL);
	if (flags == -1)
		return -1;
	return fcntl(fd, F_SETFL, flags | O_NONBLOCK);
}

int
network_pair(int fds[2])
{
	int error;

	if (socketpair(AF_UNIX, SOCK_STREAM, 0, fds) == -1)
		return -1;
	if (fcntl(fds[0], F_SETFD, FD_CLOEXEC) != -1 &&
	    fcntl(fds[1], F_SETFD, FD_CLOEXEC) != -1 &&
	    network_unblock(fds[0]) != -1 && network_unblock(fds[1]) != -1)
		return 0;
	error = errno;
	(void)close(fds[0]);		/* nothing was written to them */
	(void)close(fds[1]);
	errno = error;
	return -1;
}

int
network_connect(const struct network_address *address)
{
	int fd;

	fd = socket(address->bytes.ss_family, SOCK_STREAM, 0);
	if (fd == -1)
		return -1;
	/* An interrupted connect(2) goes on as one in progress does. */
	if (fcntl(fd, F_SETFD, FD_CLOEXEC) == -1 ||
	    network_unblock(fd) == -1 ||
	    (connect(fd, (const struct sockaddr *)&address->bytes,
	    address->size) == -1 && errno != EINPROGRESS && errno != EINTR)) {
		int error;

		error = errno;
		(void)close(fd);	/* nothing was written to it */
		errno = error;
		return -1;
	}
	return fd;
}

int
network_connect_local(const char *path)
{
	struct sockaddr_un address;
	int fd;

	memset(&address, 0, sizeof(address));
	address.sun_family = AF_UNIX;
	if (strlen(path) >= sizeof(address.sun_path)) {
		errno = ENAMETOOLONG;
		return -1;
	}
	memcpy(address.sun_path, path, strlen(path));
	fd = socket(AF_UNIX, SOCK_STREAM, 0);
	if (fd == -1)
		return -1;
	if (fcntl(fd, F_SETFD, FD_CLOEXEC) == -1 ||
	    network_unblock(fd) == -1 ||
	    connect(fd, (const struct sockaddr *)&address,
	    sizeof(address)) == -1) {
		int error;

		error = errno;
		(void)close(fd);	/* nothing was written to it */
		errno = error;
		return -1;
	}
	return fd;
}

int
network_connected(int fd)
{
	int error;
	socklen_t size;

	error = 0;
	size = sizeof(error);
	if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size) == -1)
		return errno;
	return error;
}

/* An option that the system refuses costs speed, not correctness. */
static void
set_option(int fd, int level, int option, int value)
{
	(void)setsockopt(fd, level, option, &value, sizeof(value));
}

void
network_tune(int fd, int64_t silence)
{
	set_option(fd, IPPROTO_TCP, TCP_NODELAY, 1);
	set_option(fd, SOL_SOCKET, SO_KEEPALIVE, 1);
#ifdef TCP_USER_TIMEOUT
	set_option(fd, IPPROTO_TCP, TCP_USER_TIMEOUT,
	    (int)(silence / MILLISECOND));
#else
	(void)silence;
#endif
}

void
network_acknowledge(int fd)
{
#ifdef TCP_QUICKACK
	set_option(fd, IPPROTO_TCP, TCP_QUICKACK, 1);
#else
	(void)fd;
#endif
}

void
network_reset_on_close(int fd)
{
	struct linger linger = { 1, 0 };

	(void)setsockopt(fd, SOL_SOCKET, SO_LINGER, &linger, sizeof(linger));
}
