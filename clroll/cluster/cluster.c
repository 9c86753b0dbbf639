#include <config.h>

#include "cluster.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../../libcore/base/clock.h"
#include "../../libcore/base/failure.h"
#include "../../libcore/base/memory.h"
#include "../../libcore/base/message.h"
#include "../../libcore/base/text.h"
#include "../../libcore/base/words.h"
#include "../../libcore/format/setting_text.h"
#include "../../libcore/format/settings.h"
#include "../../libcore/run/history.h"
#include "../../libcore/system/fileio.h"
#include "cluster_private.h"

#define PATIENCE		(INT64_C(120) * CLOCK_SECOND)

static const char *const root_keys[] = {
	"adapter", "groups", "group", "site", "home", "runs_on", "store",
	"check", "service", "patience", "nodes", "ssh", NULL
};
static const char *const ssh_keys[] = {
	"user", "port", "identity", "known_hosts", "connect_timeout",
	"keep_alive", "jump", "sudo", "config", NULL
};
static const char *const node_keys[] = {
	"name", "host", "user", "port", "identity", "known_hosts",
	"connect_timeout", "keep_alive", "jump", "sudo", "local", NULL
};

static void
release_node(struct cluster_node *node)
{
	free(node->name);
	free(node->host);
	free(node->key_name);
	free(node->user);
	free(node->identity);
	free(node->agent);
	free(node->jump);
	words_release(&node->known_hosts);
}

void
cluster_warn(const struct cluster *cluster)
{
	for (size_t i = 0; i < cluster->ignored.count; i++)
		message_say(MESSAGE_WARNING, "%s", cluster->ignored.list[i]);
}

void
cluster_free(struct cluster *cluster)
{
	if (cluster == NULL)
		return;
	for (size_t i = 0; i < cluster->count; i++)
		release_node(&cluster->nodes[i]);
	for (size_t i = 0; i < cluster->bastion_count; i++)
		release_node(&cluster->bastions[i]);
	free(cluster->nodes);
	free(cluster->bastions);
	free(cluster->file);
	free(cluster->name);
	free(cluster->adapter);
	for (size_t i = 0; i < cluster->group_count; i++)
		cluster_group_release(&cluster->groups[i]);
	free(cluster->groups);
	free(cluster->store);
	words_release(&cluster->ignored);
	free(cluster);
}

size_t
cluster_find_node(const struct cluster *cluster, const char *name)
{
	size_t at = 0;

	while (at < cluster->count &&
	    strcmp(cluster->nodes[at].name, name) != 0)
		at++;
	return (at);
}

/* Checks the node's name, which becomes part of the name of a run. */
static int
check_name(const struct setting *item, const struct cluster *cluster,
    struct failure *why)
{
	const char *name = cluster->nodes[cluster->count - 1].name;

	if (!history_id_is_good(name))
		return (setting_refuse(item, why, "the node's name '%s' has "
		    "more than letters, digits, '-', '_' and '.'", name));
	if (cluster_find_node(cluster, name) != cluster->count - 1)
		return (setting_refuse(item, why, "node '%s' stands twice",
		    name));
	return (0);
}

static int
read_node(const struct setting *item, const struct setting *ssh,
    struct cluster *cluster, struct failure *why)
{
	struct cluster_node *node = &cluster->nodes[cluster->count++];

	if (!setting_is_group(item))
		return (setting_refuse(item, why, "a node is a group"));
	if (setting_known(item, node_keys, why) == -1 ||
	    setting_text_need(item, "name", &node->name, why) == -1 ||
	    setting_text_get(item, "host", &node->host, why) == -1 ||
	    setting_get_boolean(item, "local", &node->local, why) == -1 ||
	    (ssh != NULL && cluster_ssh_read(ssh, node, why) == -1) ||
	    cluster_ssh_read(item, node, why) == -1)
		return (-1);
	return (check_name(item, cluster, why));
}

static int
read_nodes(const struct setting *root, struct cluster *cluster,
    struct failure *why)
{
	const struct setting *list = NULL;
	const struct setting *ssh = NULL;

	if (setting_get_list(root, "nodes", &list, why) == -1 ||
	    setting_get_group(root, "ssh", &ssh, why) == -1 ||
	    (ssh != NULL && setting_known(ssh, ssh_keys, why) == -1))
		return (-1);
	if (list == NULL || setting_count(list) < 2)
		return (setting_refuse(root, why,
		    "'nodes' needs at least two nodes"));
	cluster->nodes = memory_make(setting_count(list),
	    sizeof(*cluster->nodes));
	for (size_t i = 0; i < setting_count(list); i++) {
		if (read_node(setting_item(list, i), ssh, cluster,
		    why) == -1)
			return (-1);
	}
	if (cluster_ssh_complete(ssh, cluster, why) == -1)
		return (-1);
	return (0);
}

static int
read_root(const struct setting *root, struct cluster *cluster,
    struct failure *why)
{
	cluster->patience = PATIENCE;
	if (setting_known(root, root_keys, why) == -1 ||
	    setting_text_need(root, "adapter", &cluster->adapter, why) == -1 ||
	    cluster_groups_read(root, cluster, why) == -1 ||
	    setting_text_get_path(root, "store", &cluster->store,
	    why) == -1 ||
	    setting_get_duration(root, "patience", &cluster->patience,
	    why) == -1 ||
	    read_nodes(root, cluster, why) == -1 ||
	    cluster_groups_complete(root, cluster, why) == -1)
		return (-1);
	if (cluster->store == NULL)
		cluster->store = memory_copy_string(
		    "/var/lib/nqstools/packages");
	return (0);
}

/* The last component of path, without ".conf"; the caller's. */
static char *
base_name(const char *path)
{
	const char *slash = strrchr(path, '/');
	char *name = memory_copy_string(slash == NULL ? path : slash + 1);

	if (text_ends_with(name, ".conf"))
		name[strlen(name) - strlen(".conf")] = '\0';
	return (name);
}

/* Lets why say which clusters there are, or where this one would be. */
static void
hint_at_known(const char *path, const char *directory, struct failure *why)
{
	struct failure unread = { 0 };		/* then there is no hint */
	struct words names = { 0 };
	struct text known = { 0 };

	(void)fileio_list(directory, ".conf", &names, &unread);
	words_join(&names, ", ", &known);
	if (names.count == 0)
		failure_hint(why, "it would be the file %s", path);
	else
		failure_hint(why, "it would be the file %s; there are %s",
		    path, text_string(&known));
	text_release(&known);
	words_release(&names);
}

struct cluster *
cluster_read(const char *name, const char *directory, struct failure *why)
{
	struct text path = { 0 };
	struct cluster *cluster = NULL;

	if (strchr(name, '/') != NULL)
		text_add(&path, name);
	else
		text_format(&path, "%s/%s.conf", directory, name);
	if (access(text_string(&path), F_OK) == -1) {
		failure_set(why, EXITCODE_USAGE, "there is no cluster '%s'",
		    name);
		hint_at_known(text_string(&path), directory, why);
		text_release(&path);
		return (NULL);
	}
	struct settings *settings = settings_read(text_string(&path), why);
	if (settings != NULL) {
		cluster = memory_make(1, sizeof(*cluster));
		cluster->name = base_name(text_string(&path));
		cluster->file = text_take(&path);
		memcpy(cluster->digest, settings_digest(settings),
		    sizeof(cluster->digest));
		if (read_root(settings_root(settings), cluster, why) == -1) {
			cluster_free(cluster);
			cluster = NULL;
		}
	}
	settings_free(settings);
	text_release(&path);
	return (cluster);
}
