#include <config.h>

#include "transient.h"

#include <sys/stat.h>

#include <errno.h>
#include <inttypes.h>

#include "../libcore/base/failure.h"
#include "../libcore/base/words.h"
#include "../libsite/node_config.h"
#include "census.h"

int64_t
transient_count(const struct node_transient *transient, struct failure *why)
{
	struct census census = { 0 };

	if (census_take(transient->path, &census) == 0)
		return (census.files);
	failure_set_errno(why, failure_code_of_errno(errno), errno,
	    "cannot count the %s in '%s'", transient->name, transient->path);
	return (-1);
}

static void
describe(const struct node_site *site, struct words *lines)
{
	for (size_t i = 0; i < site->transient_count; i++) {
		const struct node_transient *transient = &site->transients[i];
		struct failure why = { 0 };
		const int64_t count = transient_count(transient, &why);

		if (count == -1)
			words_format(lines, "%s: %s", site->name, why.message);
		else
			words_format(lines, "%s: %" PRId64 " %s", site->name,
			    count, transient->name);
	}
}

void
transient_describe(const struct node_config *config, struct words *lines)
{
	for (size_t i = 0; i < config->site_count; i++) {
		const struct node_site *site = &config->sites[i];
		struct stat status;

		if (stat(site->trees.list[0], &status) == 0)
			describe(site, lines);
	}
}
