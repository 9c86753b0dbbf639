#include <config.h>

#include "check.h"

#include <fnmatch.h>
#include <string.h>

#include "../libcore/base/failure.h"
#include "../libcore/base/text.h"
#include "../libcore/base/words.h"
#include "../libsite/node_config.h"
#include "package.h"
#include "residents.h"

/* Whether the packages are what a patch, or an upgrade, takes. */

/* Objects to a package that is older than the installed one of its name. */
static void
compare(const struct check_request *request, const char *file,
    const struct package_facts *facts, struct check_result *result)
{
	struct text build = { 0 };
	struct text installed = { 0 };
	struct failure why = { 0 };
	const int rc = package_query_build(request->config, facts->name,
	    &installed, &why);

	text_format(&build, "%s-%s", facts->version, facts->release);
	if (rc == -1)
		check_take_failure(request, result, &why);
	if (rc == 1 && package_compare_builds(text_string(&build),
	    text_string(&installed)) < 0)
		check_object(result, "'%s' is '%s' %s, and %s is installed",
		    file, facts->name, text_string(&build),
		    text_string(&installed));
	text_release(&installed);
	text_release(&build);
}

/*
 * Looks at one package.  Returns whether it is called name; what else it may
 * be called is other, or NULL.
 */
static bool
look(const struct check_request *request, const char *file, const char *name,
    const char *other, struct check_result *result)
{
	struct package_facts facts = { 0 };
	struct failure why = { 0 };
	bool is_it = false;

	if (package_inspect(request->config, file, &facts, &why) == -1) {
		check_take_failure(request, result, &why);
	} else {
		is_it = strcmp(facts.name, name) == 0;
		if (is_it || (other != NULL && strcmp(facts.name, other) == 0))
			compare(request, file, &facts, result);
		else
			check_object(result, "'%s' is the package '%s', and "
			    "not '%s'", file, facts.name, name);
	}
	package_facts_release(&facts);
	return (is_it);
}

/*
 * Objects to a patch that is not of this release, of which the first two
 * numbers are its name, or older.
 */
static void
compare_with_release(const char *file, const struct package_facts *facts,
    const char *release, struct check_result *result)
{
	if (!package_is_of_release(facts->version, release) ||
	    residents_compare_releases(facts->version, release) < 0)
		check_object(result, "'%s' is a patch of %s, and the release "
		    "is %s", file, facts->version, release);
}

/* Objects to a patch that is not of the release it would go onto. */
static void
compare_base(const struct check_request *request, const char *file,
    struct check_result *result)
{
	const char *base = request->config->package.name;
	struct package_facts facts = { 0 };
	struct text release = { 0 };
	struct failure why = { 0 };
	int rc = package_inspect(request->config, file, &facts, &why);

	if (rc == 0)
		rc = package_query_version(request->config, base, &release,
		    &why);
	if (rc == -1)
		check_take_failure(request, result, &why);
	else if (rc == 0)
		check_object(result, "'%s' is a patch, and '%s' is not "
		    "installed", file, base);
	else
		compare_with_release(file, &facts, text_string(&release),
		    result);
	text_release(&release);
	package_facts_release(&facts);
}

void
check_patch(const struct check_request *request, struct check_result *result)
{
	const char *patch = request->config->package.patch;

	if (request->packages->count == 0)
		check_skip(result, "no package was given with -p");
	for (size_t i = 0; i < request->packages->count; i++) {
		const char *file = request->packages->list[i];

		if (look(request, file, patch, NULL, result))
			compare_base(request, file, result);
	}
}

/* Returns whether the configuration says so of the package. */
static bool
is_named(const struct check_request *request,
    const struct package_facts *facts)
{
	const struct words *patterns = &request->config->package.not_rolled;
	struct text name = { 0 };
	bool found = false;

	text_format(&name, "%s-%s-%s", facts->name, facts->version,
	    facts->release);
	for (size_t i = 0; i < patterns->count && !found; i++)
		found = fnmatch(patterns->list[i], text_string(&name), 0) ==
		    0;
	text_release(&name);
	return (found);
}

void
check_rolling(const struct check_request *request,
    struct check_result *result)
{
	if (request->packages->count == 0)
		check_skip(result, "no package was given with -p");
	for (size_t i = 0; i < request->packages->count; i++) {
		const char *file = request->packages->list[i];
		struct package_facts facts = { 0 };
		struct failure why = { 0 };

		if (package_inspect(request->config, file, &facts,
		    &why) == -1)
			check_take_failure(request, result, &why);
		else if (facts.not_rolled || is_named(request, &facts))
			check_object(result, "'%s' must not be rolled, %s; "
			    "it is for 'clroll run cluster-patch', which "
			    "stops the site", file, facts.not_rolled ?
			    "as it says itself" : "as 'not_rolled' says");
		package_facts_release(&facts);
	}
}

/* Objects to patches that are not of the release that is among the packages. */
static void
compare_together(const struct check_request *request, const char *base,
    struct check_result *result)
{
	struct package_facts release = { 0 };
	struct failure why = { 0 };
	int rc = package_inspect(request->config, base, &release, &why);

	for (size_t i = 0; rc == 0 && i < request->packages->count; i++) {
		const char *file = request->packages->list[i];
		struct package_facts facts = { 0 };

		rc = package_inspect(request->config, file, &facts, &why);
		if (rc == 0 && strcmp(facts.name, release.name) != 0)
			compare_with_release(file, &facts, release.version,
			    result);
		package_facts_release(&facts);
	}
	if (rc == -1)
		check_take_failure(request, result, &why);
	package_facts_release(&release);
}

void
check_release(const struct check_request *request,
    struct check_result *result)
{
	const struct node_package *package = &request->config->package;
	const char *base = NULL;
	size_t bases = 0;

	if (request->packages->count == 0) {
		check_skip(result, "no package was given with -p");
		return;
	}
	for (size_t i = 0; i < request->packages->count; i++) {
		const char *file = request->packages->list[i];

		if (!look(request, file, package->name, package->patch,
		    result))
			continue;
		base = file;
		bases++;
	}
	if (bases != 1 && result->outcome == CHECK_OK)
		check_object(result, "%s of the packages is a release, '%s': "
		    "an upgrade needs exactly one", bases == 0 ? "none" :
		    "more than one", package->name);
	if (bases == 1 && result->outcome == CHECK_OK)
		compare_together(request, base, result);
}
