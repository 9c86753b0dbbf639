#include <config.h>

#include "life.h"

#include <libgen.h>
#include <stdlib.h>
#include <string.h>

#include "../libcore/base/failure.h"
#include "../libcore/base/memory.h"
#include "../libcore/base/text.h"
#include "../libcore/base/words.h"
#include "../libcore/format/jsonline.h"
#include "../libcore/run/command.h"
#include "../libcore/run/execution.h"
#include "../libcore/run/history.h"
#include "../libcore/run/local_session.h"
#include "../libcore/run/plan.h"
#include "../libcore/run/procedure.h"
#include "../libcore/run/session.h"
#include "../libcore/run/standing.h"
#include "../libcore/run/values.h"
#include "../libcore/system/eventloop.h"
#include "../libcore/system/fileio.h"
#include "../libcore/system/filelock.h"
#include "../libcore/system/process.h"
#include "../libsite/node_config.h"
#include "facts.h"
#include "node.h"

/* The roles that a step of a node's procedure may be on. */
static const char *const roles[] = {
	"standby", "active", "single", "all", "here", NULL
};

char *
life_directory(const struct node_config *config)
{
	struct text path = { 0 };

	text_format(&path, "%s/runs", config->state);
	return (text_take(&path));
}

char *
life_find(const struct node_config *config, const char *id,
    struct failure *why)
{
	char *directory = life_directory(config);
	struct words ids = { 0 };
	char *found = NULL;

	if (id != NULL) {
		found = memory_copy_string(id);
	} else if (history_list(directory, &ids, why) == 0) {
		if (ids.count > 0)
			found = memory_copy_string(ids.list[ids.count - 1]);
		else
			failure_set(why, EXITCODE_USAGE,
			    "there is no run yet");
	}
	words_release(&ids);
	free(directory);
	return (found);
}

char *
life_owner(const char *id)
{
	struct text owner = { 0 };

	text_format(&owner, "run %s", id);
	return (text_take(&owner));
}

int
life_is_running(const struct node_config *config, const char *id,
    struct failure *why)
{
	char *path = node_lock_path(config);
	char *owner = life_owner(id);
	struct text who = { 0 };
	int rc = filelock_look(path, &who, why);

	if (rc == 1) {
		/* What follows the owner is no part of an identifier. */
		const char *found = strstr(text_string(&who), owner);

		rc = found != NULL && strchr(" ,)\n",
		    found[strlen(owner)]) != NULL;
	}
	text_release(&who);
	free(owner);
	free(path);
	return (rc);
}

/* Fills tool with what "@kind" stands for. */
static void
make_tool(const struct node_config *config, const char *kind,
    const char *adapter, struct plan_tool *tool)
{
	tool->name = kind;
	words_add(&tool->prefix, "sh");
	if (adapter[0] == '/')
		words_add(&tool->prefix, adapter);
	else
		words_format(&tool->prefix, "%s/%s/%s", config->share, kind,
		    adapter);
}

int
life_plan(const struct node_config *config, const char *name,
    const struct values *values, struct procedure **procedure,
    struct plan **plan, struct failure *why)
{
	struct words directories = { 0 };
	struct words facts = { 0 };
	struct words known = { 0 };
	struct plan_place place = { .name = config->node };
	struct plan_tool tools[2] = { { 0 } };
	size_t count = 0;
	char *path = NULL;

	*procedure = NULL;
	*plan = NULL;
	words_add(&directories, NQS_SYSCONFDIR "/nqstools/procedures");
	words_format(&directories, "%s/procedures", config->share);
	facts_names(&facts);
	words_add_list(&known, roles);
	path = procedure_find(name, &directories, why);
	if (path != NULL)
		*procedure = procedure_read(path, &facts, &known, why);
	if (*procedure == NULL)
		goto out;
	words_add(&place.roles, "all");
	words_add(&place.roles, "here");
	words_add(&place.roles, values_single(values, "role"));
	make_tool(config, "package", config->package.adapter,
	    &tools[count++]);
	if (config->cluster_adapter != NULL)
		make_tool(config, "cluster", config->cluster_adapter,
		    &tools[count++]);
	const struct plan_source source = { values, &place, 1, tools, count };
	*plan = plan_make(*procedure, &source, why);
	if (*plan == NULL) {
		procedure_free(*procedure);
		*procedure = NULL;
	}
out:
	words_release(&directories);
	words_release(&facts);
	words_release(&known);
	words_release(&place.roles);
	words_release(&tools[0].prefix);
	words_release(&tools[1].prefix);
	free(path);
	return (*plan == NULL ? -1 : 0);
}

