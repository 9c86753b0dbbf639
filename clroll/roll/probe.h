#ifndef CLROLL_ROLL_PROBE_H
#define CLROLL_ROLL_PROBE_H

#include <stdint.h>

struct eventloop;
struct failure;

/*
 * Measures how long a TCP service is away, as its users see it: again and again
 * a new connection is made, and closed as soon as it stands.  Only the
 * connection is looked at, nothing is sent.
 *
 * Connections are reset, not closed in order: the latter would keep thousands
 * of pairs of ports busy, and leave the service none for its users.
 */
struct probe;

#define PROBE_INTERVAL	INT64_C(20000000)	/* between two probes, ns */
#define PROBE_THRESHOLD	INT64_C(100000000)	/* shorter is not told */
#define PROBE_TIMEOUT	INT64_C(1000000000)	/* of each probe */

/*
 * What the owner is told; times are those of clock_monotonic().  The service is
 * away since its last answer, from (or since the probe was made), and is back
 * since its next one, until.
 */
struct probe_events {
	void	(*away)(void *cookie, int64_t from);
	void	(*back)(void *cookie, int64_t from, int64_t until);
};

struct probe_options {
	const char			*address;	/* or name */
	int				 port;
	int64_t				 interval;	/* nanoseconds */
	int64_t				 threshold;
	int64_t				 timeout;
	const struct probe_events	*events;
	void				*cookie;
};

/*
 * Begins to probe; what options' events and cookie point at is borrowed, the
 * rest copied.  Looks the address up, which may block.  Returns the probe, or
 * NULL with why set (UNREACHABLE: no such address).  The events come from the
 * loop; they may free the probe.
 */
struct probe *
probe_make(struct eventloop *loop, const struct probe_options *options,
    struct failure *why);

void
probe_free(struct probe *probe);

#endif
