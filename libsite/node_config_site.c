#include <config.h>

#include "node_config_private.h"

#include <stdlib.h>
#include <string.h>

#include "../libcore/base/failure.h"
#include "../libcore/base/memory.h"
#include "../libcore/base/text.h"
#include "../libcore/format/setting_text.h"
#include "../libcore/format/settings.h"
#include "node_config.h"

static const char *const site_keys[] = {
	"name", "group", "trees", "start", "stop", "residents", "leaders",
	"client_ports", "transient", NULL
};
static const char *const resident_keys[] = {
	"name", "since", "count", NULL
};
static const char *const leader_keys[] = { "name", "argument", NULL };
static const char *const transient_keys[] = { "name", "path", NULL };

/* The resident processes of any site; the guide's list, cjcpw apart. */
static const char *const default_residents[] = {
	"nqsdaemon", "jnwcaster", "jnwengine", "sclaunchd", "comagent", NULL
};

/* Below the first tree of any site. */
static const struct {
	const char	*name;
	const char	*path;
} default_transients[] = {
	{ "requests", "private/root/control" },
	{ "trackers", "gui/jnwexe" }
};

enum { CLIENT_PORT = 611 };

void
node_config_release_site(struct node_site *site)
{
	free(site->name);
	free(site->group);
	words_release(&site->trees);
	words_release(&site->start);
	words_release(&site->stop);
	for (size_t i = 0; i < site->resident_count; i++) {
		free(site->residents[i].name);
		free(site->residents[i].since);
	}
	free(site->residents);
	for (size_t i = 0; i < site->leader_count; i++) {
		free(site->leaders[i].name);
		free(site->leaders[i].argument);
	}
	free(site->leaders);
	free(site->client_ports);
	for (size_t i = 0; i < site->transient_count; i++) {
		free(site->transients[i].name);
		free(site->transients[i].path);
	}
	free(site->transients);
}

/* Adds name; a path that is not absolute is one below the first tree. */
static void
add_transient(struct node_site *site, const char *name, const char *path)
{
	struct text whole = { 0 };

	if (path[0] != '/')
		text_format(&whole, "%s/", site->trees.list[0]);
	text_add(&whole, path);
	site->transients = memory_resize(site->transients,
	    site->transient_count + 1, sizeof(*site->transients));
	site->transients[site->transient_count++] = (struct node_transient){
		.name = memory_copy_string(name), .path = text_take(&whole),
	};
}

static void
add_default_transients(struct node_site *site)
{
	for (size_t i = 0; i < sizeof(default_transients) /
	    sizeof(default_transients[0]); i++)
		add_transient(site, default_transients[i].name,
		    default_transients[i].path);
}

static void
add_resident(struct node_site *site, const char *name, const char *since,
    int64_t count)
{
	site->residents = memory_resize(site->residents,
	    site->resident_count + 1, sizeof(*site->residents));
	site->residents[site->resident_count++] = (struct node_resident){
		.name = memory_copy_string(name),
		.since = since == NULL ? NULL : memory_copy_string(since),
		.count = count,
	};
}

/* The guide's list; jcdbs is there from R13.1 on. */
static void
add_default_residents(struct node_site *site)
{
	if (site->group != NULL)
		add_resident(site, "cjcpw", NULL, 1);
	for (const char *const *name = default_residents; *name != NULL;
	    name++)
		add_resident(site, *name, NULL, 1);
	add_resident(site, "jcdbs", "13.1", 1);
}

static void
add_leader(struct node_site *site, const char *name, const char *argument)
{
	site->leaders = memory_resize(site->leaders, site->leader_count + 1,
	    sizeof(*site->leaders));
	site->leaders[site->leader_count++] = (struct node_leader){
		.name = memory_copy_string(name),
		.argument = memory_copy_string(argument),
	};
}

static int
read_resident(const struct setting *item, struct node_site *site,
    struct failure *why)
{
	const char *name = setting_string(item);
	const char *since = NULL;
	int64_t count = 1;

	if (name == NULL && !setting_is_group(item))
		return (setting_refuse(item, why,
		    "a resident is a name or a group"));
	if (name == NULL && (setting_known(item, resident_keys, why) == -1 ||
	    setting_get_string(item, "name", &name, why) == -1 ||
	    setting_get_string(item, "since", &since, why) == -1 ||
	    setting_get_integer(item, "count", 1, 10000, &count, why) == -1))
		return (-1);
	if (name == NULL || name[0] == '\0')
		return (setting_refuse(item, why, "a resident has no name"));
	add_resident(site, name, since, count);
	return (0);
}

static int
read_residents(const struct setting *group, struct node_site *site,
    struct failure *why)
{
	const struct setting *list = NULL;

	if (setting_get_list(group, "residents", &list, why) == -1)
		return (-1);
	for (size_t i = 0; list != NULL && i < setting_count(list); i++) {
		if (read_resident(setting_item(list, i), site, why) == -1)
			return (-1);
	}
	if (list != NULL)
		return (0);
	add_default_residents(site);
	return (0);
}

static int
read_leaders(const struct setting *group, struct node_site *site,
    struct failure *why)
{
	const struct setting *list = NULL;

