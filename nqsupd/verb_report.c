#include <config.h>

#include "../libcore/base/failure.h"
#include "../libcore/run/account_verb.h"
#include "../libcore/run/command.h"
#include "../libcore/run/history.h"
#include "../libsite/node_config.h"
#include "life.h"
#include "node_scheme.h"
#include "verbs.h"
#include "way_back.h"

/* report: what a run has done, for who was not there. */

static enum exitcode
report_run(struct command *command, const struct node_config *config,
    struct failure *why)
{
	const char *id = command->operands[0];
	const struct scheme scheme = node_scheme(config);
	struct history history = { 0 };
	bool running = false;
	const int rc = life_read(config, id, &history, &running, why);
	enum exitcode code;

	if (rc == 1) {
		code = account_report(command, &history, &scheme, running,
		    why);
		if (!running)
			way_back_warn(&history);
	} else if (rc == -1) {
		code = why->code;
	} else {
		code = life_refuse_absent(config, id, why);
	}
	history_release(&history);
	return (code);
}

static enum exitcode
run_report(struct command *command, struct failure *why)
{
	if (command->operands[0] != NULL && command->operands[1] != NULL)
		return (command_misused(why, "one run at a time"));
	struct node_config *config = node_config_read(command->config, why);
	const enum exitcode code = config == NULL ? why->code :
	    report_run(command, config, why);
	node_config_free(config);
	return (code);
}

const struct command_verb verb_report = {
	.name = "report", .operands = "[RUN]",
	.help = "tell all that a run did, for a record of it",
	.rows = account_rows, .size = sizeof(struct account_options),
	.option = account_take_option, .run = run_report,
};
