/*
 * A line with a long way, for bench/fanout on systems that cannot delay
 * packets: passes what comes on one port of the loopback on to another, each
 * byte after the delay, in both directions, for connections one at a time.
 *
 *	relay PORT TO-PORT DELAY-MILLISECONDS
 */
#include <config.h>

#include <sys/socket.h>

#include <netinet/in.h>
#include <netinet/tcp.h>

#include <arpa/inet.h>

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum {
	PIECE = 64 << 10,
	PIECES = 1024			/* on their way at most: 64 MB */
};

struct piece {
	double	due;			/* when it arrives */
	size_t	size;
	size_t	sent;
	char	bytes[PIECE];
};

/* One direction: a ring of pieces on their way. */
struct way {
	int		 from;
	int		 to;
	struct piece	*pieces;
	size_t		 first;
	size_t		 count;
	bool		 is_over;	/* nothing more comes */
};

static double
now(void)
{
	struct timespec time;

	(void)clock_gettime(CLOCK_MONOTONIC, &time);
	return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static struct sockaddr_in
loopback(const char *port)
{
	struct sockaddr_in address;

	memset(&address, 0, sizeof(address));
	address.sin_family = AF_INET;
	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	address.sin_port = htons((uint16_t)strtoul(port, NULL, 10));
	return address;
}

static void
tune(int fd)
{
	const int one = 1;

	(void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	(void)fcntl(fd, F_SETFL, O_NONBLOCK);
}

/* Takes in what has come. */
static void
take(struct way *way, double delay)
{
	while (!way->is_over && way->count < PIECES) {
		struct piece *piece = &way->pieces[(way->first + way->count) %
		    PIECES];
		const ssize_t size = read(way->from, piece->bytes, PIECE);

		if (size == -1)
			return;
		way->is_over = size == 0;
		piece->due = now() + delay;
		piece->size = (size_t)size;
		piece->sent = 0;
		way->count += size > 0;
	}
}

/* Hands over what has arrived.  Returns whether the receiver is there. */
static bool
give(struct way *way)
{
	while (way->count > 0) {
		struct piece *piece = &way->pieces[way->first];
		ssize_t size;

		if (piece->due > now())
			return true;
		size = write(way->to, piece->bytes + piece->sent,
		    piece->size - piece->sent);
		if (size == -1)
			return errno == EAGAIN;
		piece->sent += (size_t)size;
		if (piece->sent < piece->size)
			return true;
		way->first = (way->first + 1) % PIECES;
		way->count--;
	}
	if (way->is_over)
		(void)shutdown(way->to, SHUT_WR);
	return true;
}

static void
carry(int a, int b, double delay)
{
	struct way there = { .from = a, .to = b };
	struct way back = { .from = b, .to = a };

	there.pieces = malloc(PIECES * sizeof(struct piece));
	back.pieces = malloc(PIECES * sizeof(struct piece));
	while (there.pieces != NULL && back.pieces != NULL &&
	    !(there.is_over && there.count == 0) &&
	    !(back.is_over && back.count == 0)) {
		struct pollfd fds[] = { { .fd = a, .events = POLLIN },
		    { .fd = b, .events = POLLIN } };

		/* A millisecond is near enough to a delay of ten. */
		(void)poll(fds, 2, there.count + back.count > 0 ? 1 : -1);
		take(&there, delay);
		take(&back, delay);
		if (!give(&there) || !give(&back))
			break;
	}
	free(there.pieces);
	free(back.pieces);
}

int
main(int argc, char **argv)
{
	const int one = 1;
	int server;

	if (argc != 4)
		return 64;
	const struct sockaddr_in here = loopback(argv[1]);
	const struct sockaddr_in there = loopback(argv[2]);
	(void)signal(SIGPIPE, SIG_IGN);
	server = socket(AF_INET, SOCK_STREAM, 0);
	(void)setsockopt(server, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	if (bind(server, (const struct sockaddr *)&here, sizeof(here)) == -1 ||
	    listen(server, 8) == -1) {
		perror("relay");
		return 1;
	}
	for (;;) {
		const int a = accept(server, NULL, NULL);
		const int b = socket(AF_INET, SOCK_STREAM, 0);

		if (a == -1 || connect(b, (const struct sockaddr *)&there,
		    sizeof(there)) == -1)
			return 1;
		tune(a);
		tune(b);
		carry(a, b, strtod(argv[3], NULL) / 1000);
		(void)close(a);		/* all was handed over, or nobody */
		(void)close(b);		/* is there to take it */
	}
}
