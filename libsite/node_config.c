#include <config.h>

#include "node_config.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../libcore/base/failure.h"
#include "../libcore/base/memory.h"
#include "../libcore/format/settings.h"
#include "../libcore/system/process.h"

static const char *const root_keys[] = {
	"node", "path", "state", "locks", "clusters", "share", "sites",
	"cluster", "package", NULL
};
static const char *const site_keys[] = {
	"name", "group", "trees", "start", "stop", "residents", "leaders",
	"client_ports", NULL
};
static const char *const resident_keys[] = {
	"name", "since", "count", NULL
};
static const char *const leader_keys[] = { "name", "argument", NULL };
static const char *const cluster_keys[] = { "adapter", NULL };
static const char *const package_keys[] = {
	"adapter", "name", "staging", "target", "store", NULL
};

/* The resident processes of any site; the guide's list, cjcpw apart. */
static const char *const default_residents[] = {
	"nqsdaemon", "jnwcaster", "jnwengine", "sclaunchd", "comagent", NULL
};

enum { CLIENT_PORT = 611 };

static void
release_site(struct node_site *site)
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
}

void
node_config_free(struct node_config *config)
{
	if (config == NULL)
		return;
	for (size_t i = 0; i < config->site_count; i++)
		release_site(&config->sites[i]);
	free(config->sites);
	free(config->file);
	free(config->node);
	free(config->path);
	free(config->state);
	free(config->locks);
	free(config->clusters);
	free(config->share);
	free(config->cluster_adapter);
	free(config->package.adapter);
	free(config->package.name);
	free(config->package.staging);
	free(config->package.target);
	free(config->package.store);
	free(config);
}

const struct node_site *
node_config_site(const struct node_config *config, const char *name)
{
	for (size_t i = 0; i < config->site_count; i++) {
		if (strcmp(config->sites[i].name, name) == 0)
			return (&config->sites[i]);
	}
	return (NULL);
}

/* Replaces *value by the string key, if it is there. */
static int
get_text(const struct setting *group, const char *key, char **value,
    struct failure *why)
{
	const char *string = NULL;
	const int rc = setting_get_string(group, key, &string, why);

	if (rc == 1 && string[0] == '\0')
		return (setting_refuse(group, why, "'%s' is empty", key));
	if (rc == 1) {
		free(*value);
		*value = memory_copy_string(string);
	}
	return (rc == -1 ? -1 : 0);
}

/* The same for an absolute path. */
static int
get_path(const struct setting *group, const char *key, char **value,
    struct failure *why)
{
	if (get_text(group, key, value, why) == -1)
		return (-1);
	if (*value != NULL && (*value)[0] != '/')
		return (setting_refuse(group, why,
		    "'%s' is not an absolute path", key));
	return (0);
}

/* ---- a site ----------------------------------------------------------- */

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

static int
read_site(const struct setting *group, struct node_config *config,
    struct failure *why)
{
	struct node_site *site = &config->sites[config->site_count++];

	if (!setting_is_group(group))
		return (setting_refuse(group, why, "a site is a group"));
	if (setting_known(group, site_keys, why) == -1 ||
	    get_text(group, "name", &site->name, why) == -1 ||
	    get_text(group, "group", &site->group, why) == -1)
		return (-1);
	if (site->name == NULL)
		return (setting_refuse(group, why, "a site has no name"));
	if (node_config_site(config, site->name) != site)
		return (setting_refuse(group, why, "site '%s' stands twice",
		    site->name));
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
	    read_ports(group, site, why) == -1)
		return (-1);
	return (0);
}

/* The local site alone, as it is by default. */
static void
make_local_site(struct node_config *config)
{
	config->sites = memory_make(1, sizeof(*config->sites));
	struct node_site *site = &config->sites[config->site_count++];

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
}

static int
read_sites(const struct setting *root, struct node_config *config,
    struct failure *why)
{
	const struct setting *list = NULL;

