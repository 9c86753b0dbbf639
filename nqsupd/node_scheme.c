#include <config.h>

#include "node_scheme.h"

#include <stdlib.h>
#include <string.h>

#include "../libcore/base/words.h"
#include "../libcore/run/local_session.h"
#include "../libcore/run/plan.h"
#include "../libcore/run/values.h"
#include "../libsite/node_config.h"
#include "../libsite/tools.h"
#include "adapter.h"
#include "facts.h"

/* The roles that a step of a node's procedure may be on. */
static const char *const roles[] = {
	"standby", "active", "single", "all", "here", NULL
};

/* What takes the node's lock cannot be a step of a run that has it. */
static const char *const barred[] = {
	"nqsupd", "patch", "upgrade", "run", "resume", "rollback", "hold", NULL
};

/* The facts that name what a run saves. */
static const char *const archives[] = { "saved", "backup", NULL };

/* Fills tool with what "@kind" stands for. */
static void
make_tool(const struct node_config *config, const char *kind,
    const char *adapter, struct plan_tool *tool)
{
	char *script = adapter_path(config, kind, adapter);

	tool->name = kind;
	words_add(&tool->prefix, "sh");
	words_add(&tool->prefix, script);
	free(script);
}

/* Finds a verb that only the adapter of this node states. */
static int
find_stated(const void *cookie, const char *tool, struct procedure_verb *verb,
    struct failure *why)
{
	const struct node_config *config = cookie;
	const char *adapter = strcmp(tool, "package") == 0 ?
	    config->package.adapter : config->cluster_adapter;

	if (adapter == NULL)
		return (0);
	char *script = adapter_path(config, tool, adapter);
	const int rc = tools_find_stated(script, verb, why);

	free(script);
	return (rc);
}

static struct plan *
make_plan(const void *cookie, const struct procedure *procedure,
    const struct values *values, struct failure *why)
{
	const struct node_config *config = cookie;
	const char *role = values_single(values, "role");
	struct plan_place place = { .name = config->node };
	struct plan_tool tools[2] = { { 0 } };
	size_t count = 0;

	words_add(&place.roles, "all");
	words_add(&place.roles, "here");
	if (role != NULL)
		words_add(&place.roles, role);
	make_tool(config, "package", config->package.adapter,
	    &tools[count++]);
	if (config->cluster_adapter != NULL)
		make_tool(config, "cluster", config->cluster_adapter,
		    &tools[count++]);
	const struct plan_source source = { .values = values,
	    .places = &place, .place_count = 1, .tools = tools,
	    .tool_count = count };
	struct plan *plan = plan_make(procedure, &source, why);
	words_release(&place.roles);
	words_release(&tools[0].prefix);
	words_release(&tools[1].prefix);
	return (plan);
}

struct scheme
node_scheme(const struct node_config *config)
{
	return ((struct scheme){ .own = config->procedures,
	    .share = config->share, .facts = facts_names, .roles = roles,
	    .tools = tools_known, .barred = barred, .stated = find_stated,
	    .packages = "packages",
	    .archives = archives, .is_alive = local_session_is_alive,
	    .plan = make_plan, .cookie = config });
}
