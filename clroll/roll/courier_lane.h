#ifndef CLROLL_ROLL_COURIER_LANE_H
#define CLROLL_ROLL_COURIER_LANE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct team;

/*
 * The way of packages to one node, over a session of its own.  The node is
 * asked how much of a package it has; if that agrees with ours, by its digest,
 * only the rest is sent.  When the connection breaks, that is done again, as
 * long as each time more has come, and else a few times.
 */
struct courier_lane;

/* A package; borrowed as long as it is on its way. */
struct courier_parcel {
	char	*name;		/* on the node */
	char	*digest;
	char	*path;		/* here */
};

/* What came of a parcel. */
struct courier_outcome {
	bool	 has_arrived;		/* whole, by its digest */
	bool	 is_resumed;		/* some of it was there */
	int64_t	 from;			/* so much, at last */
};

/* Is told when a parcel has arrived, or will not. */
typedef void courier_lane_over(void *cookie, size_t node,
    const struct courier_outcome *outcome);

/*
 * Makes a lane to the node at the place node of team, which tells over.
 * Returns NULL when the node has no address, or is this machine.
 */
struct courier_lane *
courier_lane_make(const struct team *team, size_t node,
    courier_lane_over *over, void *cookie);

void
courier_lane_free(struct courier_lane *lane);

/*
 * Begins to bring parcel; there is no other one on its way.  What comes of it
 * is told from the event loop.
 */
void
courier_lane_bring(struct courier_lane *lane,
    const struct courier_parcel *parcel);

/* Gives up what is on its way, without a word, and the connection. */
void
courier_lane_close(struct courier_lane *lane);

#endif
