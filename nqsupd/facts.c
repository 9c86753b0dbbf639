#include <config.h>

#include "facts.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../libcore/base/clock.h"
#include "../libcore/base/digest.h"
#include "../libcore/base/failure.h"
#include "../libcore/base/text.h"
#include "../libcore/base/words.h"
#include "../libcore/run/values.h"
#include "../libcore/system/filedigest.h"
#include "../libsite/node_config.h"
#include "adapter.h"
#include "child.h"
#include "package.h"
#include "previous.h"
#include "residents.h"
#include "sites.h"
#include "store.h"

/* How long the cluster software may take to answer, and to be there at all. */
#define ANSWER_LIMIT	(INT64_C(60) * CLOCK_SECOND)

static const char *const names_of_facts[] = {
	"node",			/* its name */
	"run",			/* identifier of the run */
	"role",			/* standby, active, single */
	"packages",		/* the files, in the store */
	"package_digests",	/* their SHA-256 */
	"package_options",	/* -p FILE for each */
	"release",		/* of JobCenter, "" when not installed */
	"previous",		/* the package of that release, or none */
	"local",		/* the local site: running, partly, stopped */
	"site",			/* the cluster site, when there is one */
	"group",		/* its group */
	"clustered",		/* yes, no */
	"excluded",		/* the node takes no groups: yes, no */
	"unmonitored",		/* the group is left alone: yes, no */
	"target",		/* where the product is */
	"saved",		/* the safety archive of its files */
	"backup",		/* the backup of the NQS data */
	NULL
};

void
facts_names(struct words *names)
{
	words_add_list(names, names_of_facts);
}

/* Asks the cluster software, with the patience of a node that starts. */
static int
ask(const struct node_config *config, const char *verb,
    const char *const *arguments, struct child_result *result,
    struct failure *why)
{
	const struct adapter_request request = { .kind = "cluster",
	    .name = config->cluster_adapter, .verb = verb,
	    .arguments = arguments, .timeout = ANSWER_LIMIT,
	    .patience = ANSWER_LIMIT };

	return (adapter_ask(config, &request, result, why));
}

/* Asks a question; sets the fact name to yes or no. */
static int
ask_cluster(const struct node_config *config, const char *name,
    const char *verb, const char *argument, struct values *values,
    struct failure *why)
{
	const char *const arguments[] = { argument, NULL };
	struct child_result result = { 0 };
	const int rc = ask(config, verb, arguments, &result, why);

	child_result_release(&result);
	if (rc == -1)
		return (-1);
	values_set(values, name, rc == 1 ? "yes" : "no");
	return (0);
}

/*
 * Asks whether the node holds the group of any site: *holds gets the first
 * such site, or NULL.
 */
static int
find_held(const struct node_config *config, const struct node_site **holds,
    struct failure *why)
{
	*holds = NULL;
	for (size_t i = 0; *holds == NULL && i < config->site_count; i++) {
		const struct node_site *site = &config->sites[i];
		const char *const arguments[] = { site->group, config->node,
		    NULL };
		struct child_result result = { 0 };

		if (site->group == NULL)
			continue;
		const int rc = ask(config, "where", arguments, &result,
		    why);
		child_result_release(&result);
		if (rc == -1)
			return (-1);
		if (rc == 1)
			*holds = site;
	}
	return (0);
}

int
facts_held_group(const struct node_config *config, struct text *group,
    struct failure *why)
{
	const struct node_site *site = NULL;

	if (find_held(config, &site, why) == -1)
		return (-1);
	if (site == NULL)
		return (0);
	text_add(group, site->group);
	return (1);
}

int
facts_holder(const struct node_config *config, const char *group,
    struct text *node, struct failure *why)
{
	const char *const arguments[] = { group, NULL };
	struct child_result result = { 0 };
	const int rc = ask(config, "where", arguments, &result, why);

	if (rc == 1)
		text_add_bytes(node, text_string(&result.output),
		    strcspn(text_string(&result.output), "\n"));
	child_result_release(&result);
	return (rc == -1 ? -1 : 0);
}

/* The cluster site of a run: the one named by -s, or the only one. */
static const struct node_site *
cluster_site(const struct node_config *config, const struct words *asked)
{
	const struct node_site *only = NULL;

	for (size_t i = 0; i < config->site_count; i++) {
		const struct node_site *site = &config->sites[i];

		if (site->group == NULL)
			continue;
		if (asked->count > 0 && !words_has(asked, site->name))
			continue;
		if (only != NULL)
			return (NULL);
		only = site;
	}
	return (only);
}

static int
gather_cluster(const struct node_config *config,
    const struct facts_request *request, struct values *values,
    struct failure *why)
{
	const struct node_site *held = NULL;
	const struct node_site *site = cluster_site(config, request->sites);

