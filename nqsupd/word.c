#include <config.h>

#include "word.h"

#include "../libcore/base/failure.h"
#include "../libcore/base/text.h"
#include "../libcore/run/blame.h"
#include "../libcore/run/command.h"
#include "../libcore/run/execution.h"
#include "../libcore/run/history.h"
#include "../libcore/run/plan.h"
#include "../libcore/run/standing.h"
#include "child.h"

/* What a word claims of a step, and what is asked for that. */
struct claimed {
	const struct plan_step	*step;
	enum plan_part		 part;		/* answers it */
	bool			 is_yes;	/* if it is so */
	bool			 is_back;	/* it was put back */
};

/*
 * Finds what the word claims of a step that stands like state.  Returns whether
 * anything can be asked: not of a step that is to be put back as well, for that
 * does no harm if it was not done.
 */
static bool
find_claimed(enum progress_step state, bool is_back, struct claimed *claimed)
{
	const struct plan_command *commands = claimed->step->commands;

	switch (state) {
	case PROGRESS_BEGUN:
		claimed->part = PLAN_VERIFY;
		claimed->is_yes = true;
		break;
	case PROGRESS_UNDOING:
	case PROGRESS_STUCK:
		claimed->is_yes = commands[PLAN_UNDONE].argv.count > 0;
		claimed->part = claimed->is_yes ? PLAN_UNDONE : PLAN_VERIFY;
		claimed->is_back = true;
		break;
	default:
		return (false);
	}
	return ((claimed->is_back || !is_back) &&
	    commands[claimed->part].argv.count > 0 &&
	    commands[claimed->part].input == NULL);
}

/* Whether the command that was asked, and has ended, says that it is not so. */
static bool
contradicts(const struct claimed *claimed, const struct process_end *end)
{
	if (!claimed->is_yes)
		return (end->how == PROCESS_EXITED && end->code == 0);
	return (progress_means_no(end,
	    claimed->step->commands[claimed->part].is_tool));
}

static void
refuse(const struct word *word, const struct claimed *claimed,
    const struct child_result *result, struct failure *why)
{
	const struct execution *execution = word->execution;
	const char *key = claimed->step->key;
	struct text how = { 0 };
	struct text shown = { 0 };

	process_show_end(result->end, &how);
	const struct blame answer = { .how = text_string(&how),
	    .verdict = text_string(&result->errors),
	    .output = text_string(&result->output) };
	blame_show_answer(&answer, &shown);
	failure_set(why, EXITCODE_FAILED, "step '%s' is not %s, says its %s%s",
	    key, claimed->is_back ? "put back" : "done",
	    plan_part_name(claimed->part), text_string(&shown));
	failure_hint(why, "nothing was changed; '%s resume --step %s=again %s' "
	    "%s it once more; who knows better adds --insist",
	    execution->command->program, key, execution->history->id,
	    claimed->is_back ? "puts back" : "does");
	text_release(&how);
	text_release(&shown);
}

/* Asks what verifies the step.  What cannot tell contradicts nobody. */
static int
ask(const struct word *word, const struct claimed *claimed,
    struct failure *why)
{
	const struct child_request request = {
		.argv = &claimed->step->commands[claimed->part].argv,
		.path = word->path, .environment = word->environment,
		.timeout = claimed->step->timeout };
	struct child_result result = { 0 };
	struct failure ignored = { 0 };
	int rc = 0;

	if (child_run(&request, &result, &ignored) == 0 &&
	    contradicts(claimed, &result.end)) {
		refuse(word, claimed, &result, why);
		rc = -1;
	}
	child_result_release(&result);
	return (rc);
}

int
word_check(const struct word *word, struct failure *why)
{
	const struct execution *execution = word->execution;
	const struct plan *plan = execution->plan;
	const struct history *history = execution->history;
	struct progress progress;
	struct text key = { 0 };
	bool is_done = false;
	int rc = 0;

	if (execution->decided == NULL || execution->insists ||
	    execution->leave != NULL || progress_read_word(
	    execution->decided, &key, &is_done) == -1 || !is_done) {
		text_release(&key);
		return (0);
	}
	const size_t at = plan_find(plan, text_string(&key));
	progress_start(&progress, plan, 0);
	rc = progress_replay_all(&progress, &history->records, why);
	if (rc == 0 && at < plan->count) {
		struct claimed claimed = { .step = &plan->steps[at] };
		const bool is_back = execution->back || progress.back ||
		    progress.asked_back;

		if (find_claimed(progress.steps[at], is_back, &claimed))
			rc = ask(word, &claimed, why);
	}
	progress_release(&progress);
	text_release(&key);
	return (rc);
}
