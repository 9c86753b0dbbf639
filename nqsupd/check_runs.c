#include <config.h>

#include "check.h"

#include <stdlib.h>

#include "../libcore/base/text.h"
#include "../libcore/run/past.h"
#include "../libcore/run/run_lock.h"
#include "../libcore/run/scheme.h"
#include "../libcore/system/filelock.h"
#include "../libsite/node_config.h"
#include "claim.h"
#include "life.h"
#include "node.h"
#include "node_scheme.h"

/* Who else has the node: another run, or what it left, or a whole cluster's. */

/* Says which of the latest runs never began; they are in nobody's way. */
static void
note_unbegun(const struct node_config *config, struct check_result *result)
{
	struct words ids = { 0 };

	if (life_list_unbegun(config, &ids, &result->why) == -1)
		result->outcome = CHECK_UNKNOWN;
	for (size_t i = 0; i < ids.count; i++)
		words_format(&result->reasons, "run %s never began: it was "
		    "broken off before, and nothing was done", ids.list[i]);
	words_release(&ids);
}

/* Finds a run that would keep the next one from being begun. */
static void
look_behind(const struct node_config *config, struct check_result *result)
{
	const struct scheme scheme = node_scheme(config);
	char *directory = life_directory(config);
	const struct past past = { .scheme = &scheme, .directory = directory,
	    .program = "nqsupd" };
	struct failure why = { 0 };
	struct failure open = { 0 };

	if (past_may_begin(&past, &why) == 0) {
		note_unbegun(config, result);
	} else if (why.code == EXITCODE_FAILED || why.code == EXITCODE_DATA) {
		check_object(result, "%s", why.message);
		if (why.hint[0] != '\0')
			check_object(result, "%s", why.hint);
	} else {
		result->outcome = CHECK_UNKNOWN;
		result->why = why;
	}
	if (result->outcome != CHECK_UNKNOWN &&
	    life_check_directory(config, &open) == -1)
		check_object(result, "%s", open.message);
	free(directory);
}

void
check_runs(const struct check_request *request, struct check_result *result)
{
	char *path = node_lock_path(request->config);
	struct text id = { 0 };
	const int rc = run_lock_find(path, &id, &result->why);

	if (rc == -1)
		result->outcome = CHECK_UNKNOWN;
	else if (rc == 1)
		check_object(result, "run %s is under way; 'nqsupd follow %s' "
		    "shows it", text_string(&id), text_string(&id));
	else
		look_behind(request->config, result);
	text_release(&id);
	free(path);
}

void
check_claim(const struct check_request *request, struct check_result *result)
{
	struct claim claim = { 0 };
	struct text who = { 0 };
	const int rc = claim_read(request->config, &claim, &result->why);

	if (rc == -1)
		result->outcome = CHECK_UNKNOWN;
	if (rc == 1)
		claim_show(&claim, &who);
	if (rc == 1 && claim.is_alive)
		check_object(result, "the node is claimed by %s",
		    text_string(&who));
	else if (rc == 1) {
		text_add(&who, ": this claim is dead, and a run passes it "
		    "over");
		words_add(&result->reasons, text_string(&who));
	}
	text_release(&who);
	claim_release(&claim);
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