	if (setting_get_list(root, "sites", &list, why) == -1)
		return (-1);
	if (list == NULL || setting_count(list) == 0) {
		make_local_site(config);
		return (0);
	}
	config->sites = memory_make(setting_count(list),
	    sizeof(*config->sites));
	for (size_t i = 0; i < setting_count(list); i++) {
		if (read_site(setting_item(list, i), config, why) == -1)
			return (-1);
	}
	return (0);
}

/* ---- the whole -------------------------------------------------------- */

static int
read_groups(const struct setting *root, struct node_config *config,
    struct failure *why)
{
	const struct setting *group = NULL;

	if (setting_get_group(root, "cluster", &group, why) == -1)
		return (-1);
	if (group != NULL && (setting_known(group, cluster_keys, why) == -1 ||
	    get_text(group, "adapter", &config->cluster_adapter, why) == -1))
		return (-1);
	group = NULL;
	if (setting_get_group(root, "package", &group, why) == -1)
		return (-1);
	if (group == NULL)
		return (0);
	if (setting_known(group, package_keys, why) == -1 ||
	    get_text(group, "adapter", &config->package.adapter,
	    why) == -1 ||
	    get_text(group, "name", &config->package.name, why) == -1 ||
	    get_path(group, "staging", &config->package.staging,
	    why) == -1 ||
	    get_path(group, "target", &config->package.target, why) == -1 ||
	    get_path(group, "store", &config->package.store, why) == -1)
		return (-1);
	return (0);
}

static int
read_root(const struct setting *root, struct node_config *config,
    struct failure *why)
{
	if (setting_known(root, root_keys, why) == -1 ||
	    get_text(root, "node", &config->node, why) == -1 ||
	    get_text(root, "path", &config->path, why) == -1 ||
	    get_path(root, "state", &config->state, why) == -1 ||
	    get_path(root, "locks", &config->locks, why) == -1 ||
	    get_path(root, "clusters", &config->clusters, why) == -1 ||
	    get_path(root, "share", &config->share, why) == -1 ||
	    read_groups(root, config, why) == -1 ||
	    read_sites(root, config, why) == -1)
		return (-1);
	return (0);
}

static char *
host_name(void)
{
	char name[256] = "";

	if (gethostname(name, sizeof(name) - 1) == -1 || name[0] == '\0')
		return (memory_copy_string("localhost"));
	return (memory_copy_string(name));
}

static struct node_config *
make_defaults(void)
{
	struct node_config *config = memory_make(1, sizeof(*config));

	config->node = host_name();
	config->path = memory_copy_string(process_path());
	config->state = memory_copy_string(NQS_LOCALSTATEDIR "/lib/nqstools");
	config->locks = memory_copy_string(NQS_RUNSTATEDIR "/nqstools");
	config->clusters = memory_copy_string(NQS_SYSCONFDIR
	    "/nqstools/clusters");
	config->share = memory_copy_string(NQS_DATADIR);
	config->package.adapter = memory_copy_string("rpm");
	config->package.name = memory_copy_string("NECJCpkg");
	config->package.staging = memory_copy_string("/usr/lib/nqs/patch");
	config->package.target = memory_copy_string("/usr/lib/nqs");
	config->package.store = memory_copy_string(NQS_LOCALSTATEDIR
	    "/lib/nqstools/packages");
	return (config);
}

struct node_config *
node_config_read(const char *path, struct failure *why)
{
	struct node_config *config = make_defaults();
	const char *file = path != NULL ? path : getenv("NQSTOOLS_CONF");

	if (file == NULL) {
		file = NQS_SYSCONFDIR "/nqstools/nqstools.conf";
		if (access(file, F_OK) == -1 && errno == ENOENT) {
			make_local_site(config);
			return (config);
		}
	}
	struct settings *settings = settings_read(file, why);
	if (settings == NULL || read_root(settings_root(settings), config,
	    why) == -1) {
		node_config_free(config);
		config = NULL;
	} else {
		config->file = memory_copy_string(file);
	}
	settings_free(settings);
	return (config);
}
