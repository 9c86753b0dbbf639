#include <config.h>

#include <string.h>

#include "../libcore/base/clock.h"
#include "../libcore/base/failure.h"
#include "../libcore/format/jsonline.h"
#include "../libsite/node_config.h"
#include "node.h"
#include "site.h"
#include "verbs.h"

static const int64_t default_timeout = 120 * CLOCK_SECOND;

static void
print(struct command *command, const char *site, enum sites_expect to,
    bool changed)
{
	const char *state = to == SITES_RUNNING ? "running" : "stopped";
	struct jsonline *event = jsonline_make();

	jsonline_set_string(event, "event", "site");
	jsonline_set_string(event, "site", site);
	jsonline_set_string(event, "state", state);
	jsonline_set_boolean(event, "changed", changed);
	report_line(&command->report, event, "site '%s' is %s%s", site,
	    changed ? "" : "already ", state);
	command->report.changed = changed;
	jsonline_free(event);
}

static enum exitcode
bring(struct command *command, const struct node_config *config,
    enum sites_expect to, struct failure *why)
{
	const struct node_site *site = node_site_named(config,
	    command->operands[1], why);

	if (site == NULL)
		return (EXITCODE_USAGE);
	const int rc = site_bring(config, site, to, command->timeout != 0 ?
	    command->timeout : default_timeout, why);
	if (rc != -1)
		print(command, site->name, to, rc == 1);
	return (EXITCODE_OK);
}

static enum exitcode
run(struct command *command, struct failure *why)
{
	char **operands = command->operands;
	enum sites_expect to = SITES_ANY;

	if (operands[0] == NULL)
		return (command_misused(why, "'start' or 'stop' is missing"));
	if (strcmp(operands[0], "start") == 0)
		to = SITES_RUNNING;
	else if (strcmp(operands[0], "stop") == 0)
		to = SITES_STOPPED;
	else
		return (command_misused(why,
		    "'%s' is neither 'start' nor 'stop'", operands[0]));
	if (operands[1] == NULL)
		return (command_misused(why, "the site is missing"));
	if (operands[2] != NULL)
		return (command_misused(why, "one site at a time, not '%s'",
		    operands[2]));
	struct node_config *config = node_config_read(command->config, why);
	if (config == NULL)
		return (EXITCODE_OK);
	const enum exitcode code = bring(command, config, to, why);
	node_config_free(config);
	return (code);
}

const struct command_verb verb_site = {
	.name = "site",
	.operands = "start|stop SITE",
	.help = "start or stop a site and wait until it is so",
	.common = COMMAND_TIMEOUT,
	.run = run,
};
