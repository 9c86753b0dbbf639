#ifndef JOBCENTER_CLIENT_H
#define JOBCENTER_CLIENT_H

#include "place.h"

/*
 * jnwsummary: prints how the site greets and how many jobs it has, and sees
 * whether its comagent takes clients.  Returns 0 when both answer.
 */
int
client_summary(const struct place *place);

/*
 * Submits count jobs, ID from PREFIX and the numbers from first on, one after
 * another, each until it is acknowledged; seconds bounds the whole.  Prints
 * each id once it is acknowledged.  Returns 0 when all are.
 */
struct client_work {
	struct sockaddr_in address;
	const char *prefix;
	long first;
	long count;
	long milliseconds;
	long seconds;
};
int
client_submit(const struct client_work *work);

/* Submits one job under that id, without trying again. */
int
client_submit_one(const struct place *place, const char *id,
    const char *milliseconds);

#endif
