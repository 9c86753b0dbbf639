#include <config.h>

#include <inttypes.h>
#include <string.h>

#include "../libcore/base/clock.h"
#include "../libcore/base/failure.h"
#include "../libcore/format/jsonline.h"
#include "../libsite/node_config.h"
#include "node.h"
#include "site.h"
#include "transient.h"
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

/* Counts what an upgrade does not carry over of the named sites. */
static enum exitcode
count(struct command *command, const struct node_config *config,
    struct failure *why)
{
	for (char **name = command->operands + 1; *name != NULL; name++) {
		const struct node_site *site = node_site_named(config, *name,
		    why);

		if (site == NULL)
			return (EXITCODE_USAGE);
		for (size_t i = 0; i < site->transient_count; i++) {
			const char *what = site->transients[i].name;
			const int64_t number = transient_count(
			    &site->transients[i], why);
			if (number == -1)
				return (EXITCODE_OK);
			struct jsonline *event = jsonline_make();

			jsonline_set_string(event, "event", "count");
			jsonline_set_string(event, "site", site->name);
			jsonline_set_string(event, "what", what);
			jsonline_set_integer(event, "count", number);
			report_line(&command->report, event,
			    "%s: %" PRId64 " %s", site->name, number, what);
			jsonline_free(event);
		}
	}
	return (EXITCODE_OK);
}

/* Looks at the operands.  Returns what is wrong with them, or OK. */
static enum exitcode
look_at_operands(char **operands, struct failure *why)
{
	if (operands[0] == NULL)
		return (command_misused(why,
		    "'start', 'stop' or 'count' is missing"));
	if (strcmp(operands[0], "start") != 0 &&
	    strcmp(operands[0], "stop") != 0 &&
	    strcmp(operands[0], "count") != 0)
		return (command_misused(why,
		    "'%s' is neither 'start', 'stop' nor 'count'",
		    operands[0]));
	if (operands[1] == NULL)
		return (command_misused(why, "the site is missing"));
	if (operands[2] != NULL && strcmp(operands[0], "count") != 0)
		return (command_misused(why, "one site at a time, not '%s'",
		    operands[2]));
	return (EXITCODE_OK);
}

static enum exitcode
run(struct command *command, struct failure *why)
{
	const enum exitcode wrong = look_at_operands(command->operands, why);

	if (wrong != EXITCODE_OK)
		return (wrong);
	struct node_config *config = node_config_read(command->config, why);
	if (config == NULL)
		return (EXITCODE_OK);
	const char *action = command->operands[0];
	const enum exitcode code = strcmp(action, "count") == 0 ?
	    count(command, config, why) : bring(command, config,
	    strcmp(action, "start") == 0 ? SITES_RUNNING : SITES_STOPPED, why);
	node_config_free(config);
	return (code);
}

const struct command_verb verb_site = {
	.name = "site",
	.operands = "start|stop SITE | count SITE...",
	.help = "start or stop a site and wait until it is so; count requests",
	.common = COMMAND_TIMEOUT,
	.run = run,
};
