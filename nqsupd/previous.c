#include <config.h>

#include "previous.h"

#include "../libcore/base/text.h"
#include "../libcore/run/values.h"
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
