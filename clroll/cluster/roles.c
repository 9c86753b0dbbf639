#include <config.h>

#include "roles.h"

#include <stdlib.h>
#include <string.h>

#include "../../libcore/base/failure.h"
#include "../../libcore/base/text.h"
#include "cluster.h"

/* Finds the one holder that all nodes agree on; NULL with why set if none. */
static const char *
find_holder(const struct cluster *cluster, const char *group,
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
			    group, holder, cluster->nodes[by].name,
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
		    "no node says where group '%s' is", group);
		return (NULL);
	}
	if (holder[0] == '\0') {
		failure_set(why, EXITCODE_FAILED,
		    "group '%s' runs on no node", group);
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
    struct role *role, struct failure *why)
{
	const char *group = cluster->groups[role->group].name;
	const char *holder = find_holder(cluster, group, answers, why);

	if (holder == NULL)
		return (-1);
	role->active = cluster_find_node(cluster, holder);
	if (role->active < cluster->count)
		return (0);
	failure_set(why, EXITCODE_FAILED, "group '%s' is on '%s', "
	    "which is no node of %s", group, holder, cluster->name);
	failure_hint(why, "name it in %s", cluster->file);
	return (-1);
}

/*
 * How many groups the node at has when the role number count gets its target:
 * what it held and keeps, and what came to it from the same node before.
 */
static size_t
load_of(const struct role *roles, size_t all, size_t count, size_t at)
{
	size_t load = 0;

	for (size_t i = 0; i < all; i++)
		if (roles[i].active == at)
			load++;
	for (size_t i = 0; i < count; i++)
		if (roles[i].active == roles[count].active &&
		    roles[i].target == at)
			load++;
	return (load);
}

/* A group may run on two nodes at least, so that there is one. */
static void
choose_target(const struct cluster *cluster, struct role *roles,
    size_t number)
{
	struct role *role = &roles[number];
	const struct cluster_group *group = &cluster->groups[role->group];
	size_t least = 0;

	role->target = cluster->count;
	for (size_t at = 0; at < cluster->count; at++) {
		const size_t load = load_of(roles, cluster->group_count,
		    number, at);

		if (at == role->active || !cluster_may_take(cluster, group, at))
			continue;
		if (role->target < cluster->count && load >= least)
			continue;
		role->target = at;
		least = load;
	}
}

void
roles_choose_targets(const struct cluster *cluster, struct role *roles)
{
	for (size_t i = 0; i < cluster->group_count; i++)
		choose_target(cluster, roles, i);
}

int
roles_want_target(const struct cluster *cluster, const char *wanted,
    struct role *role, struct failure *why)
{
	const struct cluster_group *group = &cluster->groups[role->group];

	role->target = cluster_find_node(cluster, wanted);
	if (role->target == cluster->count) {
		failure_set(why, EXITCODE_USAGE, "there is no node '%s' in %s",
		    wanted, cluster->name);
		hint_at_nodes(cluster, why);
		return (-1);
	}
	if (cluster_may_take(cluster, group, role->target))
		return (0);
	failure_set(why, EXITCODE_USAGE, "node '%s' may not take group '%s'",
	    wanted, group->name);
	failure_hint(why, "'runs_on' in %s says which may", cluster->file);
	return (-1);
}

void
roles_find_standby(const struct cluster *cluster, const struct role *all,
    struct words *standby)
{
	for (size_t at = 0; at < cluster->count; at++) {
		size_t held = 0;

		for (size_t i = 0; i < cluster->group_count; i++)
			if (all[i].active == at)
				held++;
		if (held == 0)
			words_add(standby, cluster->nodes[at].name);
	}
}

void
roles_release(struct roles *roles)
{
	free(roles->list);
	words_release(&roles->standby);
	*roles = (struct roles){ 0 };
}
