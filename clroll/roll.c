#include <config.h>

#include "roll.h"

#include <stdlib.h>
#include <string.h>

#include "../libcore/base/failure.h"
#include "../libcore/base/memory.h"
#include "../libcore/base/text.h"
#include "../libcore/base/words.h"
#include "../libcore/format/jsonline.h"
#include "../libcore/run/again.h"
#include "../libcore/run/command.h"
#include "../libcore/run/execution.h"
#include "../libcore/run/given.h"
#include "../libcore/run/history.h"
#include "../libcore/run/plan.h"
#include "../libcore/run/procedure.h"
#include "../libcore/run/standing.h"
#include "../libcore/run/values.h"
#include "../libcore/system/fileio.h"
#include "../libsite/node_config.h"
#include "cluster.h"
#include "context.h"
#include "facts.h"
#include "outage.h"
#include "runs.h"
#include "team.h"

/* The roles that a step of a cluster's procedure may be on. */
static const char *const known_roles[] = {
	"standby", "active", "target", "all", NULL
};

/* ---- the plan ---------------------------------------------------------- */

/* Fills places with the nodes and the roles that values give them. */
static void
make_places(const struct cluster *cluster, const struct values *values,
    struct plan_place *places)
{
	const char *active = values_single(values, "active");
	const char *target = values_single(values, "target");

	for (size_t i = 0; i < cluster->count; i++) {
		const char *name = cluster->nodes[i].name;

		places[i].name = name;
		words_add(&places[i].roles, "all");
		words_add(&places[i].roles, active != NULL &&
		    strcmp(name, active) == 0 ? "active" : "standby");
		if (target != NULL && strcmp(name, target) == 0)
			words_add(&places[i].roles, "target");
	}
}

/*
 * Checks that the nodes are those of values, in their order: another order
 * would be another plan.
 */
static int
check_nodes(const struct cluster *cluster, const struct values *values,
    struct failure *why)
{
	const struct words *nodes = values_find(values, "nodes");
	bool same = nodes != NULL && nodes->count == cluster->count;
	struct text text = { 0 };

	for (size_t i = 0; same && i < cluster->count; i++)
		same = strcmp(nodes->list[i], cluster->nodes[i].name) == 0;
	if (same)
		return (0);
	if (nodes != NULL)
		words_join(nodes, ", ", &text);
	failure_set(why, EXITCODE_DATA, "the nodes of '%s' are not those that "
	    "the run began with: %s", cluster->name, text_string(&text));
	failure_hint(why, "name these, in this order, in %s", cluster->file);
	text_release(&text);
	return (-1);
}

static struct plan *
make_plan(const struct context *context, const struct procedure *procedure,
    const struct values *values, struct failure *why)
{
	const struct cluster *cluster = context->cluster;
	struct plan_tool tool = { .name = "cluster" };

	if (check_nodes(cluster, values, why) == -1)
		return (NULL);
	struct plan_place *places = memory_make(cluster->count,
	    sizeof(*places));
	char *script = context_adapter_input(context);
	context_adapter(&tool.prefix);
	tool.input = script;
	make_places(cluster, values, places);
	const struct plan_source source = { values, places, cluster->count,
	    &tool, 1 };
	struct plan *plan = plan_make(procedure, &source, why);
	for (size_t i = 0; i < cluster->count; i++)
		words_release(&places[i].roles);
	free(places);
	words_release(&tool.prefix);
	free(script);
	return (plan);
}

static struct procedure *
read_procedure(const struct context *context, const char *name,
    struct failure *why)
{
	struct words directories = { 0 };
	struct words facts = { 0 };
	struct words roles = { 0 };
	struct procedure *procedure = NULL;

	words_add(&directories, NQS_SYSCONFDIR "/nqstools/procedures");
	words_format(&directories, "%s/procedures", context->config->share);
	facts_names(&facts);
	words_add_list(&roles, known_roles);
	char *path = procedure_find(name, &directories, why);
	if (path != NULL)
		procedure = procedure_read(path, &facts, &roles, why);
	free(path);
	words_release(&directories);
	words_release(&facts);
	words_release(&roles);
	return (procedure);
}

int
roll_plan(const struct context *context, const char *name,
    const struct values *values, struct procedure **procedure,
    struct plan **plan, struct failure *why)
{
	struct words facts = { 0 };

	facts_names(&facts);
	*plan = NULL;
	*procedure = read_procedure(context, name, why);
	if (*procedure != NULL && given_check(values, *procedure, &facts,
	    why) == 0)
		*plan = make_plan(context, *procedure, values, why);
	words_release(&facts);
	if (*plan != NULL)
		return (0);
	procedure_free(*procedure);
	*procedure = NULL;
	return (-1);
}

