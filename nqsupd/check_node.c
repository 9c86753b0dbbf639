#include <config.h>

#include "check.h"

#include <sys/statvfs.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "../libcore/base/number.h"
#include "../libcore/base/text.h"
#include "../libcore/system/filelock.h"
#include "../libsite/node_config.h"
#include "node.h"
#include "package.h"
#include "sites.h"

/* What is needed in any case. */
enum { ROOM = 64 << 20 };

static void
look_at_site(const struct sites *sites, const struct node_site *site,
    struct check_result *result)
{
	struct text text = { 0 };

	if (residents_state(&sites->residents, site) == RESIDENTS_PARTLY) {
		residents_show_missing(&sites->residents, site, &text);
		check_object(result, "site '%s' runs, but lacks %s",
		    site->name, text_string(&text));
	}
	text_release(&text);
}

void
check_processes(const struct check_request *request,
    struct check_result *result)
{
	struct sites sites = { 0 };
	struct text text = { 0 };

	if (sites_start(&sites, request->config, request->sites,
	    SITES_RUNNING, &result->why) == -1 ||
	    sites_look(&sites, &result->why) == -1) {
		result->outcome = CHECK_UNKNOWN;
		goto out;
	}
	for (size_t i = 0; i < request->config->site_count; i++) {
		if (check_has_site(request, &request->config->sites[i]))
			look_at_site(&sites, &request->config->sites[i],
			    result);
	}
	if (residents_has_strays(&sites.residents)) {
		residents_show_running(&sites.residents, NULL, &text);
		check_object(result, "no site is known of %s",
		    text_string(&text));
	}
out:
	text_release(&text);
	sites_release(&sites);
}

/*
 * Looks at the room of the file system that path is on, or will be, once its
 * parents are made.
 */
static void
look_at_room(const char *path, int64_t need, struct check_result *result)
{
	struct text name = { 0 };
	struct statvfs status;
	int rc;

	text_add(&name, path);
	while ((rc = statvfs(text_string(&name), &status)) == -1 &&
	    errno == ENOENT && name.length > 1) {
		const char *slash = strrchr(name.bytes, '/');
		const size_t length = slash == NULL || slash == name.bytes ?
		    1 : (size_t)(slash - name.bytes);

		name.bytes[length] = '\0';
		name.length = length;
	}
	if (rc == -1) {
		failure_set_errno(&result->why,
		    failure_code_of_errno(errno), errno,
		    "cannot tell the room in '%s'", path);
		result->outcome = CHECK_UNKNOWN;
	} else if ((double)status.f_bavail * (double)status.f_frsize <
	    (double)need) {
		check_object(result, "'%s' has room for %lld MiB, not for "
		    "%lld", path, (long long)((double)status.f_bavail *
		    (double)status.f_frsize / (1 << 20)),
		    (long long)(need >> 20));
	}
	text_release(&name);
}

/* Adds what the packages need: staged, and once more in place. */
static int
add_packages(const struct check_request *request, int64_t *need,
    struct failure *why)
{
	for (size_t i = 0; i < request->packages->count; i++) {
		struct package_facts facts = { 0 };
		int64_t twice;
		int rc = package_inspect(request->config,
		    request->packages->list[i], &facts, why);

		if (rc == 0 && (number_multiply(facts.size, 2,
		    &twice) == -1 || number_add(*need, twice, need) == -1)) {
			failure_set(why, EXITCODE_DATA,
			    "'%s' is larger than any disk",
			    request->packages->list[i]);
			rc = -1;
		}
		package_facts_release(&facts);
		if (rc == -1)
			return (-1);
	}
	return (0);
}

void
check_space(const struct check_request *request,
    struct check_result *result)
{
	int64_t need = ROOM;

	if (add_packages(request, &need, &result->why) == -1)
		result->outcome = CHECK_UNKNOWN;
	look_at_room(request->config->package.target, need, result);
	look_at_room(request->config->state, ROOM, result);
}

void
check_lock(const struct check_request *request,
    struct check_result *result)
{
	char *path = node_lock_path(request->config);
	struct text who = { 0 };
	const int rc = filelock_look(path, &who, &result->why);

	if (rc == 1)
		check_object(result, "the lock of the node is held: %s",
		    text_string(&who));
	else if (rc == -1)
		result->outcome = CHECK_UNKNOWN;
	text_release(&who);
	free(path);
}
