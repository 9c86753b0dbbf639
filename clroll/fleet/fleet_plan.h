#ifndef CLROLL_FLEET_FLEET_PLAN_H
#define CLROLL_FLEET_FLEET_PLAN_H

#include <stdbool.h>

#include "../../libcore/base/digest.h"
#include "../../libcore/base/words.h"
#include "fleet.h"

struct command;
struct failure;
struct jsonline;
struct node_config;

/*
 * What is to be done with a fleet: the clusters in their order, the command
 * line of each one's run, and the rules.  A zeroed one is empty.
 */
struct fleet_plan {
	char			*verb;		/* patch, upgrade, run */
	char			*procedure;	/* of "run", else NULL */
	struct words		 arguments;	/* packages and NAME=VALUE */
	struct words		 options;	/* of each run: --yes */
	char			*config;	/* of -c, or NULL */
	struct words		 clusters;	/* for a command line */
	struct words		 names;		/* of these */
	struct words		 files;		/* digests of their files */
	struct words		 things;	/* digests of the procedure,
						 * and of each package */
	struct fleet_rules	 rules;
	bool			 is_approved;	/* as it is, by its digest */
	char			 digest[DIGEST_TEXT_ROOM];	/* of all */
};

/*
 * Fills plan with what the operands of command say: what to do, behind it its
 * arguments, and behind "--" clusters; those of the file list (NULL: none; "-":
 * stdin), one in a line, stand before them.  rules are taken over.  Returns 0,
 * or -1 with why set: USAGE, or the trouble with a file.  Release plan in any
 * case.  Reads files.
 */
int
fleet_plan_make(struct fleet_plan *plan, const struct command *command,
    const struct node_config *config, const char *list,
    const struct fleet_rules *rules, struct failure *why);

/* Lets each run that is begun later have --yes and --confirm of command. */
void
fleet_plan_confirm(struct fleet_plan *plan, const struct command *command);

/* Reads the plan from the record that begins a fleet's journal. */
int
fleet_plan_read(struct fleet_plan *plan, const struct jsonline *open,
    struct failure *why);

void
fleet_plan_release(struct fleet_plan *plan);

/* Returns the plan as members of that record, the caller's. */
struct jsonline *
fleet_plan_write(const struct fleet_plan *plan);

/*
 * Checks that the procedure and the packages are what they were when the plan
 * was made; files of clusters may have been mended.  Returns 0, or -1 with why
 * set (DATA).
 */
int
fleet_plan_check(const struct fleet_plan *plan,
    const struct node_config *config, struct failure *why);

/*
 * Checks that the file of cluster number item is what it was, if the plan was
 * approved.  Returns 0, or -1 with why set: DATA when it is not, else the
 * trouble with the file.  Reads the file, as the run does once more right
 * behind that: what is put there in between is not noticed.
 */
int
fleet_plan_check_file(const struct fleet_plan *plan,
    const struct node_config *config, size_t item, struct failure *why);

/* Returns the name of the procedure that each run carries out. */
const char *
fleet_plan_procedure(const struct fleet_plan *plan);

/* Returns the name of the run over cluster number item, the caller's. */
char *
fleet_plan_run(const struct fleet_plan *plan, const char *fleet, size_t item);

/* Whether a run is followed by a program, or its line shown to a person. */
enum fleet_plan_form { FLEET_PLAN_TEXT, FLEET_PLAN_JSON };

/*
 * Adds to argv, which has the program, the rest of the command line of the run
 * over cluster number item.
 */
void
fleet_plan_command(const struct fleet_plan *plan, const char *fleet,
    size_t item, enum fleet_plan_form form, struct words *argv);

#endif
