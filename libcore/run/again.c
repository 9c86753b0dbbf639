#include <config.h>

#include "again.h"

#include <stdlib.h>
#include <string.h>

#include "../base/failure.h"
#include "../base/message.h"
#include "../format/report.h"
#include "command.h"
#include "execution.h"
#include "history.h"
#include "later.h"
#include "plan.h"
#include "procedure.h"
#include "progress.h"
#include "scheme.h"
#include "standing.h"

const struct options_row again_rows[] = {
	AGAIN_ROW_STEP, AGAIN_ROW_LEAVE, { 0 }
};
const struct options_row again_back_rows[] = { AGAIN_ROW_STEP, { 0 } };

int
again_take_option(void *own, int letter, const char *argument,
    struct failure *why)
{
	struct again *again = own;

	if (letter == AGAIN_OPTION_STEP && again->decided != NULL) {
		(void)command_misused(why, "only one step can be decided at a "
		    "time, by one --step");
		return (-1);
	}
	if (letter == AGAIN_OPTION_STEP) {
		again->decided = argument;
		return (0);
	}
	if (letter == AGAIN_OPTION_APPROVE) {
		again->approved = argument;
		return (0);
	}
	again->leave = argument;
	if (argument[strspn(argument, " \t")] != '\0')
		return (0);
	(void)command_misused(why, "it must be said why the run is left");
	return (-1);
}

/* Refuses to lose, unasked, what was done since the run. */
static int
check_loss(const struct again_request *request,
    const struct procedure *procedure, struct failure *why)
{
	const struct history *history = request->history;

	if (!request->again->back || procedure->loses == NULL ||
	    !history->is_closed ||
	    history->exit != EXITCODE_OK || request->command->yes)
		return (0);
	failure_set(why, EXITCODE_FAILED, "run %s is done; when it is put "
	    "back, %s", history->id, procedure->loses);
	failure_hint(why, "%s rollback --yes %s", request->command->program,
	    history->id);
	return (-1);
}

/* Refuses to ruin a run that is done: the way back would end half-way. */
static int
check_barrier(const struct again_request *request,
    const struct standing *standing, struct failure *why)
{
	const struct history *history = request->history;
	const struct plan_step *step = progress_barrier_ahead(
	    &standing->progress);

	if (!request->again->back || step == NULL ||
	    standing_state(standing, history, false) != STANDING_DONE)
		return (0);
	failure_set(why, EXITCODE_FAILED, "run %s is done, and stays so: its "
	    "step '%s' cannot be put back: %s", history->id, step->key,
	    step->irreversible);
	failure_hint(why, "nothing was changed; '%s status %s' shows the run",
	    request->command->program, history->id);
	return (-1);
}

static enum exitcode
take_up(const struct again_request *request, const struct plan *plan,
    struct failure *why)
{
	struct execution execution = {
		.command = request->command,
		.plan = plan,
		.path = request->history->path,
		.history = request->history,
		.back = request->again->back,
		.decided = request->again->decided,
		.insists = request->again->insists,
		.leave = request->again->leave,
	};

	return (request->run(request->cookie, &execution, why));
}

/*
 * Refuses to put back the latest run, which nobody named, when it changed
 * nothing and an earlier one is done: that one is meant.
 */
static int
check_meant(const struct again_request *request,
    const struct standing *standing, struct failure *why)
{
	char *earlier = NULL;

	if (request->again->back && request->command->operands[0] == NULL &&
	    !standing->has_changed && !standing->progress.back &&
	    !standing->progress.asked_back)
		earlier = later_find_done(request->scheme, request->history);
	if (earlier == NULL)
		return (0);
	failure_set(why, EXITCODE_FAILED, "run %s, the latest, changed "
	    "nothing; run %s is done", request->history->id, earlier);
	/* What is lost by that is told then. */
	failure_hint(why, "%s rollback %s", request->command->program,
	    earlier);
	free(earlier);
	return (-1);
}

/* Says that nothing is left of the run, which stands like standing. */
static enum exitcode
tell_nothing(const struct again_request *request,
    const struct standing *standing, struct failure *why)
{
	const bool back = request->again->back;
	const char *id = request->history->id;
	const char *words = back ? "nothing is left to put back" :
	    "it has ended, nothing is left to do";

	if (!back && standing_state(standing, request->history, false) ==
	    STANDING_UNDONE) {
		failure_set(why, EXITCODE_FAILED, "run %s cannot be resumed: "
		    "it %s", id, standing->progress.back ? "was put back" :
		    "has failed, and changed nothing");
		failure_hint(why, "begin another one; '%s status %s' tells "
		    "why this one ended", request->command->program, id);
		return (EXITCODE_FAILED);
	}
	if (check_meant(request, standing, why) == -1)
		return (EXITCODE_FAILED);
	if (request->again->aside)
		message_say(MESSAGE_NOTE, "run %s: %s", id, words);
	else
		report_line(&request->command->report, NULL, "run %s: %s",
		    id, words);
	return (EXITCODE_OK);
}

