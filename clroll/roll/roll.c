#include <config.h>

#include "roll.h"

#include <stdlib.h>

#include "../../libcore/base/failure.h"
#include "../../libcore/base/words.h"
#include "../../libcore/format/jsonline.h"
#include "../../libcore/run/again.h"
#include "../../libcore/run/command.h"
#include "../../libcore/run/execution.h"
#include "../../libcore/run/history.h"
#include "../../libcore/run/past.h"
#include "../../libcore/run/procedure.h"
#include "../../libcore/run/retention.h"
#include "../../libcore/run/standing.h"
#include "../../libcore/run/values.h"
#include "../../libcore/system/fileio.h"
#include "../../libsite/node_config.h"
#include "../cluster/cluster.h"
#include "../cluster/cluster_scheme.h"
#include "../cluster/context.h"
#include "../cluster/facts.h"
#include "../cluster/person.h"
#include "../cluster/team.h"
#include "approval.h"
#include "claims.h"
#include "courier.h"
#include "outage.h"
#include "runs.h"

int
roll_state(const struct context *context, struct history *history,
    enum standing_state *state, struct failure *why)
{
	const struct scheme scheme = cluster_scheme(context);
	const int running = runs_look(context->config, history, why);
	struct standing standing = { 0 };
	int rc = running == -1 ? -1 : 0;

	*state = STANDING_RUNNING;
	if (rc == 0 && running == 0) {
		rc = scheme_standing(&scheme, history, &standing, why);
		if (rc == 0)
			*state = standing_state(&standing, history, false);
		standing_release(&standing);
	}
	return (rc);
}

int
roll_may_begin(const struct context *context, struct failure *why)
{
	const struct scheme scheme = cluster_scheme(context);
	char *directory = runs_directory(context->config);
	struct words ids = { 0 };
	const struct past past = { &scheme, directory, "clroll",
	    context->cluster->name, &ids };
	const struct node_history *history = &context->config->history;
	const struct retention retention = { history->keep_last,
	    history->keep_days, NULL };
	int rc = runs_of(context->config, context->cluster->name, &ids, why);

	if (rc == 0)
		rc = past_may_begin(&past, why);
	if (rc == 0)
		retention_apply(&retention, &past);
	words_release(&ids);
	free(directory);
	return (rc);
}

/* ---- claims ------------------------------------------------------------ */

int
roll_claim(struct context *context, const char *id, int64_t wait,
    struct failure *why)
{
	/* Noted before, so that the claim of one that is killed is ours. */
	if (runs_note(context->config, context->cluster->name, id,
	    why) == -1)
		return (-1);
	return (claims_take(context, id, CLAIMS_BEGIN, wait, why));
}

/* Returns whether nothing is left to do of run id, whose lock is held. */
static bool
is_over(const struct context *context, const char *id)
{
	const struct scheme scheme = cluster_scheme(context);
	char *directory = runs_directory(context->config);
	struct history history = { 0 };
	struct standing standing = { 0 };
	struct failure ignored = { 0 };
	const int rc = history_read(directory, id, &history, &ignored);
	bool over = rc == 0 || (rc == 1 && past_is_over(&history));

	if (rc == 1 && !over && scheme_standing(&scheme, &history, &standing,
	    &ignored) == 0)
		over = !standing.has_effect && !standing.is_at_work;
	standing_release(&standing);
	history_release(&history);
	free(directory);
	return (over);
}

void
roll_leave(struct context *context, const char *id)
{
	if (is_over(context, id))
		claims_drop(context, id);
}

/* ---- a life ------------------------------------------------------------ */

/* What a run watches besides its steps. */
struct watch {
	struct context	*context;
	const char	*id;
	struct outage	*outage;
	struct claims	*claims;
};

static void
begin_watch(void *cookie, struct execution *execution)
{
	struct watch *watch = cookie;

	watch->outage = outage_start(watch->context->team, execution);
	watch->claims = claims_keep(watch->context, watch->id);
}