int
roll_standing(const struct context *context, const struct history *history,
    struct standing *standing, struct failure *why)
{
	struct procedure *procedure = read_procedure(context,
	    history->procedure_path, why);
	struct plan *plan = NULL;

	*standing = (struct standing){ 0 };
	if (procedure != NULL)
		plan = make_plan(context, procedure, &history->values, why);
	procedure_free(procedure);
	return (plan == NULL ? -1 : standing_find(plan, history, standing,
	    why));
}

int
roll_state(const struct context *context, struct history *history,
    enum standing_state *state, struct failure *why)
{
	const int running = runs_look(context->config, history, why);
	struct standing standing = { 0 };
	int rc = running == -1 ? -1 : 0;

	*state = STANDING_RUNNING;
	if (rc == 0 && running == 0) {
		rc = roll_standing(context, history, &standing, why);
		if (rc == 0)
			*state = standing_state(&standing, history, false);
		standing_release(&standing);
	}
	return (rc);
}

/* Whether history has ended well; how, need not be looked at. */
static bool
is_over(const struct history *history)
{
	return (history->is_closed && (history->exit == EXITCODE_OK ||
	    history->exit == EXITCODE_FAILED));
}

int
roll_may_begin(const struct context *context, struct failure *why)
{
	const char *name = context->cluster->name;
	struct history history = { 0 };
	struct standing standing = { 0 };
	int rc = runs_find_latest(context->config, name, &history, why);

	if (rc == 1 && !is_over(&history)) {
		rc = roll_standing(context, &history, &standing, why);
		const enum standing_state state = rc == -1 ?
		    STANDING_NEEDS_PERSON : standing_state(&standing,
		    &history, false);
		const enum exitcode code = standing_code(state);

		if (rc == 0 && code != EXITCODE_OK && standing.has_effect) {
			failure_set(why, code, "run %s over %s is not over: "
			    "%s", history.id, name, standing_name(state));
			failure_hint(why, "go on by 'clroll resume %s', or "
			    "put it back by 'clroll rollback %s'",
			    history.id, history.id);
			rc = -1;
		}
	}
	standing_release(&standing);
	history_release(&history);
	return (rc == -1 ? -1 : 0);
}

/* ---- a life ------------------------------------------------------------ */

/* What a run watches besides its steps. */
struct watch {
	const struct cluster	*cluster;
	struct outage		*outage;
};

static void
begin_watch(void *cookie, struct execution *execution)
{
	struct watch *watch = cookie;

	watch->outage = outage_start(watch->cluster, execution->loop,
	    execution);
}

static void
end_watch(void *cookie, struct execution *execution)
{
	struct watch *watch = cookie;

	(void)execution;
	outage_stop(watch->outage);
	watch->outage = NULL;
}

static enum exitcode
run_over(struct execution *execution, struct context *context,
    struct failure *why)
{
	struct watch watch = { .cluster = context->cluster };

	execution->loop = context->team->loop;
	execution->sessions = context->team->sessions;
	execution->patience = context->cluster->patience;
	execution->begun = begin_watch;
	execution->ending = end_watch;
	execution->cookie = &watch;
	return (execution_run(execution, why));
}

enum exitcode
roll_begin(struct command *command, struct context *context,
    const char *name, const struct values *values, struct failure *why)
{
	const char *run = values_single(values, "run");
	struct procedure *procedure = NULL;
	struct plan *plan = NULL;
	char *directory = runs_directory(context->config);
	char *path = history_path(directory, run);
	enum exitcode code;

	if (roll_plan(context, name, values, &procedure, &plan, why) == -1 ||
	    fileio_make_directories(directory, 0700, why) == -1) {
		code = why->code;
	} else {
		struct jsonline *open = history_open_record(run,
		    context->cluster->file, procedure, values);
		struct execution execution = { .command = command,
		    .plan = plan, .path = path, .open = open };

		code = run_over(&execution, context, why);
		jsonline_free(open);
	}
	plan_free(plan);
	procedure_free(procedure);
	free(path);
	free(directory);
	return (code);
}

static enum exitcode
run_again(void *cookie, struct execution *execution, struct failure *why)
{
	struct context *context = cookie;

	if (facts_check_package(&execution->history->values, why) == -1)
		return (why->code);
	return (run_over(execution, context, why));
}

enum exitcode
roll_resume(struct command *command, struct context *context,
    const struct history *history, const struct again *again,
    struct failure *why)
{
	struct again_request request = { .command = command,
	    .again = again, .history = history, .run = run_again,
	    .cookie = context };
	struct procedure *procedure = read_procedure(context,
	    history->procedure_path, why);

	if (procedure != NULL)
		request.plan = make_plan(context, procedure,
		    &history->values, why);
	request.procedure = procedure;
	const enum exitcode code = request.plan == NULL ? why->code :
	    again_run(&request, why);
	procedure_free(procedure);
	return (code);
}
