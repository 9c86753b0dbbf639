#ifndef CLROLL_FLEET_FLEET_DRIVE_H
#define CLROLL_FLEET_FLEET_DRIVE_H

#include "../../libcore/base/exitcode.h"
#include "fleet.h"
#include "fleet_plan.h"

struct command;
struct failure;
struct jsonline;
struct node_config;

/*
 * One life of a fleet: carries out what fleet_next() says.  It decides
 * nothing.
 */
struct fleet_drive_request {
	struct command			*command;
	const struct node_config	*config;
	const char			*id;
	const struct fleet_plan		*plan;
	struct fleet			*fleet;	/* earlier lives replayed */
	struct jsonline			*record; /* "open", or "resume" */
};

/*
 * Takes the fleet to its end, with its lock held: writes the journal, of which
 * "open" makes a new one, starts the runs, shows each record on the command's
 * report.  SIGINT and SIGTERM stop it: the second one the runs, too; the third
 * leaves at once.  Returns the exit code, with why set when there is something
 * to say.  Blocks; forks.
 */
enum exitcode
fleet_drive(const struct fleet_drive_request *request, struct failure *why);

#endif
