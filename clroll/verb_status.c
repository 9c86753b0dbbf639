#include <config.h>

#include <stdlib.h>
#include <string.h>

#include "../libcore/base/failure.h"
#include "../libcore/base/message.h"
#include "../libcore/base/text.h"
#include "../libcore/base/words.h"
#include "../libcore/format/jsonline.h"
#include "../libcore/format/report.h"
#include "../libcore/run/command.h"
#include "../libcore/run/history.h"
#include "../libcore/run/standing.h"
#include "../libcore/run/values.h"
#include "../libsite/node_config.h"
#include "cluster/cluster.h"
#include "cluster/cluster_scheme.h"
#include "cluster/context.h"
#include "cluster/look.h"
#include "cluster/roles.h"
#include "cluster/team.h"
#include "roll/roll.h"
#include "roll/runs.h"
#include "verbs.h"

/* status: how a run stands, or a cluster; nothing is changed. */

/* ---- a cluster ------------------------------------------------------- */

/* Says where a group is. */
static enum exitcode
show_group(struct command *command, struct context *context, size_t at)
{
	const struct cluster *cluster = context->cluster;
	const struct cluster_group *group = &cluster->groups[at];
	struct role role = { .group = at };
	struct failure why = { 0 };

	if (context_find_holder(context, CONTEXT_ANY, &role, &why) == -1) {
		message_failure(&why);
		return (why.code);
	}
	struct jsonline *event = jsonline_make();
	const char *active = cluster->nodes[role.active].name;

	jsonline_set_string(event, "event", "cluster");
	jsonline_set_string(event, "cluster", cluster->name);
	jsonline_set_string(event, "group", group->name);
	jsonline_set_string(event, "active", active);
	jsonline_set_string(event, "home", group->home);
	report_line(&command->report, event, "%s: group %s is on %s, %s",
	    cluster->name, group->name, active,
	    strcmp(active, group->home) == 0 ? "its home" :
	    "away from its home");
	jsonline_free(event);
	return (EXITCODE_OK);
}

/*
 * Says where the groups are.  That one is nowhere, or that nobody knows, keeps
 * nothing else from being said.
 */
static enum exitcode
show_groups(struct command *command, struct context *context)
{
	enum exitcode code = EXITCODE_OK;

	for (size_t at = 0; at < context->cluster->group_count; at++)
		code = exitcode_worse(code, show_group(command, context, at));
	return (code);
}

/* Makes one line of what "nqsupd status --json" said. */
static enum exitcode
read_run(const struct team_answer *answer, struct text *line)
{
	struct words lines = { 0 };

	words_split(&lines, text_string(&answer->output), '\n');
	for (size_t i = 0; i < lines.count && line->length == 0; i++) {
		struct failure ignored = { 0 };
		struct jsonline *event = jsonline_read(lines.list[i],
		    strlen(lines.list[i]), &ignored);
		const char *name = event == NULL ? NULL :
		    jsonline_string(event, "event");

		const char *state = event == NULL ? NULL :
		    jsonline_string(event, "state");
		const char *run = event == NULL ? NULL :
		    jsonline_string(event, "run");

		if (name != NULL && strcmp(name, "run") == 0 &&
		    state != NULL && run != NULL) {
			text_add_masked(line, state, strlen(state));
			text_add(line, ": ");
			text_add_masked(line, run, strlen(run));
		} else if (name != NULL && strcmp(name, "end") == 0 &&
		    answer->end.code == 0) {
			text_add(line, "none yet");
		}
		jsonline_free(event);
	}
	words_release(&lines);
	switch (answer->end.code) {
	case EXITCODE_OK:
	case EXITCODE_STOPPED:
	case EXITCODE_NEEDS_PERSON:
		return ((enum exitcode)answer->end.code);
	default:
		return (EXITCODE_FAILED);
	}
}

/*
 * Makes one line of what "nqsupd claim --json" said.  A claim is nothing bad,
 * but for one that nobody renews any more.
 */
static enum exitcode
read_claim(const struct team_answer *answer, struct text *line)
{
	struct words lines = { 0 };
	bool is_alive = true;

	words_split(&lines, text_string(&answer->output), '\n');
	for (size_t i = 0; i < lines.count && line->length == 0; i++) {
		struct failure ignored = { 0 };
		struct jsonline *event = jsonline_read(lines.list[i],
		    strlen(lines.list[i]), &ignored);

		if (event != NULL && strcmp(jsonline_text(event, "event"),
		    "claim") == 0) {
			is_alive = jsonline_boolean(event, "alive", true);
			text_add(line, is_alive ? "run " : "dead: run ");
			jsonline_add_masked(event, "run", line);
			text_add(line, ", ");
			jsonline_add_masked(event, "from", line);
		}
		jsonline_free(event);
	}
	words_release(&lines);
	if (line->length == 0 && answer->end.code == 0)
		text_add(line, "free");
	return (line->length == 0 ? EXITCODE_FAILED : is_alive ?
	    EXITCODE_OK : EXITCODE_DIFFERS);
}

/* Whether a run that stands like state may have left what it takes away. */
static bool
may_take_away(enum standing_state state)
{
	return (state == STANDING_RUNNING ||
	    standing_code(state) == EXITCODE_STOPPED ||
	    standing_code(state) == EXITCODE_NEEDS_PERSON);
}

/*
 * Says how the latest run of clroll over this cluster stands, and that what
 * maintenance has left may be its own.
 */
