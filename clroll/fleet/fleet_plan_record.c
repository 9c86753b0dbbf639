#include <config.h>

#include "fleet_plan.h"

#include <string.h>

#include "../../libcore/base/failure.h"
#include "../../libcore/base/memory.h"
#include "../../libcore/format/jsonline.h"
#include "fleet_record.h"

/* The plan of a fleet, in the record that begins its journal. */

struct jsonline *
fleet_plan_write(const struct fleet_plan *plan)
{
	struct jsonline *line = jsonline_make();

	jsonline_set_string(line, "verb", plan->verb);
	jsonline_set_string(line, "procedure", plan->procedure);
	jsonline_set_words(line, "arguments", &plan->arguments);
	jsonline_set_words(line, "options", &plan->options);
	jsonline_set_string(line, "config", plan->config);
	jsonline_set_words(line, "clusters", &plan->clusters);
	jsonline_set_words(line, "names", &plan->names);
	jsonline_set_words(line, "files", &plan->files);
	jsonline_set_words(line, "things", &plan->things);
	if (plan->is_approved)
		jsonline_set_boolean(line, "approved", true);
	fleet_record_set_rules(line, &plan->rules);
	return (line);
}

static char *
copy_string(const struct jsonline *line, const char *key)
{
	const char *string = jsonline_string(line, key);

	return (string == NULL ? NULL : memory_copy_string(string));
}

int
fleet_plan_read(struct fleet_plan *plan, const struct jsonline *open,
    struct failure *why)
{
	const char *digest = jsonline_string(open, "digest");

	*plan = (struct fleet_plan){ 0 };
	plan->verb = copy_string(open, "verb");
	plan->procedure = copy_string(open, "procedure");
	plan->config = copy_string(open, "config");
	jsonline_words(open, "arguments", &plan->arguments);
	jsonline_words(open, "options", &plan->options);
	jsonline_words(open, "clusters", &plan->clusters);
	jsonline_words(open, "names", &plan->names);
	jsonline_words(open, "files", &plan->files);
	jsonline_words(open, "things", &plan->things);
	fleet_record_rules(open, &plan->rules);
	plan->is_approved = jsonline_boolean(open, "approved", false);
	if (plan->verb != NULL && plan->clusters.count > 0 &&
	    plan->names.count == plan->clusters.count && digest != NULL &&
	    strlen(digest) < sizeof(plan->digest) && plan->rules.jobs > 0 &&
	    plan->rules.canary >= 0) {
		memcpy(plan->digest, digest, strlen(digest) + 1);
		return (0);
	}
	failure_set(why, EXITCODE_DATA,
	    "the first record of the fleet's journal is not whole");
	return (-1);
}
