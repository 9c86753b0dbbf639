#include <config.h>

#include "revert.h"

#include <stdlib.h>
#include <string.h>

#include "../libcore/base/clock.h"
#include "../libcore/base/failure.h"
#include "../libcore/base/text.h"
#include "../libcore/base/words.h"
#include "../libcore/system/process.h"
#include "../libsite/node_config.h"
#include "apply.h"
#include "child.h"
#include "node.h"
#include "site.h"

static const int64_t stop_timeout = 120 * CLOCK_SECOND;

static int
stop_sites(const struct revert_request *request, struct failure *why)
{
	for (size_t i = 0; i < request->sites->count; i++) {
		const struct node_site *site = node_site_named(
		    request->config, request->sites->list[i], why);

		if (site == NULL || site_bring(request->config, site,
		    SITES_STOPPED, stop_timeout, why) == -1)
			return (-1);
	}
	return (0);
}

/*
 * Returns nqsbackup beside ourselves, or where programs are looked for; the
 * caller's; or NULL with why set.
 */
static char *
find_backup(const struct revert_request *request, struct failure *why)
{
	const char *slash = strrchr(request->self, '/');
	struct text path = { 0 };
	char *found = NULL;

	if (slash != NULL) {
		text_add_bytes(&path, request->self,
		    (size_t)(slash - request->self));
		text_add(&path, "/nqsbackup");
		found = process_find(text_string(&path), NULL);
	}
	if (found == NULL)
		found = process_find("nqsbackup", request->config->path);
	if (found == NULL)
		found = process_find(NQS_BINDIR "/nqsbackup", NULL);
	if (found == NULL)
		failure_set(why, EXITCODE_FAILED,
		    "cannot find nqsbackup in '%s'", request->config->path);
	text_release(&path);
	return (found);
}

/*
 * Restores the archive with nqsbackup, with option too unless that is NULL.
 * Returns 0, or -1 with why set.
 */
static int
restore(const struct revert_request *request, const char *option,
    struct failure *why)
{
	struct child_result result = { 0 };
	struct words argv = { 0 };
	const struct child_request child = { .argv = &argv,
	    .path = request->config->path };
	char *program = find_backup(request, why);
	int rc = -1;

	if (program == NULL)
		return (-1);
	words_add(&argv, program);
	words_add(&argv, "restore");
	if (request->config->file != NULL) {
		words_add(&argv, "-c");
		words_add(&argv, request->config->file);
	}
	words_add(&argv, "--exact");
	if (option != NULL)
		words_add(&argv, option);
	words_add(&argv, "-C");
	words_add(&argv, "/");
	words_add(&argv, request->saved);
	if (child_run(&child, &result, why) == 0) {
		child_say(&result, "nqsbackup");
		if (child_is_good(&result))
			rc = 0;
		else
			child_fail(&result, EXITCODE_FAILED, why,
			    "nqsbackup restore");
	}
	child_result_release(&result);
	words_release(&argv);
	free(program);
	return (rc);
}

int
revert_packages(const struct revert_request *request, struct failure *why)
{
	if (stop_sites(request, why) == -1)
		return (-1);
	if (apply_removal(request->config, request->files, why) == -1)
		return (-1);
	if (restore(request, NULL, why) == -1) {
		failure_add(why, "cannot restore '%s'", request->saved);
		return (-1);
	}
	/* A rehearsal that finds nothing to do is the proof. */
	if (restore(request, "-n", why) == -1) {
		failure_add(why, "not as in '%s'", request->saved);
		return (-1);
	}
	return (0);
}
