#ifndef CLROLL_ROLL_OUTAGE_H
#define CLROLL_ROLL_OUTAGE_H

struct cluster;
struct eventloop;
struct execution;

/*
 * Watches the service addresses of a cluster during a run, and writes each time
 * that one was away into the run's journal: a record "outage" with its group,
 * if there are several, the last answer before it, the first one behind it, and
 * the seconds between; at the end a record "outages" with their count and sum.
 */
struct outage;

/*
 * Begins to watch, on the loop of the run.  Returns the watch, which does
 * nothing when the cluster names no service.
 */
struct outage *
outage_start(const struct cluster *cluster, struct eventloop *loop,
    struct execution *execution);

/* Ends the watch; a service that is away now is recorded as such. */
void
outage_stop(struct outage *outage);

#endif
