#include <config.h>

#include "previous.h"

#include "../libcore/base/failure.h"
#include "../libcore/base/text.h"
#include "../libcore/base/words.h"
#include "../libcore/run/values.h"
#include "../libsite/node_config.h"
#include "store.h"

int
previous_find(const struct node_config *config, struct values *values,
    struct failure *why)
{
	struct text path = { 0 };
	const int rc = store_find_installed(config, &path, why);

	values_add(values, "previous", rc == 1 ? text_string(&path) : NULL);
	text_release(&path);
	return (rc == -1 ? -1 : 0);
}

int
previous_check(const struct node_config *config, const char *name,
    const struct values *values, struct failure *why)
{
	const struct words *previous = values_find(values, "previous");
	const char *release = values_single(values, "release");

	if (!text_begins_with(name, "upgrade-") ||
	    (previous != NULL && previous->count == 1))
		return (0);
	if (release == NULL || release[0] == '\0') {
		failure_set(why, EXITCODE_FAILED,
		    "'%s' is not installed: there is nothing to upgrade",
		    config->package.name);
		return (-1);
	}
	failure_set(why, EXITCODE_FAILED, "the package of the installed "
	    "release, %s, is not in '%s': there would be no way back",
	    release, config->package.store);
	failure_hint(why, "copy it there");
	return (-1);
}
