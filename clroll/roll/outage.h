#ifndef CLROLL_ROLL_OUTAGE_H
#define CLROLL_ROLL_OUTAGE_H

struct execution;
struct team;

/*
 * Watches the service addresses of a cluster during a run, and writes each time
 * that one was away into the run's journal: a record "outage" with its group,
 * if there are several, the last answer before it, the first one behind it, and
 * the seconds between; at the end a record "outages" with their count and sum.
 *
 * Whoever has an address when it is back must have the host key of a node, if
 * the cluster's file says where SSH is there.  If it has not, that is said, a
 * record "stranger" is written, and this process is asked to stop the run at
 * its next safe point.
 */
struct outage;

/*
 * Begins to watch, on the loop of team, which is the run's.  Returns the watch,
 * which does nothing when the cluster names no service.
 */
struct outage *
outage_start(const struct team *team, struct execution *execution);

/* Ends the watch; a service that is away now is recorded as such. */
void
outage_stop(struct outage *outage);

#endif