static enum exitcode
show_latest_run(struct command *command, const struct context *context,
    bool has_residue, struct failure *why)
{
	const char *name = context->cluster->name;
	struct history history = { 0 };
	enum standing_state state = STANDING_NOT_BEGUN;
	int rc = runs_find_latest(context->config, name, &history, why);

	if (rc == 1)
		rc = roll_state(context, &history, &state, why);
	if (rc == -1) {
		history_release(&history);
		return (why->code);
	}
	struct jsonline *event = jsonline_make();

	jsonline_set_string(event, "event", "run");
	jsonline_set_string(event, "cluster", name);
	jsonline_set_string(event, "state", standing_name(state));
	if (history.id != NULL) {
		jsonline_set_string(event, "run", history.id);
		jsonline_set_string(event, "procedure", history.procedure);
		jsonline_set_string(event, "begun", history.begun);
		report_line(&command->report, event, "%s: last run %s: %s",
		    name, history.id, standing_name(state));
	} else {
		report_line(&command->report, event,
		    "%s: no run from this machine yet", name);
	}
	if (has_residue && may_take_away(state))
		report_line(&command->report, NULL, "        it may be what "
		    "has left the residue, and takes it away\n        when it "
		    "goes on to its end, or back");
	if (standing_code(state) != EXITCODE_OK &&
	    command->report.form == REPORT_TEXT)
		report_line(&command->report, NULL,
		    "next: clroll status %s", history.id);
	jsonline_free(event);
	history_release(&history);
	return (standing_code(state));
}

static enum exitcode
show_cluster(struct command *command, struct context *context,
    struct failure *why)
{
	static const char *const query[] = { "nqsupd", "package", "query",
	    NULL };
	static const char *const status[] = { "nqsupd", "status", "--json",
	    NULL };
	static const char *const claim[] = { "nqsupd", "claim", "--json",
	    NULL };
	const char *const health[] = { "health", NULL };
	const struct look looks[] = {
		{ .what = "packages", .argv = query, .is_first = true },
		{ .what = "run", .argv = status, .read = read_run },
		{ .what = "claim", .argv = claim, .read = read_claim },
		{ .what = "health", .argv = health, .by_adapter = true,
		    .good = "good" },
	};
	enum exitcode code = show_groups(command, context);

	for (size_t i = 0; i < sizeof(looks) / sizeof(looks[0]) &&
	    why->message[0] == '\0'; i++)
		code = exitcode_worse(code, look_at(command, context,
		    &looks[i], why));
	const enum exitcode residue = why->message[0] != '\0' ? EXITCODE_OK :
	    look_at_residue(command, context, "none", why);
	code = exitcode_worse(code, residue);
	if (why->message[0] == '\0')
		code = exitcode_worse(code, show_latest_run(command, context,
		    residue == EXITCODE_DIFFERS, why));
	return (code);
}

/* ---- a run ----------------------------------------------------------- */

/*
 * Says how the run of history stands: by its journal alone when its cluster's
 * file is gone, or another one.
 */
static enum exitcode
show_run(struct command *command, struct node_config *config,
    struct history *history, struct failure *why)
{
	struct context context = { .config = config };
	const struct scheme scheme = cluster_scheme(&context);
	struct standing standing = { 0 };
	struct failure gone = { 0 };
	enum exitcode code;
	const int running = runs_look(config, history, why);

	if (running == -1)
		return (why->code);
	context.cluster = cluster_read(history->subject, config->clusters,
	    &gone);
	if (scheme_standing(context.cluster == NULL ? NULL : &scheme, history,
	    &standing, why) == -1) {
		code = why->code;
	} else {
		const enum standing_state state = standing_state(&standing,
		    history, running == 1);

		if (context.cluster == NULL) {
			failure_hint(&gone, "mend or bring back %s",
			    history->subject);
			standing.missing = gone;
		}
		standing_show(&standing, history, state, "clroll",
		    &command->report);
		code = standing_code(state);
	}
	standing_release(&standing);
	cluster_free(context.cluster);
	return (code);
}

/*
 * Says which runs have no journal, as no run has: one was refused, or is only
 * prepared yet, or was broken off then, and may hold its nodes.
 */
static void
show_unbegun(struct command *command, const struct node_config *config)
{
	struct words clusters = { 0 };
	struct failure why = { 0 };

	if (runs_list_clusters(config, &clusters, &why) == -1)
		message_failure(&why);
	for (size_t i = 0; i < clusters.count; i++) {
		const char *cluster = clusters.list[i];
		struct words ids = { 0 };

		if (runs_of(config, cluster, &ids, &why) == 0 && ids.count > 0)
			report_line(&command->report, NULL, "also:   run %s "
			    "over %s has not begun;\n        whether it holds "
			    "its nodes says: clroll lock %s",
			    ids.list[ids.count - 1], cluster, cluster);
		words_release(&ids);
	}
	words_release(&clusters);
}

/* status [RUN]: the latest run, unless one is named. */
static enum exitcode
run_status_of_run(struct command *command, struct node_config *config,
    struct failure *why)
{
	char *directory = runs_directory(config);
	struct history history = { 0 };
	enum exitcode code = EXITCODE_OK;
	const int rc = history_read(directory, command->operands[0], &history,
	    why);

	free(directory);
	if (rc == -1) {
		code = why->code;
	} else if (rc == 0) {
		report_line(&command->report, NULL, "there is no run yet");
		show_unbegun(command, config);
	} else {
		code = show_run(command, config, &history, why);
	}
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
	    (runs_is_run(config, command->operands[0]) &&
	    command->operands[1] == NULL))
		code = run_status_of_run(command, config, why);
	else
		code = context_for_each(command, show_cluster, why);
	node_config_free(config);
	return (code);
}

const struct command_verb verb_status = {
	.name = "status", .operands = "[RUN | CLUSTER...]",
	.help = "say how a run, or a cluster, stands",
	.run = run_status,
};
