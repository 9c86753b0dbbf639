#include <config.h>

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../libcore/base/clock.h"
#include "../libcore/base/failure.h"
#include "../libcore/base/memory.h"
#include "../libcore/run/again.h"
#include "../libcore/run/command.h"
#include "../libcore/run/history.h"
#include "../libcore/run/question.h"
#include "../libcore/run/run_lock.h"
#include "../libcore/run/stop_signals.h"
#include "../libcore/system/fileio.h"
#include "../libcore/system/filelock.h"
#include "../libsite/node_config.h"
#include "cluster/cluster.h"
#include "cluster/context.h"
#include "roll/roll.h"
#include "roll/runs.h"
#include "verbs.h"

/* resume and rollback: a run is taken up again. */

static const struct options_row resume_rows[] = {
	AGAIN_ROW_APPROVE, AGAIN_ROW_STEP, AGAIN_ROW_LEAVE, { 0 }
};

/*
 * Takes the cluster's lock and reads the run once more, for another run may
 * have held the lock and gone on with it.
 */
static enum exitcode
lock_and_take_up(struct command *command, struct context *context,
    const char *id, const struct again *again, struct failure *why)
{
	char *path = runs_lock_path(context->config, context->cluster->name);
	char *directory = runs_directory(context->config);
	struct history history = { 0 };
	struct filelock *lock = NULL;
	char *owner = run_lock_owner(id);
	const int64_t begun = clock_monotonic();
	enum exitcode code;

	if (fileio_make_directories(context->config->locks, 0755, why) == 0)
		lock = filelock_take(path, owner, command->wait, why);
	if (lock == NULL)
		run_lock_hint(path, "clroll", command->wait > 0, why);
	else
		stop_signals_hold();
	command_has_waited(command, begun);
	if (lock == NULL ||
	    history_read(directory, id, &history, why) == -1)
		code = why->code;
	else
		code = roll_resume(command, context, &history, again, why);
	history_release(&history);
	filelock_release(lock);
	stop_signals_drop();
	free(owner);
	free(directory);
	free(path);
	return (code);
}

/* Which run was taken up, and the folder of its journal, or NULL. */
struct found {
	char	*id;
	char	*directory;
};

/* Takes the run id up, the latest when it is NULL; fills found. */
static enum exitcode
take_up(struct command *command, const char *id, const struct again *again,
    struct found *found, struct failure *why)
{
	struct node_config *config = node_config_read(command->config, why);
	struct context context = { 0 };
	struct history history = { 0 };
	enum exitcode code;

	if (config == NULL || runs_find(config, id, &history, why) == -1 ||
	    context_open(&context, command, history.subject, why) == -1)
		code = why->code;
	else
		code = lock_and_take_up(command, &context, history.id,
		    again, why);
	context_close(&context);
	if (history.id != NULL) {
		found->id = memory_copy_string(history.id);
		found->directory = runs_directory(config);
	}
	history_release(&history);
	node_config_free(config);
	return (code);
}

static void
release_found(struct found *found)
{
	free(found->id);
	free(found->directory);
}

enum exitcode
verb_again_ask(struct command *command, const char *directory,
    const char *id, enum exitcode code, struct failure *why)
{
	const struct again forward = { 0 };

	while (command->asks && directory != NULL &&
	    code == EXITCODE_STOPPED &&
	    question_ask(command, directory, id, getpid())) {
		struct found found = { 0 };

		*why = (struct failure){ 0 };
		code = take_up(command, id, &forward, &found, why);
		release_found(&found);
	}
	return (code);
}

static enum exitcode
run_again(struct command *command, struct failure *why)
{
	struct again *again = command->own;
	struct found found = { 0 };

	again->back = strcmp(command->verb, "rollback") == 0;
	if (command->operands[0] != NULL && command->operands[1] != NULL)
		return (command_misused(why, "one run at a time"));
	if (again->approved != NULL && again->leave != NULL)
		return (command_misused(why, "what is left goes on by no plan, "
		    "so that --approve is not for --leave"));
	command->asks = question_can_ask(command);
	enum exitcode code = take_up(command, command->operands[0], again,
	    &found, why);
	code = verb_again_ask(command, found.directory, found.id, code, why);
	release_found(&found);
	return (code);
}

const struct command_verb verb_resume = {
	.name = "resume", .operands = "[RUN]",
	.help = "go on with a run that was broken off or stopped",
	.common = COMMAND_WAIT | COMMAND_CONFIRM,
	.rows = resume_rows, .size = sizeof(struct again),
	.option = again_take_option, .run = run_again,
};

const struct command_verb verb_rollback = {
	.name = "rollback", .operands = "[RUN]",
	.help = "put back what a run has done",
	.common = COMMAND_WAIT | COMMAND_CONFIRM,
	.rows = again_back_rows, .size = sizeof(struct again),
	.option = again_take_option, .run = run_again,
};
