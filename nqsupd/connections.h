#ifndef NQSUPD_CONNECTIONS_H
#define NQSUPD_CONNECTIONS_H

#include <stddef.h>
#include <stdint.h>

struct failure;
struct words;

/*
 * The TCP connections of a node, from the tables of the Linux kernel, or from
 * what netstat prints elsewhere.  Pure.
 */

enum { CONNECTIONS_ADDRESS_ROOM = 64 };

enum connections_state {
	CONNECTIONS_ESTABLISHED = 1,	/* as the kernel numbers them */
	CONNECTIONS_LISTENING = 10
};

struct connections_row {
	int	local_port;
	int	state;
	char	peer[CONNECTIONS_ADDRESS_ROOM];	/* "192.0.2.7:1025" */
};

/* A zeroed struct connections is an empty table. */
struct connections {
	struct connections_row	*rows;
	size_t			 count;
	size_t			 room;
};

void
connections_release(struct connections *connections);

/*
 * Adds the rows of text, the content of /proc/net/tcp or /proc/net/tcp6.
 * Returns 0, or -1 with why set (SYSTEM) for a line that is none of them.
 */
int
connections_parse(struct connections *connections, const char *text,
    struct failure *why);

/*
 * Adds the rows of text, which "netstat -an" has printed: on AIX, HP-UX, the
 * BSDs and Linux "PROTOCOL QUEUE QUEUE LOCAL REMOTE STATE", on Solaris "LOCAL
 * REMOTE WINDOW QUEUE WINDOW QUEUE STATE"; the port stands behind the last dot
 * or colon.  What is neither listening nor established is left out.  Returns
 * 0, or -1 with why set (UNREACHABLE) when there is no row at all, which is no
 * node's answer.
 */
int
connections_parse_netstat(struct connections *connections, const char *text,
    struct failure *why);

/*
 * Adds to peers who is connected to the local port, if something listens at
 * it; each once.
 */
void
connections_peers(const struct connections *connections, int64_t port,
    struct words *peers);

#endif