int
life_standing(const struct node_config *config,
    const struct history *history, struct standing *standing,
    struct failure *why)
{
	struct procedure *procedure = NULL;
	struct plan *plan = NULL;

	*standing = (struct standing){ 0 };
	if (life_plan(config, history->procedure_path, &history->values,
	    &procedure, &plan, why) == -1)
		return (-1);
	procedure_free(procedure);
	return (standing_find(plan, history, standing, why));
}

/*
 * Returns the directories where the steps' programs are, our own first, so
 * that a procedure gets the tools of this installation; the caller's.
 */
static char *
make_path(const struct command *command, const struct node_config *config)
{
	char *self = strchr(command->self, '/') == NULL ? NULL :
	    fileio_absolute_path(command->self);
	struct text path = { 0 };

	text_add(&path, self == NULL ? NQS_BINDIR : dirname(self));
	free(self);
	text_format(&path, ":%s", config->path);
	return (text_take(&path));
}

/* Runs execution, which lacks its loop and sessions, here. */
static enum exitcode
run_here(struct execution *execution, const struct node_config *config,
    struct failure *why)
{
	char *path = make_path(execution->command, config);
	struct words environment = { 0 };
	struct session *session = NULL;
	enum exitcode code = EXITCODE_SYSTEM;

	process_environment(&environment, path);
	if (config->file != NULL)
		words_format(&environment, "NQSTOOLS_CONF=%s", config->file);
	execution->loop = eventloop_make(why);
	if (execution->loop != NULL) {
		session = local_session_make(execution->loop, path,
		    &environment);
		execution->sessions = &session;
		code = execution_run(execution, why);
		session->calls->free(session);
		eventloop_free(execution->loop);
	}
	words_release(&environment);
	free(path);
	return (code);
}

/* Makes the directories that a run writes to. */
static int
make_directories(const struct node_config *config, struct failure *why)
{
	struct text saved = { 0 };
	char *runs = life_directory(config);

	text_format(&saved, "%s/saved", config->state);
	const int rc = fileio_make_directories(runs, 0700, why) == -1 ||
	    fileio_make_directories(text_string(&saved), 0700, why) == -1 ?
	    -1 : 0;
	text_release(&saved);
	free(runs);
	return (rc);
}

enum exitcode
life_begin(struct command *command, const struct node_config *config,
    const char *name, const char *id, const struct values *values,
    struct failure *why)
{
	struct procedure *procedure = NULL;
	struct plan *plan = NULL;
	char *directory = life_directory(config);
	char *path = history_path(directory, id);
	enum exitcode code = EXITCODE_FAILED;

	if (life_plan(config, name, values, &procedure, &plan, why) == 0 &&
	    make_directories(config, why) == 0) {
		struct jsonline *open = history_open_record(id, config->node,
		    procedure, values);
		struct execution execution = { .command = command,
		    .plan = plan, .path = path, .open = open };

		code = run_here(&execution, config, why);
		jsonline_free(open);
	} else {
		code = why->code;
	}
	plan_free(plan);
	procedure_free(procedure);
	free(path);
	free(directory);
	return (code);
}

enum exitcode
life_resume(struct command *command, const struct node_config *config,
    const struct history *history, const struct life_again *again,
    struct failure *why)
{
	struct procedure *procedure = NULL;
	struct plan *plan = NULL;
	enum exitcode code = EXITCODE_DATA;

	if (facts_check_packages(&history->values, why) == -1)
		return (why->code);
	if (life_plan(config, history->procedure_path, &history->values,
	    &procedure, &plan, why) == -1)
		return (why->code);
	if (history_check_procedure(history, procedure, "nqsupd",
	    why) == -1) {
		code = why->code;
	} else if (again->back && procedure->loses != NULL &&
	    history->is_closed && history->exit == EXITCODE_OK &&
	    !command->yes) {
		failure_set(why, EXITCODE_FAILED, "run %s is done; when it is "
		    "put back, %s", history->id, procedure->loses);
		failure_hint(why, "nqsupd rollback --yes %s", history->id);
		code = EXITCODE_FAILED;
	} else {
		struct execution execution = { .command = command,
		    .plan = plan, .path = history->path, .history = history,
		    .back = again->back, .decided = again->decided };

		code = run_here(&execution, config, why);
	}
	plan_free(plan);
	procedure_free(procedure);
	return (code);
}
