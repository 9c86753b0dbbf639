#include <config.h>

#include <stdlib.h>
#include <string.h>

#include "../libcore/base/failure.h"
#include "../libcore/base/words.h"
#include "../libcore/run/again.h"
#include "../libcore/run/command.h"
#include "../libcore/run/history.h"
#include "../libcore/run/stop_signals.h"
#include "../libcore/system/filelock.h"
#include "../libsite/node_config.h"
#include "claim.h"
#include "detach.h"
#include "life.h"
#include "named.h"
#include "node.h"
#include "verbs.h"

/* resume and rollback: a run is taken up again. */

enum { OPTION_DETACH = AGAIN_OPTION_APPROVE + 1, OPTION_INSIST };

#define INSIST_ROW	{ OPTION_INSIST, "insist", NULL, \
	    "believe --step, whatever verifies that step says" }

static const struct options_row rows[] = {
	DETACH_ROW(OPTION_DETACH), AGAIN_ROW_STEP, INSIST_ROW,
	AGAIN_ROW_LEAVE, { 0 }
};

static const struct options_row back_rows[] = {
	DETACH_ROW(OPTION_DETACH), AGAIN_ROW_STEP, INSIST_ROW, { 0 }
};

struct own {
	struct again	again;
	bool		detach;
};

static int
take_option(void *into, int letter, const char *argument,
    struct failure *why)
{
	struct own *own = into;

	if (letter == OPTION_DETACH)
		own->detach = true;
	else if (letter == OPTION_INSIST)
		own->again.insists = true;
	else
		return (again_take_option(&own->again, letter, argument,
		    why));
	return (0);
}

static enum exitcode
read_and_take_up(struct command *command, const struct node_config *config,
    const char *id, const struct again *again, struct failure *why)
{
	struct history history = { 0 };
	char *directory = life_directory(config);
	const int rc = life_check_directory(config, why) == -1 ? -1 :
	    history_read(directory, id, &history, why);
	enum exitcode code;

	if (rc == 1)
		code = life_resume(command, config, &history, again, why);
	else
		code = rc == -1 ? why->code :
		    history_refuse_absent(directory, id, why);
	free(directory);
	history_release(&history);
	return (code);
}

/* Takes the lock as run id, and then the run up. */
static enum exitcode
lock_and_take_up(struct command *command, const struct node_config *config,
    const char *id, const struct again *again, struct failure *why)
{
	struct filelock *lock = claim_lock_node(config, id, command->wait,
	    why);
	if (lock == NULL)
		life_hint_at_holder(config, command->wait > 0, why);
	else
		stop_signals_hold();
	const enum exitcode code = lock == NULL ? why->code :
	    read_and_take_up(command, config, id, again, why);

	filelock_release(lock);
	stop_signals_drop();
	return (code);
}

/* Refuses to take up an earlier run for the latest, which never began. */
static int
check_latest(const struct node_config *config, const char *id,
    struct failure *why)
{
	struct words unbegun = { 0 };
	int rc = id != NULL ? 0 : life_list_unbegun(config, &unbegun, why);

	if (rc == 0 && unbegun.count > 0) {
		failure_set(why, EXITCODE_FAILED, "run %s, the latest, never "
		    "began: it was broken off before, and nothing was done",
		    unbegun.list[0]);
		failure_hint(why, "begin it as at first; if another run is "
		    "meant, name it");
		rc = -1;
	}
	words_release(&unbegun);
	return (rc);
}

static enum exitcode
run_again(struct command *command, struct failure *why)
{
	struct own *own = command->own;
	struct node_config *config = NULL;
	char *id = NULL;
	enum exitcode code = EXITCODE_OK;
	int rc = -1;

	own->again.back = strcmp(command->verb, "rollback") == 0;
	own->again.aside = own->detach;
	if (command->operands[0] != NULL && command->operands[1] != NULL)
		return (command_misused(why, "one run at a time"));
	if (own->again.insists && own->again.decided == NULL)
		return (command_misused(why, "--insist is for --step"));
	config = node_config_read(command->config, why);
	if (config != NULL &&
	    check_latest(config, command->operands[0], why) == 0)
		id = life_find(config, command->operands[0], why);
	const bool had_ended = id != NULL && (own->again.back ?
	    named_is_undone(config, id) : named_has_ended(config, id));
	if (id != NULL)
		rc = detach_run(command, config, id, own->detach, why);
	/* What was decided before a question is done. */
	if (command->answered.count > 0)
		own->again.decided = NULL;
	if (rc == -1)
		code = why->code;
	else if (rc == 0)
		code = lock_and_take_up(command, config, id, &own->again,
		    why);
	else
		named_tell_detached(command, id, had_ended);
	free(id);
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
	.rows = back_rows, .size = sizeof(struct own),
	.option = take_option, .run = run_again,
};
