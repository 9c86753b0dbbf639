#include <config.h>

#include "unheld.h"

#include "../libcore/base/clock.h"
#include "../libcore/base/failure.h"
#include "../libcore/base/words.h"
#include "../libsite/node_config.h"
#include "sites.h"

/* How long the last processes of a site that was stopped may take to end. */
#define END_TIME	(INT64_C(5) * CLOCK_SECOND)

int
unheld_look(const struct node_config *config, const struct words *names,
    struct text *what, struct failure *why)
{
	struct sites sites = { 0 };

	if (names->count == 0)
		return (0);		/* which sites_start() takes for all */
	const int gone = sites_start(&sites, config, names, SITES_GONE,
	    why) == -1 ? -1 : sites_await(&sites, SITES_GONE, END_TIME, what,
	    why);

	sites_release(&sites);
	return (gone == -1 ? -1 : !gone);
}

int
unheld_look_at_all(const struct node_config *config, struct text *what,
    struct failure *why)
{
	struct words names = { 0 };

	for (size_t i = 0; i < config->site_count; i++)
		if (config->sites[i].group != NULL)
			words_add(&names, config->sites[i].name);
	const int rc = unheld_look(config, &names, what, why);

	words_release(&names);
	return (rc);
}
