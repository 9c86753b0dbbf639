#include <config.h>

#include <stdlib.h>
#include <string.h>

#include "../../libcore/base/failure.h"
#include "../../libcore/base/memory.h"
#include "../../libcore/base/words.h"
#include "../../libcore/format/setting_text.h"
#include "../../libcore/format/settings.h"
#include "cluster.h"
#include "cluster_private.h"

static const char *const group_keys[] = {
	"name", "site", "home", "runs_on", "check", "service", NULL
};
/* What may stand beside "groups". */
static const char *const common_keys[] = {
	"adapter", "groups", "store", "patience", "nodes", "ssh", NULL
};
static const char *const service_keys[] = { "address", "port", "ssh", NULL };

void
cluster_group_release(struct cluster_group *group)
{
	free(group->name);
	free(group->site);
	free(group->home);
	free(group->service_address);
	words_release(&group->runs_on);
	words_release(&group->check);
}

size_t
cluster_find_group(const struct cluster *cluster, const char *name)
{
	size_t at = 0;

	while (at < cluster->group_count &&
	    strcmp(cluster->groups[at].name, name) != 0)
		at++;
	return (at);
}

bool
cluster_may_take(const struct cluster *cluster,
    const struct cluster_group *group, size_t at)
{
	return (group->runs_on.count == 0 ||
	    words_has(&group->runs_on, cluster->nodes[at].name));
}

static int
read_service(const struct setting *from, struct cluster_group *group,
    struct failure *why)
{
	const struct setting *service = NULL;

	if (setting_get_group(from, "service", &service, why) == -1)
		return (-1);
	if (service == NULL)
		return (0);
	if (setting_known(service, service_keys, why) == -1 ||
	    setting_text_need(service, "address", &group->service_address,
	    why) == -1 ||
	    setting_get_integer(service, "port", 1, 65535,
	    &group->service_port, why) == -1 ||
	    setting_get_integer(service, "ssh", 1, 65535,
	    &group->service_ssh, why) == -1)
		return (-1);
	if (group->service_port == 0)
		return (setting_refuse(service, why, "'port' is missing"));
	return (0);
}

/* Reads a group, whose name stands at key. */
static int
read_group(const struct setting *from, const char *key,
    struct cluster_group *group, struct failure *why)
{
	if (setting_text_need(from, key, &group->name, why) == -1 ||
	    setting_text_need(from, "site", &group->site, why) == -1 ||
	    setting_text_get(from, "home", &group->home, why) == -1 ||
	    setting_get_words(from, "runs_on", &group->runs_on, why) == -1 ||
	    setting_get_words(from, "check", &group->check, why) == -1)
		return (-1);
	return (read_service(from, group, why));
}

static int
read_listed(const struct setting *item, struct cluster *cluster,
    struct failure *why)
{
	struct cluster_group *group = &cluster->groups[cluster->group_count++];

	if (!setting_is_group(item))
		return (setting_refuse(item, why,
		    "one of 'groups' is no group"));
	if (setting_known(item, group_keys, why) == -1 ||
	    read_group(item, "name", group, why) == -1)
		return (-1);
	if (cluster_find_group(cluster, group->name) !=
	    cluster->group_count - 1)
		return (setting_refuse(item, why, "group '%s' stands twice",
		    group->name));
	for (const struct cluster_group *other = cluster->groups;
	    other < group; other++) {
		if (strcmp(other->site, group->site) == 0)
			return (setting_refuse(item, why,
			    "site '%s' is in the group '%s', too",
			    group->site, other->name));
	}
	return (0);
}

int
cluster_groups_read(const struct setting *root, struct cluster *cluster,
    struct failure *why)
{
	const struct setting *list = NULL;

	if (setting_get_list(root, "groups", &list, why) == -1)
		return (-1);
	if (list == NULL) {
		cluster->groups = memory_make(1, sizeof(*cluster->groups));
		cluster->group_count = 1;
		return (read_group(root, "group", &cluster->groups[0], why));
	}
	if (setting_count(list) == 0)
		return (setting_refuse(root, why, "'groups' is empty"));
	if (setting_known(root, common_keys, why) == -1) {
		failure_hint(why, "what is of one group stands in it");
		return (-1);
	}
	cluster->groups = memory_make(setting_count(list),
	    sizeof(*cluster->groups));
	for (size_t i = 0; i < setting_count(list); i++)
		if (read_listed(setting_item(list, i), cluster, why) == -1)
			return (-1);
	return (0);
}

/* Checks that the group's nodes are there; its home is the first of them. */
static int
complete_group(const struct setting *root, const struct cluster *cluster,
    struct cluster_group *group, struct failure *why)
{
	const struct words *nodes = &group->runs_on;

	for (size_t i = 0; i < nodes->count; i++)
		if (cluster_find_node(cluster, nodes->list[i]) ==
		    cluster->count)
			return (setting_refuse(root, why,
			    "'runs_on': there is no node '%s'",
			    nodes->list[i]));
	if (nodes->count == 1)
		return (setting_refuse(root, why, "'runs_on': group '%s' "
		    "needs two nodes at least", group->name));
	if (group->home == NULL)
		group->home = memory_copy_string(nodes->count > 0 ?
		    nodes->list[0] : cluster->nodes[0].name);
	const size_t home = cluster_find_node(cluster, group->home);
	if (home == cluster->count)
		return (setting_refuse(root, why,
		    "'home': there is no node '%s'", group->home));
	if (!cluster_may_take(cluster, group, home))
		return (setting_refuse(root, why, "'home': group '%s' does "
		    "not run on '%s'", group->name, group->home));
	return (0);
}

int
cluster_groups_complete(const struct setting *root, struct cluster *cluster,
    struct failure *why)
{
	for (size_t i = 0; i < cluster->group_count; i++)
		if (complete_group(root, cluster, &cluster->groups[i],
		    why) == -1)
			return (-1);
	return (0);
}
