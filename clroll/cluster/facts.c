#include <config.h>

#include "facts.h"

#include <stdbool.h>
#include <string.h>

#include "../../libcore/base/failure.h"
#include "../../libcore/base/text.h"
#include "../../libcore/base/words.h"
#include "../../libcore/run/given.h"
#include "../../libcore/run/values.h"
#include "../../libcore/system/filedigest.h"
#include "cluster.h"
#include "roles.h"

static const char *const names_of_facts[] = {
	"node",			/* where the step is carried out */
	"run",			/* identifier of the run */
	"cluster",		/* its name */
	"group",
	"site",
	"nodes",		/* all of them, in the file's order */
	"home",			/* the node where the group belongs */
	"active",		/* the node that held it at the begin */
	"target",		/* the node that it moves to first */
	"standby",		/* the nodes that held no group */
	"mutual",		/* yes when several nodes hold groups */
	"package",		/* the files, absolute, on this machine */
	"package_name",		/* the last component of each */
	"package_digest",	/* the SHA-256 of each */
	"stored",		/* where each lies on the nodes */
	"stored_options",	/* -p FILE for each of these */
	"work",			/* yes when there is a work_check */
	"work_check",		/* "check" of the cluster's file */
	"work_checks",		/* of each group: the number of words of its
				 * check, and these */
	NULL
};

void
facts_names(struct words *names)
{
	words_add_list(names, names_of_facts);
}

static int
gather_package(const struct cluster *cluster, const char *path,
    struct values *values, struct failure *why)
{
	char digest[DIGEST_TEXT_ROOM];
	struct text stored = { 0 };

	if (filedigest_read(path, digest, why) == -1)
		return (-1);
	const char *slash = strrchr(path, '/');
	const char *name = slash == NULL ? path : slash + 1;
	const struct words *names = values_find(values, "package_name");
	if (names != NULL && words_has(names, name)) {
		failure_set(why, EXITCODE_USAGE,
		    "two packages are called '%s'", name);
		return (-1);
	}
	text_format(&stored, "%s/%s", cluster->store, name);
	values_add(values, "package", path);
	values_add(values, "package_name", name);
	values_add(values, "package_digest", digest);
	values_add(values, "stored", text_string(&stored));
	values_add(values, "stored_options", "-p");
	values_add(values, "stored_options", text_string(&stored));
	text_release(&stored);
	return (0);
}

static int
gather_packages(const struct cluster *cluster, const struct words *paths,
    struct values *values, struct failure *why)
{
	for (size_t i = 0; i < paths->count; i++) {
		if (gather_package(cluster, paths->list[i], values,
		    why) == -1)
			return (-1);
	}
	return (0);
}

/* Adds what is to be known of one group behind that of the others. */
static void
gather_group(const struct cluster *cluster, const struct role *role,
    struct values *values)
{
	const struct cluster_group *group = &cluster->groups[role->group];
	struct text count = { 0 };

	values_add(values, "group", group->name);
	values_add(values, "site", group->site);
	values_add(values, "home", group->home);
	values_add(values, "active", cluster->nodes[role->active].name);
	values_add(values, "target", cluster->nodes[role->target].name);
	values_add(values, "work", group->check.count > 0 ? "yes" : "no");
	text_format(&count, "%zu", group->check.count);
	values_add(values, "work_checks", text_string(&count));
	for (size_t i = 0; i < group->check.count; i++)
		values_add(values, "work_checks", group->check.list[i]);
	text_release(&count);
}

static void
gather_groups(const struct cluster *cluster, const struct roles *roles,
    struct values *values)
{
	bool mutual = false;

	values_add(values, "standby", NULL);
	for (size_t i = 0; i < roles->standby.count; i++)
		values_add(values, "standby", roles->standby.list[i]);
	values_add(values, "work_check", NULL);
	for (size_t i = 0; i < roles->count; i++) {
		gather_group(cluster, &roles->list[i], values);
		mutual = mutual ||
		    roles->list[i].active != roles->list[0].active;
	}
	values_set(values, "mutual", mutual ? "yes" : "no");
	if (roles->count != 1)
		return;
	const struct words *check =
	    &cluster->groups[roles->list[0].group].check;
	for (size_t i = 0; i < check->count; i++)
		values_add(values, "work_check", check->list[i]);
}

int
facts_gather(const struct cluster *cluster, const struct roles *roles,
    const struct facts_request *request, struct values *values,
    struct failure *why)
{
	values_set(values, "run", request->run);
	values_set(values, "cluster", cluster->name);
	gather_groups(cluster, roles, values);
	for (size_t i = 0; i < cluster->count; i++)
		values_add(values, "nodes", cluster->nodes[i].name);
	struct words facts = { 0 };
	facts_names(&facts);
	const int rc = given_add(request->given, &facts, values, why);
	words_release(&facts);
	if (rc == -1)
		return (-1);
	return (gather_packages(cluster, request->packages, values, why));
}

int
facts_check_packages(const struct values *values, struct failure *why)
{
	const struct words *paths = values_find(values, "package");
	const struct words *expected = values_find(values, "package_digest");
	char digest[DIGEST_TEXT_ROOM];

	for (size_t i = 0; paths != NULL && i < paths->count; i++) {
		if (filedigest_read(paths->list[i], digest, why) == -1)
			return (-1);
		if (expected != NULL && i < expected->count &&
		    strcmp(digest, expected->list[i]) == 0)
			continue;
		failure_set(why, EXITCODE_DATA, "'%s' is not the file that "
		    "the run began with", paths->list[i]);
		return (-1);
	}
	return (0);
}
