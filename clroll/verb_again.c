#include <config.h>

#include <stdlib.h>
#include <string.h>

#include "../libcore/base/failure.h"
#include "../libcore/base/text.h"
#include "../libcore/format/options.h"
#include "../libcore/format/report.h"
#include "../libcore/run/command.h"
#include "../libcore/run/history.h"
#include "../libcore/run/standing.h"
#include "../libcore/system/fileio.h"
#include "../libcore/system/filelock.h"
#include "../libsite/node_config.h"
#include "cluster.h"
#include "context.h"
#include "roll.h"
#include "runs.h"
#include "verbs.h"

/* resume and rollback: a run is taken up again. */

enum { OPTION_STEP = 300 };

static const struct options_row rows[] = {
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

/* Takes the run up, if anything is left to do; the lock is held. */
static enum exitcode
take_up(struct command *command, struct context *context,
    const struct history *history, const struct roll_again *again,
    struct failure *why)
{
	struct standing standing = { 0 };
	enum exitcode code;

	if (roll_standing(context, history, &standing, why) == -1) {
		code = why->code;
	} else if (again->decided == NULL && (again->back ?
	    !standing.has_effect : standing.is_over)) {
		report_line(&command->report, NULL, "run %s: %s",
		    history->id, again->back ? "nothing is left to put back" :
		    "it has ended, nothing is left to do");
		code = again->back ? EXITCODE_OK :
		    (enum exitcode)history->exit;
	} else {
		code = roll_resume(command, context, history, again, why);
	}
	standing_release(&standing);
	return (code);
}

/*
 * Takes the cluster's lock and reads the run once more, for another run may
 * have held the lock and gone on with it.
 */
static enum exitcode
lock_and_take_up(struct command *command, struct context *context,
    const char *id, const struct roll_again *again, struct failure *why)
{
	char *path = runs_lock_path(context->config, context->cluster->name);
	char *directory = runs_directory(context->config);
	struct history history = { 0 };
	struct filelock *lock = NULL;
	struct text owner = { 0 };
	enum exitcode code = EXITCODE_BUG;

	text_format(&owner, "run %s", id);
	if (fileio_make_directories(context->config->locks, 0755, why) == 0)
		lock = filelock_take(path, text_string(&owner),
		    command->wait, why);
	if (lock == NULL ||
	    history_read(directory, id, &history, why) == -1)
		code = why->code;
	else
		code = take_up(command, context, &history, again, why);
	history_release(&history);
	filelock_release(lock);
	text_release(&owner);
	free(directory);
	free(path);
	return (code);
}

static enum exitcode
run_again(struct command *command, struct failure *why)
{
	const struct own *own = command->own;
	const struct roll_again again = {
		.back = strcmp(command->verb, "rollback") == 0,
		.decided = own->decided,
	};
	struct context context = { 0 };
	struct history history = { 0 };
	enum exitcode code;

	if (command->operands[0] != NULL && command->operands[1] != NULL)
		return (command_misused(why, "one run at a time"));
	struct node_config *config = node_config_read(command->config, why);
	if (config == NULL || runs_find(config, command->operands[0],
	    &history, why) == -1 ||
	    context_open(&context, command, history.subject, why) == -1)
		code = why->code;
	else
		code = lock_and_take_up(command, &context, history.id,
		    &again, why);
	context_close(&context);
	history_release(&history);
	node_config_free(config);
	return (code);
}

const struct command_verb verb_resume = {
	.name = "resume", .operands = "[RUN]",
	.help = "go on with a run that was broken off or stopped",
	.common = COMMAND_WAIT | COMMAND_CONFIRM,
	.rows = rows, .size = sizeof(struct own),
	.option = take_option, .run = run_again,
};

const struct command_verb verb_rollback = {
	.name = "rollback", .operands = "[RUN]",
	.help = "put back what a run has done",
	.common = COMMAND_WAIT | COMMAND_CONFIRM,
	.rows = rows, .size = sizeof(struct own),
	.option = take_option, .run = run_again,
};
