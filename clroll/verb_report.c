#include <config.h>

#include "../libcore/base/failure.h"
#include "../libcore/run/account_verb.h"
#include "../libcore/run/command.h"
#include "../libcore/run/history.h"
#include "../libsite/node_config.h"
#include "cluster/cluster.h"
#include "cluster/cluster_scheme.h"
#include "cluster/context.h"
#include "roll/runs.h"
#include "verbs.h"

/* report: what a run has done, for who was not there. */

/* Reports the run, also when its cluster's file is gone. */
static enum exitcode
report_run(struct command *command, struct node_config *config,
    struct history *history, struct failure *why)
{
	struct context context = { .config = config };
	const struct scheme scheme = cluster_scheme(&context);
	struct failure ignored = { 0 };
	const int running = runs_look(config, history, why);
	enum exitcode code;

	if (running == -1)
		return (why->code);
	context.cluster = cluster_read(history->subject, config->clusters,
	    &ignored);
	code = account_report(command, history, context.cluster == NULL ?
	    NULL : &scheme, running == 1, why);
	cluster_free(context.cluster);
	return (code);
}

static enum exitcode
run_report(struct command *command, struct failure *why)
{
	struct history history = { 0 };
	enum exitcode code;

	if (command->operands[0] != NULL && command->operands[1] != NULL)
		return (command_misused(why, "one run at a time"));
	struct node_config *config = node_config_read(command->config, why);
	if (config == NULL ||
	    runs_find(config, command->operands[0], &history, why) == -1)
		code = why->code;
	else
		code = report_run(command, config, &history, why);
	history_release(&history);
	node_config_free(config);
	return (code);
}

const struct command_verb verb_report = {
	.name = "report", .operands = "[RUN]",
	.help = "tell all that a run did, for a record of it",
	.rows = account_rows, .size = sizeof(struct account_options),
	.option = account_take_option, .run = run_report,
};
