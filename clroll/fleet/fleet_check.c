#include <config.h>

#include "fleet_check.h"

#include <stdlib.h>

#include "../../libcore/base/failure.h"
#include "../../libcore/base/memory.h"
#include "../../libcore/base/message.h"
#include "../../libcore/base/words.h"
#include "../../libcore/run/scheme.h"
#include "../../libcore/run/values.h"
#include "../../libsite/node_config.h"
#include "../cluster/cluster.h"
#include "../cluster/cluster_scheme.h"
#include "../cluster/context.h"
#include "../cluster/facts.h"
#include "../cluster/roles.h"
#include "../ssh/known_hosts.h"
#include "../ssh/ssh_client.h"
#include "fleet_plan.h"

/* ---- clusters ----------------------------------------------------------- */

struct check {
	const struct node_config	*config;
	struct ssh_client		*client;	/* keys, read once */
	struct words			 said;		/* warnings */
	size_t				 wrong;
	enum exitcode			 code;		/* the worst */
};

/* Refuses a node of whose host keys none is known, as a session would. */
static int
check_host(struct check *check, const struct cluster_node *node,
    struct failure *why)
{
	struct known_hosts *table = ssh_client_known_hosts(check->client,
	    &node->known_hosts, why);
	struct words types = { 0 };

	if (table == NULL)
		return (-1);
	struct known_host *host = known_hosts_find(table,
	    node->key_name == NULL ? node->host : node->key_name,
	    (int)node->port);
	known_host_types(host, &types);
	const int rc = types.count > 0 ? 0 : -1;
	if (rc == -1) {
		failure_set(why, EXITCODE_DENIED, "no host key of node '%s' "
		    "(%s) is known", node->name, node->host);
		failure_hint(why, "compare it with what the node itself shows "
		    "and add it to %s", node->known_hosts.count > 0 ?
		    node->known_hosts.list[0] : "a file of known_hosts");
	}
	words_release(&types);
	known_host_free(host);
	return (rc);
}

static int
check_nodes(struct check *check, const struct cluster_node *nodes,
    size_t count, struct failure *why)
{
	for (size_t i = 0; i < count; i++) {
		const struct cluster_node *node = &nodes[i];

		if (node->local)
			continue;
		/* With an agent it may be the public half. */
		if (node->agent == NULL && ssh_client_identity(check->client,
		    node->identity, why) == NULL)
			return (-1);
		if (check_host(check, node, why) == -1)
			return (-1);
	}
	return (0);
}

static void
say_ignored(struct check *check, const struct cluster *cluster)
{
	for (size_t i = 0; i < cluster->ignored.count; i++) {
		const char *line = cluster->ignored.list[i];

		if (words_has(&check->said, line))
			continue;
		words_add(&check->said, line);
		message_say(MESSAGE_WARNING, "%s", line);
	}
}

static void
check_cluster(struct check *check, const char *name)
{
	struct failure why = { 0 };
	struct cluster *cluster = cluster_read(name, check->config->clusters,
	    &why);

	if (cluster != NULL) {
		say_ignored(check, cluster);
		if (check_nodes(check, cluster->bastions,
		    cluster->bastion_count, &why) == 0)
			(void)check_nodes(check, cluster->nodes,
			    cluster->count, &why);
	}
	if (why.message[0] != '\0') {
		failure_add(&why, "cluster '%s'", name);
		message_failure(&why);
		check->wrong++;
		check->code = exitcode_worse(check->code, why.code);
	}
	cluster_free(cluster);
}

int
fleet_check_clusters(const struct fleet_plan *plan,
    const struct node_config *config, struct failure *why)
{
	struct check check = { .config = config,
	    .client = ssh_client_make() };

	for (size_t i = 0; i < plan->clusters.count; i++)
		check_cluster(&check, plan->clusters.list[i]);
	ssh_client_free(check.client);
	words_release(&check.said);
	if (check.wrong == 0)
		return (0);
	failure_set(why, check.code, "%zu of %zu clusters cannot be worked "
	    "on, so nothing was begun", check.wrong, plan->clusters.count);
	failure_hint(why, "mend them, or leave them out");
	return (-1);
}

/* ---- steps -------------------------------------------------------------- */

/* Lets roles be those of all groups, each on its home node. */
static void
assume_roles(const struct cluster *cluster, struct roles *roles)
{
	roles->count = cluster->group_count;
	roles->list = memory_make(roles->count, sizeof(*roles->list));
	for (size_t i = 0; i < roles->count; i++)
		roles->list[i] = (struct role){ .group = i,
			.active = cluster_find_node(cluster,
			cluster->groups[i].home) };
	roles_choose_targets(cluster, roles->list);
	roles_find_standby(cluster, roles->list, &roles->standby);
}

/* Sets values to what a run over cluster would find. */
static int
gather(const struct fleet_plan *plan, const struct cluster *cluster,
    struct values *values, struct failure *why)
{
	struct words packages = { 0 };
	struct values given = { 0 };
	struct roles roles = { 0 };
	const struct facts_request request = { "RUN", &packages, &given };

	for (size_t i = 0; i < plan->arguments.count; i++) {
		if (!values_add_operand(&given, plan->arguments.list[i]))
			words_add(&packages, plan->arguments.list[i]);
	}
	assume_roles(cluster, &roles);
	const int rc = facts_gather(cluster, &roles, &request, values, why);
	roles_release(&roles);
	values_release(&given);
	words_release(&packages);
	return (rc);
}

int
fleet_check_steps(const struct fleet_plan *plan,
    const struct node_config *config, struct scheme_plan *made,
    struct failure *why)
{
	struct cluster *cluster = cluster_read(plan->clusters.list[0],
	    config->clusters, why);
	/* Is only looked at. */
	struct node_config copy = *config;
	const struct context context = { .config = &copy,
	    .cluster = cluster };
	struct values values = { 0 };
	int rc = -1;

	*made = (struct scheme_plan){ 0 };
	if (cluster != NULL && gather(plan, cluster, &values, why) == 0) {
		const struct scheme scheme = cluster_scheme(&context);

		rc = scheme_begin(&scheme, fleet_plan_procedure(plan),
		    &values, made, why);
	}
	values_release(&values);
	cluster_free(cluster);
	return (rc);
}
