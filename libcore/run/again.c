#include <config.h>

#include "again.h"

#include "../base/failure.h"
#include "../base/message.h"
#include "../format/report.h"
#include "command.h"
#include "execution.h"
#include "history.h"
#include "later.h"
#include "procedure.h"
#include "scheme.h"
#include "standing.h"

const struct options_row again_rows[] = { AGAIN_ROW_STEP, { 0 } };

int
again_take_option(void *own, int letter, const char *argument,
    struct failure *why)
{
	struct again *again = own;

	(void)letter;
	(void)why;
	again->decided = argument;
	return (0);
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
	};

	return (request->run(request->cookie, &execution, why));
}

/* Says that nothing is left of the run, which stands like state. */
static enum exitcode
tell_nothing(const struct again_request *request, enum standing_state state,
    struct failure *why)
{
	const bool back = request->again->back;
	const char *id = request->history->id;
	const char *words = back ? "nothing is left to put back" :
	    "it has ended, nothing is left to do";

	if (!back && state == STANDING_UNDONE) {
		failure_set(why, EXITCODE_FAILED, "run %s cannot be resumed: "
		    "it was put back", id);
		failure_hint(why, "begin another one; '%s status %s' tells "
		    "why this one ended", request->command->program, id);
		return (EXITCODE_FAILED);
	}
	if (request->again->aside)
		message_say(MESSAGE_NOTE, "run %s: %s", id, words);
	else
		report_line(&request->command->report, NULL, "run %s: %s",
		    id, words);
	return (EXITCODE_OK);
}

/* Takes the run up, if anything is left to do. */
static enum exitcode
go_on(const struct again_request *request, struct scheme_plan *made,
    struct failure *why)
{
	const struct again *again = request->again;
	struct standing standing = { 0 };
	const int rc = standing_find(made->plan, request->history, &standing,
	    why);
	enum exitcode code;

	made->plan = NULL;			/* standing has it */
	/*
	 * One that was stopped is put back, and one that was killed at its
	 * end has ended, if only in its journal.
	 */
	if (rc == 0 && again->decided == NULL && standing.is_over &&
	    request->history->is_closed &&
	    !(again->back && standing.has_effect))
		code = tell_nothing(request, standing_state(&standing,
		    request->history, false), why);
	else if (rc == -1 || (again->back && later_refuse(request->scheme,
	    request->history, why) == -1) ||
	    check_loss(request, made->procedure, why) == -1)
		code = why->code;
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
	const int rc = scheme_again(request->scheme, request->history, &made,
	    why);

	if (rc == -1 && why->hint[0] == '\0')
		history_hint_procedure(request->history, program, why);
	if (rc == -1 || history_check_procedure(request->history,
	    made.procedure, program, why) == -1)
		code = why->code;
	else
		code = go_on(request, &made, why);
	scheme_release(&made);
	return (code);
}
