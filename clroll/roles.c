#include <config.h>

#include "roles.h"

#include <string.h>

#include "../libcore/base/failure.h"
#include "../libcore/base/text.h"
#include "cluster.h"

/* Finds the one holder that all nodes agree on; NULL with why set if none. */
static const char *
find_holder(const struct cluster *cluster,
    const struct roles_answer *answers, struct failure *why)
{
	const char *holder = NULL;
	size_t by = 0;

	for (size_t i = 0; i < cluster->count; i++) {
		const char *answer = answers[i].holder;

		if (answer == NULL)
			continue;
		if (holder != NULL && strcmp(holder, answer) != 0) {
			failure_set(why, EXITCODE_NEEDS_PERSON,
			    "the nodes contradict each other: group '%s' is "
			    "on '%s' says %s, on '%s' says %s",
			    cluster->group, holder, cluster->nodes[by].name,
			    answer, cluster->nodes[i].name);
			failure_hint(why, "the cluster may be split: look at "
			    "each node before anything else is done");
			return (NULL);
		}
		holder = answer;
		by = i;
	}
	if (holder == NULL) {
		failure_set(why, EXITCODE_UNREACHABLE,
		    "no node says where group '%s' is", cluster->group);
		return (NULL);
	}
	if (holder[0] == '\0') {
		failure_set(why, EXITCODE_FAILED,
		    "group '%s' runs on no node", cluster->group);
		failure_hint(why, "a rolling patch is for a site that runs; "
		    "start the group, or patch each node by nqsupd");
		return (NULL);
	}
	return (holder);
}

/* Lets why say which nodes there are. */
static void
hint_at_nodes(const struct cluster *cluster, struct failure *why)
{
	struct text known = { 0 };

	for (size_t i = 0; i < cluster->count; i++)
		text_format(&known, "%s%s", i == 0 ? "" : ", ",
		    cluster->nodes[i].name);
	failure_hint(why, "there are %s", text_string(&known));
	text_release(&known);
}

int
roles_find(const struct cluster *cluster, const struct roles_answer *answers,
    const char *wanted, struct roles *roles, struct failure *why)
{
	const char *holder = find_holder(cluster, answers, why);

	if (holder == NULL)
		return (-1);
	roles->active = cluster_find_node(cluster, holder);
	if (roles->active == cluster->count) {
		failure_set(why, EXITCODE_FAILED, "group '%s' is on '%s', "
		    "which is no node of %s", cluster->group, holder,
		    cluster->name);
		failure_hint(why, "name it in %s", cluster->file);
		return (-1);
	}
	roles->target = roles->active == 0 ? 1 : 0;
	if (wanted == NULL)
		return (0);
	roles->target = cluster_find_node(cluster, wanted);
	if (roles->target == cluster->count) {
		failure_set(why, EXITCODE_USAGE, "there is no node '%s' in %s",
		    wanted, cluster->name);
		hint_at_nodes(cluster, why);
		return (-1);
	}
	return (0);
}
