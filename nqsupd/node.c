#include <config.h>

#include "node.h"

#include <stdlib.h>

#include "../libcore/base/failure.h"
#include "../libcore/base/text.h"
#include "../libcore/base/words.h"
#include "../libcore/system/fileio.h"
#include "../libcore/system/filelock.h"
#include "../libsite/node_config.h"

char *
node_lock_path(const struct node_config *config)
{
	struct text path = { 0 };

	text_format(&path, "%s/" NODE_LOCK, config->locks);
	return (text_take(&path));
}

struct filelock *
node_lock(const struct node_config *config, const char *owner, int64_t wait,
    struct failure *why)
{
	struct filelock *lock = NULL;

	if (fileio_make_directories(config->locks, 0755, why) == -1)
		return (NULL);
	char *path = node_lock_path(config);
	lock = filelock_take(path, owner, wait, why);
	free(path);
	return (lock);
}

const struct node_site *
node_site_named(const struct node_config *config, const char *name,
    struct failure *why)
{
	const struct node_site *site = node_config_site(config, name);
	struct words known = { 0 };
	struct text text = { 0 };

	if (site != NULL)
		return (site);
	for (size_t i = 0; i < config->site_count; i++)
		words_add(&known, config->sites[i].name);
	words_join(&known, ", ", &text);
	failure_set(why, EXITCODE_USAGE, "there is no site '%s'", name);
	failure_hint(why, "the sites of this node are %s",
	    text_string(&text));
	text_release(&text);
	words_release(&known);
	return (NULL);
}

int
node_check_sites(const struct node_config *config, const struct words *names,
    struct failure *why)
{
	for (size_t i = 0; i < names->count; i++) {
		if (node_site_named(config, names->list[i], why) == NULL)
			return (-1);
	}
	return (0);
}
