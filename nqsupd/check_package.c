#include <config.h>

#include "check.h"

#include <sys/utsname.h>

#include <stdbool.h>
#include <string.h>

#include "../libcore/base/text.h"
#include "../libsite/node_config.h"
#include "package.h"
#include "proof.h"
#include "store.h"

/* Objects to what is damaged, or not signed as the configuration asks for. */
static void
look_at_signature(const struct check_request *request, const char *file,
    const char *signature, struct check_result *result)
{
	const bool is_required = strcmp(request->config->package.signature,
	    "required") == 0;

	if (signature != NULL && strcmp(signature, "bad") == 0)
		check_object(result, "'%s' is damaged, or its signature is "
		    "wrong", file);
	else if (!is_required || (signature != NULL &&
	    strcmp(signature, "good") == 0))
		return;
	else if (signature == NULL)
		check_object(result, "a signature is required, and whether "
		    "that of '%s' is good cannot be told", file);
	else if (strcmp(signature, "none") == 0)
		check_object(result, "a signature is required, and '%s' has "
		    "none", file);
	else
		check_object(result, "a signature is required, and that of "
		    "'%s' is by a key that is not known here", file);
}

static void
look_at_package(const struct check_request *request, const char *file,
    struct check_result *result)
{
	struct package_facts facts = { 0 };
	struct failure why = { 0 };
	struct utsname system;
	int rc = package_inspect(request->config, file, &facts, &why);

	if (rc == 0 && uname(&system) != -1 &&
	    !package_fits(facts.arch, system.machine))
		check_object(result, "'%s' is for %s, and this is %s", file,
		    facts.arch, system.machine);
	if (rc == 0)
		look_at_signature(request, file, facts.signature, result);
	if (rc == 0)
		rc = package_is_installed(request->config, file, &why);
	if (rc == 1)
		check_object(result, "'%s' is installed already", file);
	if (rc == -1)
		check_take_failure(request, result, &why);
	package_facts_release(&facts);
}

/*
 * Objects to packages that bring one file with different contents: which of
 * them comes last is for the package manager to choose.
 */
static void
look_for_rivals(const struct check_request *request,
    struct check_result *result)
{
	char *const *files = request->packages->list;
	struct failure why = { 0 };
	struct proof proof = { 0 };

	if (proof_add_packages(&proof, request->config,
	    (const char *const *)files, &why) == -1)
		check_take_failure(request, result, &why);
	for (size_t i = 0; i < proof.count; i++) {
		const struct proof_row *row = &proof.rows[i];

		if (row->rival == row->package)
			continue;
		check_object(result, "'%s' and '%s' both bring '%s', and not "
		    "the same: install one after the other", files[row->rival],
		    files[row->package], row->path);
		break;
	}
	proof_release(&proof);
}

void
check_package(const struct check_request *request,
    struct check_result *result)
{
	if (request->packages->count == 0)
		check_skip(result, "no package was given with -p");
	for (size_t i = 0; i < request->packages->count; i++)
		look_at_package(request, request->packages->list[i], result);
	if (request->packages->count > 1)
		look_for_rivals(request, result);
}

/*
 * Says by which verb the packages come onto the node, as the procedures have
 * it: a release by an upgrade.  Returns 0, or -1.
 */
static int
find_verb(const struct check_request *request, const char **verb,
    struct check_result *result)
{
	*verb = "install";
	for (size_t i = 0; i < request->packages->count; i++) {
		struct package_facts facts = { 0 };
		struct failure why = { 0 };
		const int rc = package_inspect(request->config,
		    request->packages->list[i], &facts, &why);

		if (rc == 0 && strcmp(facts.name,
		    request->config->package.name) == 0)
			*verb = "upgrade";
		package_facts_release(&facts);
		if (rc == -1) {
			check_take_failure(request, result, &why);
			return (-1);
		}
	}
	return (0);
}

void
check_rehearsal(const struct check_request *request,
    struct check_result *result)
{
	const char *verb = NULL;
	struct failure why = { 0 };
	struct words said = { 0 };

	if (request->packages->count == 0) {
		check_skip(result, "no package was given with -p");
		return;
	}
	if (find_verb(request, &verb, result) == -1)
		return;
	const int rc = package_rehearse(request->config, verb,
	    (const char *const *)request->packages->list, &said, &why);
	if (rc == -1)
		check_take_failure(request, result, &why);
	else if (rc == PACKAGE_UNREHEARSED)
		check_skip(result, "the package manager has no rehearsal");
	for (size_t i = 0; i < said.count; i++) {
		if (rc == PACKAGE_REFUSED)
			check_object(result, "the package manager would "
			    "refuse: %s", said.list[i]);
		else
			words_format(&result->reasons, "not rehearsed: %s",
			    said.list[i]);
	}
	words_release(&said);
}

void
check_busy(const struct check_request *request, struct check_result *result)
{
	struct failure why = { 0 };
	struct proof proof = { 0 };
	struct text busy = { 0 };
	int rc;

	if (request->packages->count == 0) {
		check_skip(result, "no package was given with -p");
		return;
	}
	rc = proof_of_packages(&proof, request->config,
	    (const char *const *)request->packages->list, &why);
	if (rc != -1)
		rc = proof_find_busy(&proof, &busy, &why);
	if (rc == -1)
		check_take_failure(request, result, &why);
	else if (rc == 1)
		check_object(result, "%s", text_string(&busy));
	text_release(&busy);
	proof_release(&proof);
}

void
check_previous(const struct check_request *request,
    struct check_result *result)
{
	const struct node_package *package = &request->config->package;
	struct text path = { 0 };
	struct text version = { 0 };
	int rc = package_query_version(request->config, package->name, &version,
	    &result->why);

	if (rc == 0)
		check_object(result, "'%s' is not installed", package->name);
	if (rc == 1) {
		rc = store_find_installed(request->config, &path,
		    &result->why);
		if (rc == 0)
			check_object(result, "the package of '%s', release "
			    "%s, is not in '%s'", package->name,
			    text_string(&version), package->store);
	}
	if (rc == -1)
		result->outcome = CHECK_UNKNOWN;
	text_release(&version);
	text_release(&path);
}
