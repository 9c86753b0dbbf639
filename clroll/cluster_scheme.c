#include <config.h>

#include "cluster_scheme.h"

#include <stdlib.h>
#include <string.h>

#include "../libcore/base/failure.h"
#include "../libcore/base/memory.h"
#include "../libcore/base/text.h"
#include "../libcore/base/words.h"
#include "../libcore/run/plan.h"
#include "../libcore/run/values.h"
#include "../libsite/node_config.h"
#include "cluster.h"
#include "context.h"
#include "facts.h"

/* The roles that a step of a cluster's procedure may be on. */
static const char *const known_roles[] = {
	"standby", "active", "target", "all", NULL
};

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
make_plan(const void *cookie, const struct procedure *procedure,
    const struct values *values, struct failure *why)
{
	const struct context *context = cookie;
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

struct scheme
cluster_scheme(const struct context *context)
{
	return ((struct scheme){ .share = context->config->share,
	    .facts = facts_names, .roles = known_roles,
	    .packages = "package", .plan = make_plan, .cookie = context });
}
