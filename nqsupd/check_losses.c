#include <config.h>

#include "check.h"

#include <sys/stat.h>

#include <inttypes.h>

#include "../libsite/node_config.h"
#include "transient.h"

/* Says what of transient there is now, and where that was looked for. */
static void
look(const struct node_site *site, const struct node_transient *transient,
    struct check_result *result)
{
	struct failure why = { 0 };
	struct stat status;
	const int64_t count = transient_count(transient, &why);

	if (count == -1) {
		result->why = why;
		result->outcome = CHECK_UNKNOWN;
	} else if (count == 0 && stat(transient->path, &status) == -1) {
		words_format(&result->reasons, "%s: no %s, '%s' is not there",
		    site->name, transient->name, transient->path);
	} else {
		words_format(&result->reasons, "%s: %" PRId64 " %s in '%s'",
		    site->name, count, transient->name, transient->path);
	}
}

void
check_losses(const struct check_request *request,
    struct check_result *result)
{
	const struct node_config *config = request->config;
	size_t here = 0;		/* sites whose data are */

	for (size_t i = 0; i < config->site_count; i++) {
		const struct node_site *site = &config->sites[i];
		struct stat status;

		if (!check_has_site(request, site) ||
		    stat(site->trees.list[0], &status) == -1)
			continue;
		here++;
		for (size_t j = 0; j < site->transient_count; j++)
			look(site, &site->transients[j], result);
	}
	if (result->reasons.count == 0 && result->outcome == CHECK_OK)
		check_skip(result, here == 0 ? "no site has its data here" :
		    "'transient' names nothing that is to be counted");
}
