#ifndef CLROLL_ROLL_PROBE_NEXT_H
#define CLROLL_ROLL_PROBE_NEXT_H

#include <stdbool.h>
#include <stdint.h>

/*
 * When a service was away, decided from what its probes met.  Pure: all times
 * come with the events, in nanoseconds of one clock, and never go back.
 *
 * A service is away when no probe has succeeded for longer than a threshold, in
 * which enough probes were under way.  That the latter is counted, and not
 * measured, keeps an outage of our own (a stalled machine, no descriptors left)
 * from being taken for one of the service.  An outage lasts from the last
 * success to the next one.
 */

enum probe_happening {
	PROBE_TICK,			/* a probe was begun, or is under way */
	PROBE_BLIND,			/* we could not begin one */
	PROBE_SUCCESS,			/* the service has answered */
	PROBE_FAILURE			/* a probe was refused or timed out */
};

struct probe_event {
	enum probe_happening	happening;
	int64_t			now;
};

enum probe_verdict {
	PROBE_NOTHING_NEW,
	PROBE_AWAY,			/* it is, since `from' */
	PROBE_BACK			/* it was away from `from' to `until' */
};

/* Zeroed but for the first two, it is the state before the first event. */
struct probe_state {
	int64_t	threshold;		/* longer without success: away */
	int64_t	enough;			/* ticks within the threshold */
	bool	has_begun;
	bool	is_away;
	int64_t	ticks;			/* since the last success */
	int64_t	from;			/* valid with a verdict: last success
					 * before the outage, or the begin */
	int64_t	until;			/* the last success of all */
};

/* Takes event in and returns what is new. */
enum probe_verdict
probe_next(struct probe_state *state, const struct probe_event *event);

#endif
