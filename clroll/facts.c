#include <config.h>

#include "facts.h"

#include <string.h>

#include "../libcore/base/failure.h"
#include "../libcore/base/text.h"
#include "../libcore/base/words.h"
#include "../libcore/run/given.h"
#include "../libcore/run/values.h"
#include "../libcore/system/filedigest.h"
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
	"package",		/* the files, absolute, on this machine */
	"package_name",		/* the last component of each */
	"package_digest",	/* the SHA-256 of each */
	"stored",		/* where each lies on the nodes */
	"stored_options",	/* -p FILE for each of these */
	"work",			/* yes when there is a work_check */
	"work_check",		/* "check" of the cluster's file */
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

int
facts_gather(const struct cluster *cluster, const struct roles *roles,
    const struct facts_request *request, struct values *values,
    struct failure *why)
{
	values_set(values, "run", request->run);
	values_set(values, "cluster", cluster->name);
	values_set(values, "group", cluster->group);
	values_set(values, "site", cluster->site);
	values_set(values, "home", cluster->home);
	values_set(values, "active", cluster->nodes[roles->active].name);
	values_set(values, "target", cluster->nodes[roles->target].name);
	values_set(values, "work", cluster->check.count > 0 ? "yes" : "no");
	values_add(values, "work_check", NULL);
	for (size_t i = 0; i < cluster->check.count; i++)
		values_add(values, "work_check", cluster->check.list[i]);
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
