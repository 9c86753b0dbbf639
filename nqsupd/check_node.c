#include <config.h>

#include "check.h"

#include "../libcore/base/text.h"
#include "../libsite/node_config.h"
#include "sites.h"

static void
look_at_site(const struct sites *sites, const struct node_site *site,
    struct check_result *result)
{
	struct text text = { 0 };

	if (residents_state(&sites->residents, site) == RESIDENTS_PARTLY) {
		residents_show_missing(&sites->residents, site, &text);
		check_object(result, "site '%s' runs, but lacks %s",
		    site->name, text_string(&text));
	}
	text_release(&text);
}

void
check_processes(const struct check_request *request,
    struct check_result *result)
{
	struct sites sites = { 0 };
	struct text text = { 0 };

	if (sites_start(&sites, request->config, request->sites,
	    SITES_RUNNING, &result->why) == -1 ||
	    sites_look(&sites, &result->why) == -1) {
		result->outcome = CHECK_UNKNOWN;
		goto out;
	}
	for (size_t i = 0; i < request->config->site_count; i++) {
		if (check_has_site(request, &request->config->sites[i]))
			look_at_site(&sites, &request->config->sites[i],
			    result);
	}
	if (residents_has_strays(&sites.residents)) {
		residents_show_running(&sites.residents, NULL, &text);
		check_object(result, "no site is known of %s",
		    text_string(&text));
	}
out:
	text_release(&text);
	sites_release(&sites);
}
