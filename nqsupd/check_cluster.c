#include <config.h>

#include "check.h"

#include "../libcore/base/clock.h"
#include "../libcore/base/text.h"
#include "../libsite/node_config.h"
#include "adapter.h"
#include "child.h"
#include "unheld.h"

static const int64_t question_timeout = 60 * CLOCK_SECOND;

/*
 * Asks the cluster software, with up to two arguments.  Returns as
 * adapter_ask(), with what it answered in lines.
 */
static int
ask(const struct node_config *config, const char *verb, const char *first,
    const char *second, struct words *lines, struct failure *why)
{
	const char *const arguments[] = { first, second, NULL };
	const struct adapter_request request = { .kind = "cluster",
	    .name = config->cluster_adapter, .verb = verb,
	    .arguments = arguments, .timeout = question_timeout };
	struct child_result result = { 0 };
	struct words parts = { 0 };
	const int rc = adapter_ask(config, &request, &result, why);

	words_split(&parts, text_string(&result.output), '\n');
	for (size_t i = 0; i < parts.count; i++) {
		if (parts.list[i][0] != '\0')
			words_add(lines, parts.list[i]);
	}
	words_release(&parts);
	child_result_release(&result);
	return (rc);
}

static void
object_all(struct check_result *result, const struct words *lines,
    const char *otherwise)
{
	for (size_t i = 0; i < lines->count; i++)
		check_object(result, "%s", lines->list[i]);
	if (lines->count == 0)
		check_object(result, "%s", otherwise);
}

static bool
has_cluster(const struct check_request *request, struct check_result *result)
{
	if (request->config->cluster_adapter != NULL)
		return (true);
	check_skip(result, "no cluster software is configured");
	return (false);
}

static void
look_at_health(const struct check_request *request,
    struct check_result *result)
{
	struct words lines = { 0 };
	const int rc = ask(request->config, "health", NULL, NULL, &lines,
	    &result->why);

	if (rc == -1)
		result->outcome = CHECK_UNKNOWN;
	else if (rc == 0)
		object_all(result, &lines, "the cluster is not in good "
		    "health");
	words_release(&lines);
}

static void
look_at_exclusion(const struct check_request *request,
    struct check_result *result)
{
	struct words lines = { 0 };
	const int rc = ask(request->config, "excluded",
	    request->config->node, NULL, &lines, &result->why);

	if (rc == -1)
		result->outcome = CHECK_UNKNOWN;
	else if (rc == 1)
		check_object(result, "node '%s' is excluded from the cluster",
		    request->config->node);
	words_release(&lines);
}

/* What maintenance of the site's group has left behind. */
static void
look_at_residue(const struct check_request *request,
    const struct node_site *site, struct check_result *result)
{
	struct words lines = { 0 };
	const int rc = ask(request->config, "residue", site->group, NULL,
	    &lines, &result->why);

	if (rc == -1)
		result->outcome = CHECK_UNKNOWN;
	for (size_t i = 0; rc != -1 && i < lines.count; i++)
		check_object(result, "group '%s': %s", site->group,
		    lines.list[i]);
	words_release(&lines);
}

/*
 * Looks at the processes of the sites of names, whose groups are not here, if
 * nothing else is the matter.
 */
static void
look_at_unheld(const struct check_request *request,
    const struct words *names, struct check_result *result)
{
	struct text what = { 0 };
	const int rc = result->outcome == CHECK_UNKNOWN ? 0 :
	    unheld_look(request->config, names, &what, &result->why);

	if (rc == -1)
		result->outcome = CHECK_UNKNOWN;
	else if (rc == 1)
		check_object(result, "the cluster software says that its group "
		    "is not on node '%s', but %s", request->config->node,
		    text_string(&what));
	text_release(&what);
}

/*
 * Looks that no group is here, unless it may be, and that no site runs whose
 * group is not.
 */
static void
look_at_groups(const struct check_request *request, bool may_hold,
    struct check_result *result)
{
	const struct node_config *config = request->config;
	struct words unheld = { 0 };

	for (size_t i = 0; i < config->site_count; i++) {
		const struct node_site *site = &config->sites[i];
		struct words lines = { 0 };

		if (site->group == NULL || !check_has_site(request, site))
			continue;
		const int rc = ask(config, "where", site->group,
		    config->node, &lines, &result->why);
		if (rc == -1)
			result->outcome = CHECK_UNKNOWN;
		else if (rc == 0)
			words_add(&unheld, site->name);
		else if (!may_hold)
			check_object(result, "node '%s' holds the group '%s'",
			    config->node, site->group);
		words_release(&lines);
	}
	look_at_unheld(request, &unheld, result);
	words_release(&unheld);
}

void
check_cluster(const struct check_request *request,
    struct check_result *result)
{
	if (!has_cluster(request, result))
		return;
	look_at_health(request, result);
	if (result->outcome == CHECK_UNKNOWN)
		return;			/* nor will it answer the rest */
	look_at_exclusion(request, result);
	for (size_t i = 0; i < request->config->site_count; i++) {
		const struct node_site *site = &request->config->sites[i];

		if (site->group != NULL && check_has_site(request, site))
			look_at_residue(request, site, result);
	}
	if (result->outcome != CHECK_UNKNOWN)
		look_at_groups(request, true, result);
}

void
check_standby(const struct check_request *request,
    struct check_result *result)
{
	if (has_cluster(request, result))
		look_at_groups(request, false, result);
}
