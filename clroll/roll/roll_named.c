#include <config.h>

#include "roll_named.h"

#include <stdlib.h>
#include <string.h>

#include "../../libcore/base/clock.h"
#include "../../libcore/base/failure.h"
#include "../../libcore/run/again.h"
#include "../../libcore/run/history.h"
#include "../../libcore/run/run_lock.h"
#include "../../libcore/run/same_run.h"
#include "../../libcore/run/scheme.h"
#include "../../libcore/run/values.h"
#include "../../libcore/system/filelock.h"
#include "../cluster/cluster.h"
#include "../cluster/cluster_scheme.h"
#include "../cluster/context.h"
#include "approval.h"
#include "roll.h"
#include "runs.h"

struct filelock *
roll_named_lock(const char *path, const char *id, int64_t wait,
    struct failure *why)
{
	char *owner = run_lock_owner(id);
	struct filelock *lock = filelock_take(path, owner, wait, why);
	struct failure ignored;
	int held = 1;

	/* Once more when nobody is seen: it has just been given up. */
	while (lock == NULL && why->code == EXITCODE_BUSY && held == 1) {
		held = run_lock_is_held(path, id, &ignored);
		*why = (struct failure){ 0 };
		lock = filelock_take(path, owner, held == 1 ? CLOCK_SECOND :
		    0, why);
	}
	if (lock == NULL)
		run_lock_hint(path, "clroll", wait > 0, why);
	free(owner);
	return (lock);
}

/* Refuses a name that something else has. */
static int
check_same(const struct context *context, const struct roll_named *named,
    const struct history *history, struct failure *why)
{
	const char *cluster = values_single(&history->values, "cluster");
	const struct scheme scheme = cluster_scheme(context);
	const struct same_run same = { &scheme, "clroll", named->procedure,
	    named->given };

	if (cluster != NULL && strcmp(cluster, context->cluster->name) == 0)
		return (same_run_check(&same, history, why));
	failure_set(why, EXITCODE_USAGE, "run %s is over another cluster, "
	    "'%s'", history->id, cluster == NULL ? "" : cluster);
	return (-1);
}

/* One that ended as it should not stays as it is, and is told as it was. */
static int
check_ended(struct context *context, struct history *history,
    struct failure *why)
{
	enum standing_state state;

	if (!history->is_closed || (history->exit != EXITCODE_OK &&
	    history->exit != EXITCODE_FAILED))
		return (0);
	if (roll_state(context, history, &state, why) == -1)
		return (-1);
	if (history->exit == EXITCODE_OK && state != STANDING_UNDONE)
		return (0);
	failure_set(why, EXITCODE_FAILED, history->exit == EXITCODE_FAILED ?
	    "run %s has failed, and all was put back" :
	    history_was_done(history) ?
	    "run %s is done no more: it was put back" :
	    "run %s was put back before it was done, and is not begun again",
	    history->id);
	failure_hint(why, "begin another one, of another name; 'clroll report "
	    "%s' tells of this one", history->id);
	return (-1);
}

bool
roll_named_go_on(struct command *command, struct context *context,
    const struct roll_named *named, enum exitcode *code, struct failure *why)
{
	struct again forward = { 0 };
	char *directory = runs_directory(context->config);
	struct history history = { 0 };
	const int rc = runs_check_folder(context->config, why) == -1 ? -1 :
	    history_read(directory, named->id, &history, why);

	free(directory);
	if (rc == 0)
		return (false);
	if (rc == -1 || check_same(context, named, &history, why) == -1 ||
	    approval_check_run(named->approved, &history, why) == -1 ||
	    check_ended(context, &history, why) == -1) {
		*code = why->code;
	} else {
		/* On the way back nothing is compared with it. */
		if (!approval_goes_back(&history))
			forward.approved = named->approved;
		*code = roll_resume(command, context, &history, &forward,
		    why);
	}
	history_release(&history);
	return (true);
}