/* Says who left the run as it is. */
static enum exitcode
tell_left(const struct again_request *request, struct failure *why)
{
	const struct history *history = request->history;

	failure_set(why, EXITCODE_PARTIAL, "run %s: %s", history->id,
	    history->why == NULL ? "left as it is" : history->why);
	failure_hint(why, "begin another one; '%s status %s' tells what this "
	    "one did", request->command->program, history->id);
	return (EXITCODE_PARTIAL);
}

/*
 * Whether nothing is left to do.  One that was stopped is put back, and one
 * that was killed at its end has ended, if only in its journal.
 */
static bool
has_ended(const struct again_request *request,
    const struct standing *standing)
{
	const struct again *again = request->again;

	return (again->decided == NULL && standing->is_over &&
	    request->history->is_closed &&
	    !(again->back && standing->has_effect));
}

/*
 * Says that nothing is left of the run, if its journal alone tells so: then its
 * procedure, which cannot be had for why, is not needed.
 */
static enum exitcode
end_without(const struct again_request *request, struct failure *why)
{
	struct standing standing = { 0 };
	struct failure ignored = { 0 };
	enum exitcode code = why->code;

	if (standing_find_recorded(request->history, &standing,
	    &ignored) == 0 && has_ended(request, &standing)) {
		*why = (struct failure){ 0 };
		code = tell_nothing(request, &standing, why);
	}
	standing_release(&standing);
	return (code);
}

/* Takes the run up, if anything is left to do. */
static enum exitcode
go_on(const struct again_request *request, struct scheme_plan *made,
    struct failure *why)
{
	struct standing standing = { 0 };
	const int rc = standing_find(made->plan, request->history, &standing,
	    why);
	enum exitcode code;

	made->plan = NULL;			/* standing has it */
	if (rc == 0 && has_ended(request, &standing))
		code = tell_nothing(request, &standing, why);
	else if (rc == -1 || (standing.has_effect &&
	    check_meant(request, &standing, why) == -1) ||
	    check_barrier(request, &standing, why) == -1 ||
	    (request->again->back && later_refuse(request->scheme,
	    request->history, why) == -1) ||
	    (standing.has_changed &&
	    check_loss(request, made->procedure, why) == -1))
		code = why->code;
	else
		code = take_up(request, standing.plan, why);
	standing_release(&standing);
	return (code);
}

/* Returns the step of which a command may still run, or NULL. */
static const struct plan_step *
find_at_work(const struct progress *progress)
{
	for (size_t i = 0; i < progress->plan->count; i++) {
		if (progress->tokens[i] != NULL)
			return (&progress->plan->steps[i]);
	}
	return (NULL);
}

/*
 * A plan that was made of the journal does not know all places, so it cannot
 * tell in which session something may still run, unless there is one only: a
 * person must.
 */
static int
check_places(const struct again_request *request, struct standing *standing,
    struct failure *why)
{
	const struct history *history = request->history;
	const char *decided = request->again->decided;

	if (!standing->is_recorded || standing->plan->places.count == 1)
		return (0);
	words_release(&standing->plan->places);
	const struct plan_step *step = find_at_work(&standing->progress);
	if (step != NULL && decided != NULL && progress_decide(
	    &standing->progress, decided, why) == -1)
		return (-1);
	step = find_at_work(&standing->progress);
	if (step == NULL)
		return (0);
	failure_set(why, EXITCODE_DATA, "a command of step '%s' that run %s "
	    "began may still run, and without its procedure nobody can tell",
	    step->key, history->id);
	failure_hint(why, "look there; once it does not run any more, add "
	    "--step %s=done; or bring '%s' back, and any that it names, as "
	    "the run began with it, digest %s", step->key,
	    history->procedure_path, history->digest);
	return (-1);
}

/* Ends the run as it is, which must not be by mistake. */
static enum exitcode
leave(const struct again_request *request, struct failure *why)
{
	const struct history *history = request->history;
	struct standing standing = { 0 };
	enum exitcode code;

	if (request->command->operands[0] == NULL)
		return (command_misused(why, "the run that is to be left must "
		    "be named"));
	if (scheme_standing(request->scheme, history, &standing, why) == -1 ||
	    check_places(request, &standing, why) == -1)
		code = why->code;
	else if (standing.is_over && history->is_closed)
		code = tell_nothing(request, &standing, why);
	else
		code = take_up(request, standing.plan, why);
	standing_release(&standing);
	return (code);
}

enum exitcode
again_run(const struct again_request *request, struct failure *why)
{
	const char *program = request->command->program;
	struct scheme_plan made;
	enum exitcode code;
	int rc;

	if (request->history->is_closed &&
	    request->history->exit == EXITCODE_PARTIAL)
		return (tell_left(request, why));
	if (request->again->leave != NULL)
		return (leave(request, why));
	rc = scheme_again(request->scheme, request->history, &made, why);
	if (rc == -1 && why->hint[0] == '\0')
		history_hint_procedure(request->history, program, why);
	if (rc == -1 || history_check_procedure(request->history,
	    made.procedure, program, why) == -1)
		code = end_without(request, why);
	else
		code = go_on(request, &made, why);
	scheme_release(&made);
	return (code);
}
