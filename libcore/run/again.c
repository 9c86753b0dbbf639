#include <config.h>

#include "again.h"

#include "../base/failure.h"
#include "../format/report.h"
#include "command.h"
#include "execution.h"
#include "history.h"
#include "plan.h"
#include "procedure.h"
#include "standing.h"

enum { OPTION_STEP = 300 };

const struct options_row again_rows[] = {
	{ OPTION_STEP, "step", "ID=done|again",
	    "say how it is with a step that nobody can tell of" },
	{ 0 }
};

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

/* Asks, as an exit code, before what was done since the run is lost. */
static int
check_loss(const struct again_request *request, struct failure *why)
{
	const struct history *history = request->history;
	const char *loses = request->procedure->loses;

	if (!request->again->back || loses == NULL || !history->is_closed ||
	    history->exit != EXITCODE_OK || request->command->yes)
		return (0);
	failure_set(why, EXITCODE_FAILED, "run %s is done; when it is put "
	    "back, %s", history->id, loses);
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

	if (check_loss(request, why) == -1)
		return (why->code);
	return (request->run(request->cookie, &execution, why));
}

static enum exitcode
tell_nothing(const struct again_request *request)
{
	const bool back = request->again->back;

	report_line(&request->command->report, NULL, "run %s: %s",
	    request->history->id, back ? "nothing is left to put back" :
	    "it has ended, nothing is left to do");
	return (back ? EXITCODE_OK : (enum exitcode)request->history->exit);
}

enum exitcode
again_run(const struct again_request *request, struct failure *why)
{
	const struct again *again = request->again;
	struct standing standing = { 0 };
	enum exitcode code;

	if (history_check_procedure(request->history, request->procedure,
	    request->command->program, why) == -1) {
		plan_free(request->plan);
		return (why->code);
	}
	if (standing_find(request->plan, request->history, &standing,
	    why) == -1)
		code = why->code;
	else if (again->decided == NULL && (again->back ?
	    !standing.has_effect : standing.is_over))
		code = tell_nothing(request);
	else
		code = take_up(request, standing.plan, why);
	standing_release(&standing);
	return (code);
}