	if (setting_get_list(group, "leaders", &list, why) == -1)
		return (-1);
	for (size_t i = 0; list != NULL && i < setting_count(list); i++) {
		const struct setting *item = setting_item(list, i);
		const char *name = NULL;
		const char *argument = "";

		if (!setting_is_group(item))
			return (setting_refuse(item, why,
			    "a leader is a group"));
		if (setting_known(item, leader_keys, why) == -1 ||
		    setting_get_string(item, "name", &name, why) == -1 ||
		    setting_get_string(item, "argument", &argument,
		    why) == -1)
			return (-1);
		if (name == NULL)
			return (setting_refuse(item, why,
			    "a leader has no name"));
		add_leader(site, name, argument);
	}
	if (list == NULL && site->group == NULL) {
		add_leader(site, "nqsdaemon", "");
	} else if (list == NULL) {
		add_leader(site, "cjcpw", site->name);
		add_leader(site, "nqsdaemon", site->name);
	}
	return (0);
}

static int
read_transients(const struct setting *group, struct node_site *site,
    struct failure *why)
{
	const struct setting *list = NULL;

	if (setting_get_list(group, "transient", &list, why) == -1)
		return (-1);
	if (list == NULL)
		add_default_transients(site);
	for (size_t i = 0; list != NULL && i < setting_count(list); i++) {
		const struct setting *item = setting_item(list, i);
		const char *name = NULL;
		const char *path = NULL;

		if (!setting_is_group(item))
			return (setting_refuse(item, why,
			    "what is transient is a group"));
		if (setting_known(item, transient_keys, why) == -1 ||
		    setting_get_string(item, "name", &name, why) == -1 ||
		    setting_get_string(item, "path", &path, why) == -1)
			return (-1);
		if (name == NULL || path == NULL)
			return (setting_refuse(item, why,
			    "what is transient needs 'name' and 'path'"));
		add_transient(site, name, path);
	}
	return (0);
}

/* Reads the argument vector key, or makes it of program and argument. */
static int
read_argv(const struct setting *group, const char *key, const char *program,
    const char *argument, struct words *argv, struct failure *why)
{
	if (setting_get_words(group, key, argv, why) == -1)
		return (-1);
	if (argv->count > 0)
		return (0);
	words_add(argv, program);
	if (argument != NULL)
		words_add(argv, argument);
	return (0);
}

static int
read_ports(const struct setting *group, struct node_site *site,
    struct failure *why)
{
	const struct setting *list = NULL;

	if (setting_get_list(group, "client_ports", &list, why) == -1)
		return (-1);
	const size_t count = list == NULL ? 1 : setting_count(list);
	site->client_ports = memory_make(count + 1,
	    sizeof(*site->client_ports));
	site->client_ports[0] = CLIENT_PORT;
	site->client_port_count = count;
	for (size_t i = 0; list != NULL && i < count; i++) {
		if (setting_integer(setting_item(list, i), 1, 65535,
		    &site->client_ports[i], why) == -1)
			return (-1);
	}
	return (0);
}

static int
read_trees(const struct setting *group, struct node_site *site,
    struct failure *why)
{
	if (setting_get_words(group, "trees", &site->trees, why) == -1)
		return (-1);
	if (site->trees.count == 0 && site->group != NULL)
		return (setting_refuse(group, why,
		    "site '%s' needs 'trees'", site->name));
	if (site->trees.count == 0) {
		words_add(&site->trees, "/usr/spool/nqs");
		words_add(&site->trees, "/usr/lib/nqs/rc");
	}
	for (size_t i = 0; i < site->trees.count; i++) {
		if (site->trees.list[i][0] != '/')
			return (setting_refuse(group, why,
			    "'trees': '%s' is not an absolute path",
			    site->trees.list[i]));
	}
	return (0);
}

int
node_config_read_site(const struct setting *group, struct node_site *site,
    struct failure *why)
{
	if (!setting_is_group(group))
		return (setting_refuse(group, why, "a site is a group"));
	if (setting_known(group, site_keys, why) == -1 ||
	    setting_text_get(group, "name", &site->name, why) == -1 ||
	    setting_text_get(group, "group", &site->group, why) == -1)
		return (-1);
	if (site->name == NULL)
		return (setting_refuse(group, why, "a site has no name"));
	const bool is_local = strcmp(site->name, NODE_LOCAL_SITE) == 0;
	if (is_local != (site->group == NULL))
		return (setting_refuse(group, why, is_local ?
		    "the local site has no 'group'" :
		    "site '%s' needs 'group'", site->name));
	const char *argument = is_local ? NULL : site->name;
	if (read_trees(group, site, why) == -1 ||
	    read_argv(group, "start", "/usr/lib/nqs/nqsstart", argument,
	    &site->start, why) == -1 ||
	    read_argv(group, "stop", "/usr/lib/nqs/nqsstop", argument,
	    &site->stop, why) == -1 ||
	    read_residents(group, site, why) == -1 ||
	    read_leaders(group, site, why) == -1 ||
	    read_ports(group, site, why) == -1 ||
	    read_transients(group, site, why) == -1)
		return (-1);
	return (0);
}

void
node_config_make_local_site(struct node_site *site)
{
	site->name = memory_copy_string(NODE_LOCAL_SITE);
	words_add(&site->trees, "/usr/spool/nqs");
	words_add(&site->trees, "/usr/lib/nqs/rc");
	words_add(&site->start, "/usr/lib/nqs/nqsstart");
	words_add(&site->stop, "/usr/lib/nqs/nqsstop");
	add_default_residents(site);
	add_leader(site, "nqsdaemon", "");
	site->client_ports = memory_make(1, sizeof(*site->client_ports));
	site->client_ports[0] = CLIENT_PORT;
	site->client_port_count = 1;
	add_default_transients(site);
}

