#include <config.h>

#include "node_config.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../libcore/base/clock.h"
#include "../libcore/base/failure.h"
#include "../libcore/base/memory.h"
#include "../libcore/format/setting_text.h"
#include "../libcore/format/settings.h"
#include "../libcore/system/process.h"
#include "node_config_private.h"

static const char *const root_keys[] = {
	"node", "path", "state", "locks", "clusters", "procedures", "share",
	"patience", "sites", "cluster", "package", "history", NULL
};
static const char *const cluster_keys[] = { "adapter", NULL };
static const char *const package_keys[] = {
	"adapter", "name", "patch", "staging", "target", "store",
	"signature", "not_rolled", NULL
};
static const char *const history_keys[] = { "keep_last", "keep_days", NULL };

/* A cluster software that starts with its node answers by then. */
#define PATIENCE	(INT64_C(60) * CLOCK_SECOND)

/* How many journals are kept by default, for how long, and at most. */
enum { KEEP_LAST = 200, KEEP_DAYS = 400, KEEP_LIMIT = 100000 };

void
node_config_free(struct node_config *config)
{
	if (config == NULL)
		return;
	for (size_t i = 0; i < config->site_count; i++)
		node_config_release_site(&config->sites[i]);
	free(config->sites);
	free(config->file);
	free(config->node);
	free(config->path);
	free(config->state);
	free(config->locks);
	free(config->clusters);
	free(config->procedures);
	free(config->share);
	free(config->cluster_adapter);
	free(config->package.adapter);
	free(config->package.name);
	free(config->package.patch);
	free(config->package.staging);
	free(config->package.target);
	free(config->package.store);
	free(config->package.signature);
	words_release(&config->package.not_rolled);
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

/* Gives config the local site alone, as it is by default. */
static void
make_local_site(struct node_config *config)
{
	config->sites = memory_make(1, sizeof(*config->sites));
	config->site_count = 1;
	node_config_make_local_site(&config->sites[0]);
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
		const struct setting *item = setting_item(list, i);
		struct node_site *site = &config->sites[config->site_count++];

		if (node_config_read_site(item, site, why) == -1)
			return (-1);
		if (node_config_site(config, site->name) != site)
			return (setting_refuse(item, why,
			    "site '%s' stands twice", site->name));
	}
	return (0);
}

static int
read_groups(const struct setting *root, struct node_config *config,
    struct failure *why)
{
	const struct setting *group = NULL;

	if (setting_get_group(root, "cluster", &group, why) == -1)
		return (-1);
	if (group != NULL && (setting_known(group, cluster_keys, why) == -1 ||
	    setting_text_get(group, "adapter", &config->cluster_adapter,
	    why) == -1))
		return (-1);
	group = NULL;
	if (setting_get_group(root, "package", &group, why) == -1)
		return (-1);
	if (group == NULL)
		return (0);
	if (setting_known(group, package_keys, why) == -1 ||
	    setting_text_get(group, "adapter", &config->package.adapter,
	    why) == -1 ||
	    setting_text_get(group, "name", &config->package.name, why) == -1 ||
	    setting_text_get(group, "patch", &config->package.patch,
	    why) == -1 ||
	    setting_text_get_path(group, "staging", &config->package.staging,
	    why) == -1 ||
	    setting_text_get_path(group, "target", &config->package.target,
	    why) == -1 ||
	    setting_text_get_path(group, "store", &config->package.store,
	    why) == -1 ||
	    setting_text_get(group, "signature", &config->package.signature,
	    why) == -1 || setting_get_words(group, "not_rolled",
	    &config->package.not_rolled, why) == -1)
		return (-1);
	if (strcmp(config->package.signature, "required") != 0 &&
	    strcmp(config->package.signature, "optional") != 0)
		return (setting_refuse(group, why,
		    "'signature' is neither 'required' nor 'optional'"));
	return (0);
}

static int
read_history(const struct setting *root, struct node_history *history,
    struct failure *why)
{
	const struct setting *group = NULL;

	if (setting_get_group(root, "history", &group, why) == -1)
		return (-1);
	if (group != NULL && (setting_known(group, history_keys, why) == -1 ||
	    setting_get_integer(group, "keep_last", 1, KEEP_LIMIT,
	    &history->keep_last, why) == -1 ||
	    setting_get_integer(group, "keep_days", 0, KEEP_LIMIT,
	    &history->keep_days, why) == -1))
		return (-1);
	return (0);
}

static int
read_root(const struct setting *root, struct node_config *config,
    struct failure *why)
{
	if (setting_known(root, root_keys, why) == -1 ||
	    setting_text_get(root, "node", &config->node, why) == -1 ||
	    setting_text_get(root, "path", &config->path, why) == -1 ||
	    setting_text_get_path(root, "state", &config->state, why) == -1 ||
	    setting_text_get_path(root, "locks", &config->locks, why) == -1 ||
	    setting_text_get_path(root, "clusters", &config->clusters,
	    why) == -1 ||
	    setting_text_get_path(root, "procedures", &config->procedures,
	    why) == -1 ||
	    setting_text_get_path(root, "share", &config->share, why) == -1 ||
	    setting_get_duration(root, "patience", &config->patience,
	    why) == -1 ||
	    read_groups(root, config, why) == -1 ||
	    read_history(root, &config->history, why) == -1 ||
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
	config->procedures = memory_copy_string(NQS_SYSCONFDIR
	    "/nqstools/procedures");
	config->share = memory_copy_string(NQS_DATADIR);
	config->package.adapter = memory_copy_string("rpm");
	config->package.name = memory_copy_string("NECJCpkg");
	config->package.patch = memory_copy_string("NECJCpt");
	config->package.staging = memory_copy_string("/usr/lib/nqs/patch");
	config->package.target = memory_copy_string("/usr/lib/nqs");
	config->package.signature = memory_copy_string("optional");
	config->package.store = memory_copy_string(NQS_LOCALSTATEDIR
	    "/lib/nqstools/packages");
	config->history = (struct node_history){ KEEP_LAST, KEEP_DAYS };
	config->patience = PATIENCE;
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
