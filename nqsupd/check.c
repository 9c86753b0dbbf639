#include <config.h>

#include "check.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "../libsite/node_config.h"
#include "package.h"

enum { REASON_ROOM = 1024 };

static bool
always(const struct check_request *request)
{
	(void)request;
	return (true);
}

static bool
with_packages(const struct check_request *request)
{
	return (request->packages->count > 0);
}

static bool
in_a_cluster(const struct check_request *request)
{
	return (request->config->cluster_adapter != NULL);
}

/* What is only true between two steps of a procedure. */
static bool
by_name_only(const struct check_request *request)
{
	(void)request;
	return (false);
}

const struct check *
check_table(void)
{
	static const struct check table[] = {
		{ "environment", always, check_environment },
		{ "clients", always, check_clients },
		{ "processes", always, check_processes },
		{ "space", always, check_space },
		{ "losses", always, check_losses },
		{ "package", with_packages, check_package },
		{ "rehearsal", by_name_only, check_rehearsal },
		{ "patch", by_name_only, check_patch },
		{ "rolling", by_name_only, check_rolling },
		{ "release", by_name_only, check_release },
		{ "busy", by_name_only, check_busy },
		{ "previous", by_name_only, check_previous },
		{ "cluster", in_a_cluster, check_cluster },
		{ "standby", by_name_only, check_standby },
		{ "runs", always, check_runs },
		{ "claim", always, check_claim },
		{ "lock", always, check_lock },
		{ NULL, NULL, NULL }
	};

	return (table);
}

const struct check *
check_named(const char *name)
{
	for (const struct check *check = check_table(); check->name != NULL;
	    check++) {
		if (strcmp(check->name, name) == 0)
			return (check);
	}
	return (NULL);
}

void
check_result_release(struct check_result *result)
{
	words_release(&result->reasons);
	*result = (struct check_result){ .outcome = CHECK_OK };
}

bool
check_has_site(const struct check_request *request,
    const struct node_site *site)
{
	return (request->sites->count == 0 ||
	    words_has(request->sites, site->name));
}

void
check_object(struct check_result *result, const char *format, ...)
{
	char reason[REASON_ROOM];
	va_list arguments;

	va_start(arguments, format);
	(void)vsnprintf(reason, sizeof(reason), format, arguments);
	va_end(arguments);
	words_add(&result->reasons, reason);
	result->outcome = CHECK_NOT_OK;
}

/* Whether the failure is that one of the packages is not there. */
static bool
is_missing(const struct check_request *request, const struct failure *why)
{
	struct failure other = { 0 };

	for (size_t i = 0; i < request->packages->count; i++) {
		if (package_check_file(request->packages->list[i],
		    &other) == -1 && other.code == EXITCODE_FAILED &&
		    strcmp(other.message, why->message) == 0)
			return (true);
	}
	return (false);
}

void
check_take_failure(const struct check_request *request,
    struct check_result *result, const struct failure *why)
{
	if (why->code == EXITCODE_DATA || is_missing(request, why)) {
		check_object(result, "%s", why->message);
	} else {
		result->why = *why;
		result->outcome = CHECK_UNKNOWN;
	}
}

void
check_skip(struct check_result *result, const char *reason)
{
	words_add(&result->reasons, reason);
	result->outcome = CHECK_SKIPPED;
}