	values_add(values, "site", site == NULL ? NULL : site->name);
	values_add(values, "group", site == NULL ? NULL : site->group);
	if (config->cluster_adapter == NULL) {
		values_set(values, "clustered", "no");
		values_set(values, "excluded", "no");
		values_set(values, "unmonitored", "no");
		values_set(values, "role", request->role != NULL ?
		    request->role : "single");
		return (0);
	}
	if (request->role != NULL && strcmp(request->role, "single") == 0) {
		failure_set(why, EXITCODE_USAGE, "the node has cluster "
		    "software, and is not a single one");
		return (-1);
	}
	values_set(values, "clustered", "yes");
	if (find_held(config, &held, why) == -1 ||
	    ask_cluster(config, "excluded", "excluded", config->node, values,
	    why) == -1)
		return (-1);
	values_set(values, "unmonitored", "no");
	if (site != NULL && ask_cluster(config, "unmonitored", "unmonitored",
	    site->group, values, why) == -1)
		return (-1);
	values_set(values, "role", request->role != NULL ? request->role :
	    held != NULL ? "active" : "standby");
	return (0);
}

static int
gather_local(const struct node_config *config, struct values *values,
    struct failure *why)
{
	struct words names = { 0 };
	struct sites sites = { 0 };
	const char *state = "none";
	int rc = -1;

	const struct node_site *local = node_config_site(config,
	    NODE_LOCAL_SITE);
	if (local == NULL) {
		values_set(values, "local", state);
		return (0);
	}
	words_add(&names, local->name);
	if (sites_start(&sites, config, &names, SITES_ANY, why) == -1 ||
	    sites_look(&sites, why) == -1)
		goto out;
	switch (residents_state(&sites.residents, local)) {
	case RESIDENTS_STOPPED:
		state = "stopped";
		break;
	case RESIDENTS_PARTLY:
		state = "partly";
		break;
	case RESIDENTS_RUNNING:
		state = "running";
		break;
	}
	values_set(values, "local", state);
	rc = 0;
out:
	sites_release(&sites);
	words_release(&names);
	return (rc);
}

/*
 * Gathers what is to be known of package number at, which the run finds in the
 * store.
 */
static int
gather_package(const struct node_config *config,
    const struct facts_request *request, size_t at, struct values *values,
    struct failure *why)
{
	const char *file = request->packages->list[at];
	const char *known = request->digests == NULL ? NULL :
	    request->digests->list[at];
	char *place = store_place(config, file, why);
	char digest[DIGEST_TEXT_ROOM];
	int rc = -1;

	if (place == NULL)
		return (-1);
	if (words_has(values_find(values, "packages"), place))
		failure_set(why, EXITCODE_USAGE,
		    "two packages have the name of '%s'", file);
	else if (known == NULL)
		rc = filedigest_read(file, digest, why);
	else
		rc = store_keep(config, file, place, known, why);
	if (rc == 0) {
		values_add(values, "packages", place);
		values_add(values, "package_digests",
		    known == NULL ? digest : known);
		values_add(values, "package_options", "-p");
		values_add(values, "package_options", place);
	}
	free(place);
	return (rc);
}

static int
gather_packages(const struct node_config *config,
    const struct facts_request *request, struct values *values,
    struct failure *why)
{
	struct text release = { 0 };
	int rc = -1;

	values_add(values, "packages", NULL);
	values_add(values, "package_options", NULL);
	values_add(values, "package_digests", NULL);
	for (size_t i = 0; i < request->packages->count; i++) {
		if (gather_package(config, request, i, values, why) == -1)
			goto out;
	}
	if (package_query_version(config, config->package.name, &release,
	    why) == -1)
		goto out;
	values_set(values, "release", text_string(&release));
	rc = previous_find(config, values, why);
out:
	text_release(&release);
	return (rc);
}

static void
add_paths(const struct node_config *config, const char *run,
    struct values *values)
{
	struct text path = { 0 };

	text_format(&path, "%s/saved/%s.files.tar.gz", config->state, run);
	values_set(values, "saved", text_string(&path));
	text_clear(&path);
	text_format(&path, "%s/saved/%s.data.tar.gz", config->state, run);
	values_set(values, "backup", text_string(&path));
	text_release(&path);
	values_set(values, "target", config->package.target);
}

int
facts_gather(const struct node_config *config,
    const struct facts_request *request, struct values *values,
    struct failure *why)
{
	values_set(values, "node", config->node);
	values_set(values, "run", request->run);
	add_paths(config, request->run, values);
	if (gather_cluster(config, request, values, why) == -1 ||
	    gather_local(config, values, why) == -1 ||
	    gather_packages(config, request, values, why) == -1)
		return (-1);
	return (0);
}

int
facts_check_packages(const struct values *values, struct failure *why)
{
	const struct words *packages = values_find(values, "packages");
	const struct words *digests = values_find(values, "package_digests");

	for (size_t i = 0; packages != NULL && digests != NULL &&
	    i < packages->count && i < digests->count; i++) {
		char digest[DIGEST_TEXT_ROOM];

		const int rc = filedigest_read(packages->list[i], digest,
		    why);
		if (rc == 0 && strcmp(digest, digests->list[i]) == 0)
			continue;
		if (rc == -1 && (access(packages->list[i], F_OK) == 0 ||
		    errno != ENOENT))
			return (-1);
		failure_set(why, EXITCODE_DATA, "'%s' is %s the file that the "
		    "run began with, of the SHA-256 digest %s",
		    packages->list[i], rc == -1 ? "there no more," : "not",
		    digests->list[i]);
		return (-1);
	}
	return (0);
}
