#include <config.h>

#include "cluster_scheme.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "../../libcore/base/failure.h"
#include "../../libcore/base/text.h"
#include "../../libcore/base/words.h"
#include "../../libcore/run/plan.h"
#include "../../libcore/run/values.h"
#include "../../libsite/node_config.h"
#include "../../libsite/tools.h"
#include "cluster.h"
#include "context.h"
#include "facts.h"
#include "person.h"
#include "turns.h"

/* The roles that a step of a cluster's procedure may be on. */
static const char *const known_roles[] = {
	"standby", "active", "target", "all", NULL
};

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

/*
 * Finds what a person does by the adapter script, and that it can remember it:
 * he must not have done it in vain.
 */
static int
find_person(const char *script, struct values *person, struct failure *why)
{
	struct procedure_verb did = { .name = "did" };

	if (tools_find_person(script, person, why) == -1)
		return (-1);
	const int rc = person->count == 0 ? 1 : tools_find_stated(script,
	    &did, why);
	if (rc == 0)
		failure_set(why, EXITCODE_CONFIG, "'%s' says that a person "
		    "does what its verbs ask for, but does not state the verb "
		    "'did', by which it remembers that", script);
	return (rc == 1 ? 0 : -1);
}

static struct plan *
make_plan(const void *cookie, const struct procedure *procedure,
    const struct values *values, struct failure *why)
{
	const struct context *context = cookie;
	struct plan_tool tool = { .name = "cluster" };
	struct values person = { 0 };

	if (check_nodes(context->cluster, values, why) == -1)
		return (NULL);
	char *script = context_adapter_input(context);
	context_adapter(&tool.prefix);
	tool.input = script;
	struct turns *turns = find_person(script, &person, why) == -1 ?
	    NULL : turns_make(values, &tool, why);
	struct plan *plan = turns == NULL ? NULL :
	    plan_make(procedure, turns_source(turns), why);
	if (plan != NULL)
		person_ask(&person, tool.prefix.count, plan);
	turns_free(turns);
	values_release(&person);
	words_release(&tool.prefix);
	free(script);
	return (plan);
}

/* Without a cluster, nobody knows what its adapter states. */
static int
take_any(const void *cookie, const char *tool, struct procedure_verb *verb,
    struct failure *why)
{
	(void)cookie;
	(void)tool;
	(void)why;
	verb->most = SIZE_MAX;
	return (1);
}

static int
find_stated(const void *cookie, const char *tool, struct procedure_verb *verb,
    struct failure *why)
{
	const struct context *context = cookie;

	(void)tool;			/* there is only one */
	if (context->cluster == NULL)
		return (0);
	char *script = context_adapter_input(context);
	const int rc = tools_find_stated(script, verb, why);

	free(script);
	return (rc);
}

/* What is known without a cluster: how procedures are read. */
static struct scheme
reading_scheme(const struct node_config *config)
{
	return ((struct scheme){ .own = config->procedures,
	    .share = config->share, .facts = facts_names,
	    .roles = known_roles, .tools = tools_known_afar,
	    .stated = take_any,
	    .packages = "package" });
}

struct scheme
cluster_scheme(const struct context *context)
{
	struct scheme scheme = reading_scheme(context->config);

	scheme.plan = make_plan;
	scheme.stated = find_stated;
	scheme.cookie = context;
	return (scheme);
}

struct procedure *
cluster_scheme_read(const struct node_config *config, const char *name,
    struct failure *why)
{
	const struct scheme scheme = reading_scheme(config);

	return (scheme_read(&scheme, name, why));
}
