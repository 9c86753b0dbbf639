#include <config.h>

#include <stdlib.h>
#include <string.h>

#include "../libcore/base/failure.h"
#include "../libcore/base/text.h"
#include "../libcore/base/words.h"
#include "../libcore/format/options.h"
#include "../libcore/format/report.h"
#include "../libcore/run/command.h"
#include "../libcore/run/history.h"
#include "../libcore/run/standing.h"
#include "../libcore/run/values.h"
#include "../libcore/system/filelock.h"
#include "../libsite/node_config.h"
#include "detach.h"
#include "facts.h"
#include "life.h"
#include "node.h"
#include "verbs.h"

/* resume and rollback: a run is taken up again. */

enum { OPTION_STEP = 300 };

static const struct options_row resume_rows[] = {
	{ OPTION_STEP, "step", "ID=done|again",
	    "say how it is with a step that nobody can tell of" },
	{ 0 }
};

struct own {
	const char	*decided;
};

static int
take_option(void *into, int letter, const char *argument,
    struct failure *why)
{
	struct own *own = into;

	(void)letter;
	(void)why;
	own->decided = argument;
	return (0);
}

/*
 * Checks that the node still is what the run takes it for: the steps of a
 * standby node must not be done, nor put back, under a running group.
 */
static int
check_role(const struct node_config *config, const struct history *history,
    struct failure *why)
{
	const char *role = values_single(&history->values, "role");
	struct text groups = { 0 };
	int rc = 0;

	if (role == NULL || strcmp(role, "standby") != 0 ||
	    config->cluster_adapter == NULL)
		return (0);
	const int held = facts_held_group(config, &groups, why);
	if (held == -1) {
		rc = -1;
	} else if (held == 1) {
		failure_set(why, EXITCODE_FAILED, "the node holds '%s' now; "
		    "run %s is for a node that holds no group",
		    text_string(&groups), history->id);
		failure_hint(why, "move the group to another node first");
		rc = -1;
	}
	text_release(&groups);
	return (rc);
}

/* Takes the run up again; the lock is held. */
static enum exitcode
take_up(struct command *command, const struct node_config *config,
    const struct history *history, const struct life_again *again,
    struct failure *why)
{
	struct standing standing = { 0 };
	enum exitcode code;

	if (life_standing(config, history, &standing, why) == -1)
		return (why->code);
	const bool nothing = again->back ? !standing.has_effect :
	    standing.is_over;
	if (nothing && again->decided == NULL) {
		report_line(&command->report, NULL, "run %s: %s",
		    history->id, again->back ?
		    "nothing is left to put back" :
		    "it has ended, nothing is left to do");
		code = again->back || history->exit == EXITCODE_OK ?
		    EXITCODE_OK : (enum exitcode)history->exit;
	} else if (check_role(config, history, why) == -1) {
		code = why->code;
	} else {
		code = life_resume(command, config, history, again, why);
	}
	standing_release(&standing);
	return (code);
}

static enum exitcode
read_and_take_up(struct command *command, const struct node_config *config,
    const char *id, const struct life_again *again, struct failure *why)
{
	struct history history = { 0 };
	char *directory = life_directory(config);
	const int rc = history_read(directory, id, &history, why);
	enum exitcode code;

	free(directory);
	if (rc == 1) {
		code = take_up(command, config, &history, again, why);
	} else if (rc == -1) {
		code = why->code;
	} else {
		failure_set(why, EXITCODE_USAGE, "there is no run '%s'", id);
		code = EXITCODE_USAGE;
	}
	history_release(&history);
	return (code);
}

/* Takes the lock as run id, and then the run up. */
static enum exitcode
lock_and_take_up(struct command *command, const struct node_config *config,
    const char *id, const struct life_again *again, struct failure *why)
{
	char *owner = life_owner(id);
	struct filelock *lock = node_lock(config, owner, command->wait, why);
	const enum exitcode code = lock == NULL ? why->code :
	    read_and_take_up(command, config, id, again, why);

	filelock_release(lock);
	free(owner);
	return (code);
}

static enum exitcode
run_again(struct command *command, struct failure *why)
{
	const struct own *own = command->own;
	const struct life_again how = {
		.back = strcmp(command->verb, "rollback") == 0,
		.decided = own->decided,
	};

	struct node_config *config = NULL;
	char *id = NULL;
	enum exitcode code;

	if (command->operands[0] != NULL && command->operands[1] != NULL)
		return (command_misused(why, "one run at a time"));
	config = node_config_read(command->config, why);
	if (config != NULL)
		id = life_find(config, command->operands[0], why);
	if (id == NULL || detach_fork(false, why) == -1)
		code = why->code;
	else
		code = lock_and_take_up(command, config, id, &how, why);
	free(id);
	node_config_free(config);
	return (code);
}

const struct command_verb verb_resume = {
	.name = "resume", .operands = "[RUN]",
	.help = "go on with a run that was broken off or stopped",
	.common = COMMAND_WAIT | COMMAND_CONFIRM,
	.rows = resume_rows, .size = sizeof(struct own),
	.option = take_option, .run = run_again,
};

const struct command_verb verb_rollback = {
	.name = "rollback", .operands = "[RUN]",
	.help = "put back what a run has done",
	.common = COMMAND_WAIT | COMMAND_CONFIRM,
	.rows = resume_rows, .size = sizeof(struct own),
	.option = take_option, .run = run_again,
};
