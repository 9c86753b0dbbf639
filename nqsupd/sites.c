#include <config.h>

#include "sites.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "../libcore/base/clock.h"
#include "../libcore/base/failure.h"
#include "../libcore/base/memory.h"
#include "../libcore/base/message.h"
#include "../libcore/base/text.h"
#include "../libsite/node_config.h"
#include "node.h"
#include "package.h"
#include "processes_read.h"

static const struct timespec between_looks = { 0, 100 * 1000 * 1000 };

bool
sites_has(const struct sites *sites, const struct node_site *site)
{
	return (sites->names.count == 0 ||
	    words_has(&sites->names, site->name));
}

/* Whether a resident of the sites asked for depends on the release. */
static bool
needs_release(const struct sites *sites)
{
	for (size_t i = 0; i < sites->config->site_count; i++) {
		const struct node_site *site = &sites->config->sites[i];

		for (size_t j = 0; sites_has(sites, site) &&
		    j < site->resident_count; j++) {
			if (site->residents[j].since != NULL)
				return (true);
		}
	}
	return (false);
}

/* Asks for the release; "" when there is none. */
static int
find_release(struct sites *sites, struct failure *why)
{
	struct text version = { 0 };
	int rc = package_query_version(sites->config,
	    sites->config->package.name, &version, why);

	if (rc == 1) {
		free(sites->release);
		sites->release = text_take(&version);
	}
	text_release(&version);
	return (rc == -1 ? -1 : 0);
}

int
sites_start(struct sites *sites, const struct node_config *config,
    const struct words *names, enum sites_expect expect,
    struct failure *why)
{
	struct failure untold = { 0 };

	*sites = (struct sites){ .config = config,
	    .release = memory_copy_string(RESIDENTS_NO_RELEASE) };
	if (node_check_sites(config, names, why) == -1)
		return (-1);
	words_add_all(&sites->names, names);
	if (expect == SITES_GONE || expect == SITES_STOPPED ||
	    !needs_release(sites))
		return (0);
	if (find_release(sites, &untold) == 0)
		return (0);
	if (expect == SITES_RUNNING) {
		*why = untold;
		failure_add(why, "cannot tell the release");
		return (-1);
	}
	message_say(MESSAGE_WARNING, "cannot tell the release: %s",
	    untold.message);
	return (0);
}

void
sites_release(struct sites *sites)
{
	residents_release(&sites->residents);
	processes_release(&sites->processes);
	words_release(&sites->names);
	free(sites->release);
	*sites = (struct sites){ 0 };
}

int
sites_look(struct sites *sites, struct failure *why)
{
	processes_release(&sites->processes);
	residents_release(&sites->residents);
	if (processes_source()->read(&sites->processes, why) == -1)
		return (-1);
	residents_find(&sites->residents, sites->config, &sites->processes,
	    sites->release);
	return (0);
}

/* Begins another part of the reason. */
static void
add_part(struct text *what, const char *name, const char *is)
{
	text_format(what, "%ssite '%s' %s", what->length > 0 ? "; " : "",
	    name, is);
}

static bool
is_running(const struct sites *sites, const struct node_site *site,
    struct text *what)
{
	const struct residents *residents = &sites->residents;

	switch (residents_state(residents, site)) {
	case RESIDENTS_RUNNING:
		return (true);
	case RESIDENTS_STOPPED:
		add_part(what, site->name, "does not run");
		break;
	case RESIDENTS_PARTLY:
		add_part(what, site->name, "lacks ");
		residents_show_missing(residents, site, what);
		break;
	}
	return (false);
}

static bool
is_stopped(const struct sites *sites, const struct node_site *site,
    struct text *what)
{
	const struct residents *residents = &sites->residents;

	if (residents_state(residents, site) == RESIDENTS_STOPPED)
		return (true);
	add_part(what, site->name, "still has ");
	residents_show_running(residents, site, what);
	return (false);
}

/* Strays could be of any site, so none is surely stopped. */
static bool
has_no_strays(const struct sites *sites, struct text *what)
{
	if (!residents_has_strays(&sites->residents))
		return (true);
	text_format(what, "%sno site is known of ",
	    what->length > 0 ? "; " : "");
	residents_show_running(&sites->residents, NULL, what);
	return (false);
}

bool
sites_are(const struct sites *sites, enum sites_expect expect,
    struct text *what)
{
	bool are = true;

	if (expect == SITES_ANY)
		return (true);
	for (size_t i = 0; i < sites->config->site_count; i++) {
		const struct node_site *site = &sites->config->sites[i];

		if (!sites_has(sites, site))
			continue;
		if (expect == SITES_RUNNING)
			are = is_running(sites, site, what) && are;
		else
			are = is_stopped(sites, site, what) && are;
	}
	if (expect == SITES_STOPPED)
		are = has_no_strays(sites, what) && are;
	return (are);
}

int
sites_await(struct sites *sites, enum sites_expect expect, int64_t wait,
    struct text *what, struct failure *why)
{
	const int64_t began = clock_monotonic();

	for (;;) {
		text_clear(what);
		if (sites_look(sites, why) == -1)
			return (-1);
		if (sites_are(sites, expect, what))
			return (1);
		if (clock_monotonic() - began >= wait)
			return (0);
		/* A signal only makes the next look come earlier. */
		(void)nanosleep(&between_looks, NULL);
	}
}