static void
end_watch(void *cookie, struct execution *execution)
{
	struct watch *watch = cookie;

	(void)execution;
	claims_leave(watch->claims);
	watch->claims = NULL;
	outage_stop(watch->outage);
	watch->outage = NULL;
}

static enum exitcode
run_over(struct execution *execution, struct context *context,
    const char *id, struct failure *why)
{
	struct watch watch = { .context = context, .id = id };
	struct courier *courier = courier_make(context->team);

	execution->loop = context->team->loop;
	execution->sessions = courier_sessions(courier);
	execution->patience = context->cluster->patience;
	execution->begun = begin_watch;
	execution->ending = end_watch;
	execution->cookie = &watch;
	const enum exitcode code = execution_run(execution, why);
	courier_free(courier);
	return (code);
}

enum exitcode
roll_begin(struct command *command, struct context *context,
    const struct roll_new *new, struct failure *why)
{
	const char *run = values_single(new->values, "run");
	char digest[DIGEST_TEXT_ROOM];
	const struct scheme scheme = cluster_scheme(context);
	struct scheme_plan made;
	char *directory = runs_directory(context->config);
	char *path = history_path(directory, run);
	enum exitcode code;

	if (scheme_begin(&scheme, new->procedure, new->values, &made,
	    why) == -1 || approval_digest(context, made.procedure->digest,
	    new->values, digest, why) == -1 || approval_check(new->approved,
	    digest, new->values, why) == -1 ||
	    fileio_make_directories(directory, 0700, why) == -1 ||
	    runs_note(context->config, context->cluster->name, run,
	    why) == -1) {
		code = why->code;
	} else {
		struct jsonline *open = history_open_record(run,
		    context->cluster->file, made.procedure, new->values);
		struct execution execution = { .command = command,
		    .plan = made.plan, .path = path, .open = open };

		jsonline_set_string(open, "plan", digest);
		/* In the first record: what goes on must know it. */
		jsonline_set_string(open, "approved", new->approved);
		code = run_over(&execution, context, run, why);
		jsonline_free(open);
	}
	scheme_release(&made);
	free(path);
	free(directory);
	return (code);
}

/* Goes on from the journal, which has grown when it was confirmed. */
static enum exitcode
run_on(struct execution *execution, struct context *context,
    struct failure *why)
{
	char *directory = runs_directory(context->config);
	struct history history = { 0 };
	const int rc = history_read(directory, execution->history->id,
	    &history, why);
	enum exitcode code = rc == -1 ? why->code : EXITCODE_DATA;

	if (rc == 1) {
		execution->history = &history;
		code = run_over(execution, context, history.id, why);
	}
	history_release(&history);
	free(directory);
	return (code);
}

/* What a run is taken up with. */
struct taking {
	struct context	*context;
	const char	*approved;	/* digest of its plan, or NULL */
};

static enum exitcode
run_again(void *cookie, struct execution *execution, struct failure *why)
{
	const struct taking *taking = cookie;
	struct context *context = taking->context;
	const char *id = execution->history->id;

	if (!execution->back && execution->leave == NULL &&
	    approval_check_again(context, execution->history,
	    taking->approved, why) == -1)
		return (why->code);
	execution->approved = taking->approved;
	if ((execution->leave == NULL &&
	    facts_check_packages(&execution->history->values, why) == -1) ||
	    runs_note(context->config, context->cluster->name, id,
	    why) == -1 || claims_take(context, id, CLAIMS_AGAIN,
	    execution->command->wait, why) == -1 ||
	    person_tell(context, execution, why) == -1)
		return (why->code);
	return (run_on(execution, context, why));
}

enum exitcode
roll_resume(struct command *command, struct context *context,
    const struct history *history, const struct again *again,
    struct failure *why)
{
	const struct scheme scheme = cluster_scheme(context);
	struct taking taking = { context, again->approved };
	const struct again_request request = { .command = command,
	    .again = again, .history = history, .scheme = &scheme,
	    .run = run_again, .cookie = &taking };
	const enum exitcode code = again_run(&request, why);

	/* Also when there was nothing left to do. */
	roll_leave(context, history->id);
	return (code);
}
