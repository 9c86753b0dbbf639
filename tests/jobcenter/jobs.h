#ifndef JOBCENTER_JOBS_H
#define JOBCENTER_JOBS_H

#include <sys/types.h>

#include <stddef.h>

#include "place.h"

enum {
	JOBS_ID = 40,		/* room for the name of a job */
	JOBS_UNITS = 2,		/* units of a job network, one after another */
	JOBS_AT_ONCE = 8	/* units that run at the same time */
};

/*
 * A job is waiting while its control file lies in private/root/control, and
 * done once it was renamed into private/requests.  Which of its units have
 * ended stands in the ledger, which the units write themselves; so nothing
 * that was done is done again after the site died, and what was begun and
 * did not end is begun again.
 */
struct job {
	char id[JOBS_ID];
	long milliseconds;	/* that each unit takes */
	int unit;		/* the next to run, from 1 */
	pid_t pid;		/* of the unit that runs, or 0 */
};

struct jobs {
	const struct place *place;
	struct job *all;	/* those that are not done */
	size_t count;
	size_t room;
	size_t running;
	size_t done;
	long long hold;		/* no unit starts before this clock */
};

/* Reads the jobs of the site's spool.  Returns 0, or -1 with errno. */
int
jobs_load(struct jobs *jobs, const struct place *place);

/*
 * Takes a job: when this returns 0, it is on the disk.  An id that was taken
 * before is taken once.  Returns -1 when the id is none or the disk refuses.
 */
int
jobs_submit(struct jobs *jobs, const char *id, long milliseconds);

/* Starts units of waiting jobs as far as there is room. */
void
jobs_run(struct jobs *jobs);

/* A child of that id ended so: was it a unit? */
int
jobs_reaped(struct jobs *jobs, pid_t pid, int status);

/* Ends the units that run, with everything that they started. */
void
jobs_kill(struct jobs *jobs);

void
jobs_release(struct jobs *jobs);

#endif
