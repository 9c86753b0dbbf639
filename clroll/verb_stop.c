#include <config.h>

#include <stdlib.h>
#include <string.h>

#include "../libcore/base/failure.h"
#include "../libcore/base/text.h"
#include "../libcore/base/words.h"
#include "../libcore/run/command.h"
#include "../libcore/run/follow.h"
#include "../libcore/run/history.h"
#include "../libcore/run/run_lock.h"
#include "../libcore/run/stop.h"
#include "../libcore/run/values.h"
#include "../libsite/node_config.h"
#include "cluster/context.h"
#include "roll/runs.h"
#include "verbs.h"

/* follow and stop: a run that was begun on this machine. */

/* What both do with the run at place. */
typedef enum exitcode what_with_run(struct command *command,
    const struct run_place *place, struct failure *why);

/* Does what with the run id, the latest when it is NULL. */
static enum exitcode
with_run(struct command *command, const struct node_config *config,
    const char *id, what_with_run *what, struct failure *why)
{
	struct history history = { 0 };

	if (runs_find(config, id, &history, why) == -1)
		return (why->code);
	const char *cluster = values_single(&history.values, "cluster");
	char *directory = runs_directory(config);
	char *lock = runs_lock_path(config, cluster == NULL ? "" : cluster);
	const struct run_place place = { directory, lock, history.id };
	const enum exitcode code = what(command, &place, why);

	free(lock);
	free(directory);
	history_release(&history);
	return (code);
}

/* Stops the run id, or the only one, of those that are under way. */
static enum exitcode
stop_one_of(struct command *command, const struct node_config *config,
    const char *id, const struct runs_under_way *runs, struct failure *why)
{
	char *directory = runs_directory(config);
	enum exitcode code = EXITCODE_OK;
	size_t at = 0;

	while (id != NULL && at < runs->ids.count &&
	    strcmp(runs->ids.list[at], id) != 0)
		at++;
	if (id == NULL && runs->ids.count > 1) {
		struct text ids = { 0 };

		words_join(&runs->ids, ", ", &ids);
		code = command_misused(why, "%zu runs are under way",
		    runs->ids.count);
		failure_hint(why, "name one of %s", text_string(&ids));
		text_release(&ids);
	} else if (at < runs->ids.count) {
		const struct run_place place = { directory,
		    runs->locks.list[at], runs->ids.list[at] };

		code = stop_run(command, &place, why);
	} else if (id == NULL) {
		code = stop_none(command, NULL, why);
	} else {
		code = with_run(command, config, id, stop_run, why);
	}
	free(directory);
	return (code);
}

static enum exitcode
stop(struct command *command, const struct node_config *config,
    const char *id, struct failure *why)
{
	struct runs_under_way runs = { 0 };
	const enum exitcode code = runs_find_under_way(config, &runs,
	    why) == -1 ? why->code :
	    stop_one_of(command, config, id, &runs, why);

	words_release(&runs.ids);
	words_release(&runs.locks);
	return (code);
}

static enum exitcode
run(struct command *command, struct failure *why)
{
	const char *id = command->operands[0];

	if (id != NULL && command->operands[1] != NULL)
		return (command_misused(why, "one run at a time"));
	struct node_config *config = node_config_read(command->config, why);
	if (config == NULL)
		return (why->code);
	const enum exitcode code = strcmp(command->verb, "stop") == 0 ?
	    stop(command, config, id, why) :
	    with_run(command, config, id, follow_run, why);
	node_config_free(config);
	return (code);
}

const struct command_verb verb_follow = {
	.name = "follow", .operands = "[RUN]",
	.help = "show a run while it goes on, and end as it ends",
	.run = run,
};

const struct command_verb verb_stop = {
	.name = "stop", .operands = "[RUN]",
	.help = "let the run that is under way stop at its next safe point",
	.common = COMMAND_WAIT,
	.run = run,
};
