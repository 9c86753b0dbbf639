#ifndef JOBCENTER_NQSDAEMON_H
#define JOBCENTER_NQSDAEMON_H

#include "place.h"

/*
 * The leader of a site: listens, starts the site's other processes, runs its
 * jobs, and ends on SIGTERM after the units that run have ended, or after ten
 * seconds.  Returns the exit code.
 *
 * A client that connects is greeted with one line, and then says
 *
 *	SUBMIT ID MILLISECONDS	answered "OK ID" when the job is on the disk
 *	COUNT			answered "WAITING RUNNING DONE"
 *	SETTINGS		answered "QUEUES MACHINES USERS", how many
 *	QUIT
 *
 * and is answered "ERR WHY" otherwise.
 */
int
nqsdaemon_run(const struct place *place);

#endif
