#include <config.h>

#include <string.h>

#include "../libcore/base/failure.h"
#include "../libcore/format/jsonline.h"
#include "../libcore/format/report.h"
#include "../libcore/run/command.h"
#include "../libcore/run/history.h"
#include "../libcore/run/standing.h"
#include "../libsite/node_config.h"
#include "cluster.h"
#include "context.h"
#include "look.h"
#include "roles.h"
#include "roll.h"
#include "runs.h"
#include "verbs.h"

/* check and status: clusters are looked at, nothing is changed. */

/* Asks the adapter for verb, of the cluster's group when about_group. */
static enum exitcode
ask_adapter(struct command *command, struct context *context,
    const char *verb, bool about_group, struct failure *why)
{
	const char *const argv[] = { verb,
	    about_group ? context->cluster->group : NULL, NULL };
	const struct look look = { .what = verb, .argv = argv,
	    .by_adapter = true, .good = "good" };

	return (look_at(command, context, &look, why));
}

static enum exitcode
check_cluster(struct command *command, struct context *context,
    struct failure *why)
{
	static const char *const argv[] = { "nqsupd", "check", "environment",
	    "clients", "processes", "space", "lock", NULL };
	static const struct look node = { .what = "node", .argv = argv,
	    .good = "good" };
	struct roles roles;

	if (context_find_roles(context, NULL, CONTEXT_ANY, &roles,
	    why) == -1)
		return (why->code);
	enum exitcode code = ask_adapter(command, context, "health", false,
	    why);
	if (why->message[0] == '\0')
		code = exitcode_worse(code, ask_adapter(command, context,
		    "residue", true, why));
	if (why->message[0] == '\0')
		code = exitcode_worse(code, look_at(command, context, &node,
		    why));
	return (code);
}

/* Says where the group is. */
static enum exitcode
show_group(struct command *command, struct context *context,
    struct failure *why)
{
	const struct cluster *cluster = context->cluster;
	struct jsonline *event = jsonline_make();
	struct roles roles;
	enum exitcode code = EXITCODE_OK;

	if (context_find_roles(context, NULL, CONTEXT_ANY, &roles,
	    why) == -1) {
		code = why->code;
	} else {
		const char *active = cluster->nodes[roles.active].name;

		jsonline_set_string(event, "event", "cluster");
		jsonline_set_string(event, "cluster", cluster->name);
		jsonline_set_string(event, "group", cluster->group);
		jsonline_set_string(event, "active", active);
		jsonline_set_string(event, "home", cluster->home);
		report_line(&command->report, event,
		    "%s: group %s is on %s%s", cluster->name, cluster->group,
		    active, strcmp(active, cluster->home) == 0 ? "" :
		    ", away from its home");
	}
	jsonline_free(event);
	return (code);
}

static enum exitcode
show_cluster(struct command *command, struct context *context,
    struct failure *why)
{
	static const char *const query[] = { "nqsupd", "package", "query",
	    NULL };
	static const struct look release = { .what = "packages",
	    .argv = query };
	static const char *const status[] = { "nqsupd", "status", NULL };
	static const struct look run = { .what = "run", .argv = status };
	enum exitcode code = show_group(command, context, why);

	if (why->message[0] == '\0')
		code = look_at(command, context, &release, why);
	if (why->message[0] == '\0')
		code = exitcode_worse(code, look_at(command, context, &run,
		    why));
	return (code);
}

/* Does what for each of the clusters named. */
static enum exitcode
for_each(struct command *command,
    enum exitcode (*what)(struct command *, struct context *,
    struct failure *), struct failure *why)
{
	enum exitcode code = EXITCODE_OK;

	for (char **name = command->operands; *name != NULL &&
	    why->message[0] == '\0'; name++) {
		struct context context;

		if (context_open(&context, command, *name, why) == -1)
			code = exitcode_worse(code, why->code);
		else
			code = exitcode_worse(code, what(command, &context,
			    why));
		context_close(&context);
	}
	return (code);
}

static enum exitcode
run_check(struct command *command, struct failure *why)
{
	if (command->operands[0] == NULL)
		return (command_misused(why, "no cluster is named"));
	return (for_each(command, check_cluster, why));
}

/* Says how the run of history stands. */
static enum exitcode
show_run(struct command *command, struct node_config *config,
    const struct history *history, struct failure *why)
{
	struct context context = { .config = config };
	struct standing standing = { 0 };
	enum exitcode code = EXITCODE_FAILED;

	context.cluster = cluster_read(history->subject, config->clusters,
	    why);
	const int running = context.cluster == NULL ? -1 :
	    runs_is_running(config, history, why);
	if (running == -1 ||
	    roll_standing(&context, history, &standing, why) == -1) {
		code = why->code;
	} else {
		const enum standing_state state = standing_state(&standing,
		    history, running == 1);

		standing_show(&standing, history, state, "clroll",
		    &command->report);
		code = standing_code(state);
	}
	standing_release(&standing);
	cluster_free(context.cluster);
	return (code);
}

/* status [RUN]: the latest run, unless one is named. */
static enum exitcode
run_status_of_run(struct command *command, struct node_config *config,
    struct failure *why)
{
	struct history history = { 0 };
	enum exitcode code;

	if (runs_find(config, command->operands[0], &history, why) == -1)
		code = why->code;
	else
		code = show_run(command, config, &history, why);
	history_release(&history);
	return (code);
}

/* status CLUSTER... when the first operand is no run. */
static enum exitcode
run_status(struct command *command, struct failure *why)
{
	struct node_config *config = node_config_read(command->config, why);
	enum exitcode code;

	if (config == NULL)
		return (why->code);
	if (command->operands[0] == NULL ||
	    runs_is_run(config, command->operands[0]))
		code = run_status_of_run(command, config, why);
	else
		code = for_each(command, show_cluster, why);
	node_config_free(config);
	return (code);
}

const struct command_verb verb_check = {
	.name = "check", .operands = "CLUSTER...",
	.help = "say whether a patch could begin; change nothing",
	.run = run_check,
};

const struct command_verb verb_status = {
	.name = "status", .operands = "[RUN | CLUSTER...]",
	.help = "say how a run, or a cluster, stands",
	.run = run_status,
};
