#include <config.h>

#include "roll.h"

#include <stdlib.h>
#include <string.h>

#include "../libcore/base/failure.h"
#include "../libcore/base/memory.h"
#include "../libcore/base/words.h"
#include "../libcore/format/jsonline.h"
#include "../libcore/run/command.h"
#include "../libcore/run/execution.h"
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

static struct plan *
make_plan(const struct context *context, const struct procedure *procedure,
    const struct values *values, struct failure *why)
{
	const struct cluster *cluster = context->cluster;
	struct plan_place *places = memory_make(cluster->count,
	    sizeof(*places));
	struct plan_tool tool = { .name = "cluster" };
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

int
roll_plan(const struct context *context, const char *name,
    const struct values *values, struct procedure **procedure,
    struct plan **plan, struct failure *why)
{
	struct words directories = { 0 };
	struct words facts = { 0 };
	struct words roles = { 0 };

	*procedure = NULL;
	*plan = NULL;
	words_add(&directories, NQS_SYSCONFDIR "/nqstools/procedures");
	words_format(&directories, "%s/procedures", context->config->share);
	facts_names(&facts);
	words_add_list(&roles, known_roles);
	char *path = procedure_find(name, &directories, why);
	if (path != NULL)
		*procedure = procedure_read(path, &facts, &roles, why);
	if (*procedure != NULL)
		*plan = make_plan(context, *procedure, values, why);
	if (*plan == NULL) {
		procedure_free(*procedure);
		*procedure = NULL;
	}
	free(path);
	words_release(&directories);
	words_release(&facts);
	words_release(&roles);
	return (*plan == NULL ? -1 : 0);
}

int
roll_standing(const struct context *context, const struct history *history,
    struct standing *standing, struct failure *why)
{
	struct procedure *procedure = NULL;
	struct plan *plan = NULL;

	*standing = (struct standing){ 0 };
	if (roll_plan(context, history->procedure_path, &history->values,
	    &procedure, &plan, why) == -1)
		return (-1);
	procedure_free(procedure);
	return (standing_find(plan, history, standing, why));
}

int
roll_state(const struct context *context, const struct history *history,
    enum standing_state *state, struct failure *why)
{
	const int running = runs_is_running(context->config, history, why);
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

enum exitcode
roll_resume(struct command *command, struct context *context,
    const struct history *history, const struct roll_again *again,
    struct failure *why)
{
	struct procedure *procedure = NULL;
	struct plan *plan = NULL;
	enum exitcode code = EXITCODE_DATA;

	if (facts_check_package(&history->values, why) == -1 ||
	    roll_plan(context, history->procedure_path, &history->values,
	    &procedure, &plan, why) == -1)
		return (why->code);
	if (history_check_procedure(history, procedure, "clroll",
	    why) == -1) {
		code = why->code;
	} else {
		struct execution execution = { .command = command,
		    .plan = plan, .path = history->path, .history = history,
		    .back = again->back, .decided = again->decided };

		code = run_over(&execution, context, why);
	}
	plan_free(plan);
	procedure_free(procedure);
	return (code);
}
