#include <config.h>

#include "check.h"

#include <string.h>

#include "../libcore/base/text.h"
#include "../libsite/node_config.h"
#include "package.h"
#include "residents.h"

/* Whether the packages are what a patch, or an upgrade, takes. */

/* Objects to a package that is older than the installed one of its name. */
static void
compare(const struct check_request *request, const char *file,
    const struct package_facts *facts, struct check_result *result)
{
	struct text installed = { 0 };
	struct failure why = { 0 };
	const int rc = package_query_version(request->config, facts->name,
	    &installed, &why);

	if (rc == -1)
		check_take_failure(result, &why);
	if (rc == 1 && residents_compare_releases(facts->version,
	    text_string(&installed)) < 0)
		check_object(result, "'%s' is '%s' %s, and %s is installed",
		    file, facts->name, facts->version,
		    text_string(&installed));
	text_release(&installed);
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
		check_take_failure(result, &why);
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

void
check_patch(const struct check_request *request, struct check_result *result)
{
	if (request->packages->count == 0)
		check_skip(result, "no package was given with -p");
	for (size_t i = 0; i < request->packages->count; i++)
		(void)look(request, request->packages->list[i],
		    request->config->package.patch, NULL, result);
}

void
check_release(const struct check_request *request,
    struct check_result *result)
{
	const struct node_package *package = &request->config->package;
	size_t bases = 0;

	if (request->packages->count == 0) {
		check_skip(result, "no package was given with -p");
		return;
	}
	for (size_t i = 0; i < request->packages->count; i++)
		bases += look(request, request->packages->list[i],
		    package->name, package->patch, result) ? 1 : 0;
	if (bases != 1 && result->outcome == CHECK_OK)
		check_object(result, "%zu of the packages are '%s', and not "
		    "one", bases, package->name);
}
