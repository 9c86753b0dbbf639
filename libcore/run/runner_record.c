#include <config.h>

#include "runner_inside.h"

#include <stdlib.h>
#include <string.h>

#include "../base/clock.h"
#include "../format/jsonline.h"
#include "blame.h"
#include "plan.h"
#include "plan_show.h"

const struct plan_step *
runner_step(const struct runner *runner)
{
	return (&runner->request.plan->steps[runner->action.step]);
}

/* Says what a person may do about a step that is not put back. */
static void
hint_stuck(const struct runner *runner, struct failure *why)
{
	const struct runner_request *request = &runner->request;
	const char *key = runner_step(runner)->key;

	failure_hint(why, "mend that, then '%s resume %s' tries once more; or, "
	    "when it has been put back by hand, "
	    "'%s resume --step %s=done %s'", request->program, request->run,
	    request->program, key, request->run);
}

/* Whether the present step is being put back. */
static bool
is_back(const struct runner *runner)
{
	const enum progress_step state =
	    runner->request.progress->steps[runner->action.step];

	return (state == PROGRESS_UNDOING || state == PROGRESS_STUCK);
}

/* Returns why the present action is, in words. */
static const char *
words_of(const struct runner *runner)
{
	const struct progress_action *action = &runner->action;

	if (action->code == EXITCODE_PARTIAL && runner->request.left != NULL)
		return (runner->request.left);
	return (action->why == NULL ? "it failed" : action->why);
}

/* Whether by action the step failed, or could not be put back. */
static bool
is_to_blame(const struct progress_action *action)
{
	return (action->result == PROGRESS_FAILED ||
	    action->result == PROGRESS_STUCK);
}

/*
 * Returns how the last command ended that tells how the step ended: why it
 * failed is not told by a question that was put because an act was killed.
 */
static struct process_end
telling_end(const struct runner *runner)
{
	return (is_to_blame(&runner->action) &&
	    runner->act.how == PROCESS_SIGNALLED ? runner->act : runner->end);
}

/* Lets record say how a command ended. */
static void
set_how(struct jsonline *record, struct process_end end)
{
	struct text how = { 0 };

	process_show_end(end, &how);
	jsonline_set_string(record, "how", text_string(&how));
	text_release(&how);
}

/* Remembers what went wrong with the present step, for the end of the run. */
static void
blame(struct runner *runner, const struct progress_action *action)
{
	const struct plan_step *step = runner_step(runner);
	struct text how = { 0 };

	process_show_end(telling_end(runner), &how);
	const struct blame what = { .key = step->key, .title = step->title,
	    .why = action->why, .how = text_string(&how),
	    .verdict = text_string(&runner->verdict),
	    .output = text_string(&runner->output) };
	if (action->result == PROGRESS_STUCK) {
		blame_stuck(&what, &runner->blame);
		hint_stuck(runner, &runner->blame);
	} else {
		blame_failed(&what, &runner->blame);
	}
	text_release(&how);
}

/* Adds what verify answered, which could not tell. */
static void
describe_answer(const struct runner *runner, struct jsonline *record)
{
	set_how(record, runner->end);
	if (runner->verdict.length > 0)
		jsonline_set_string(record, "verdict",
		    text_string(&runner->verdict));
}

/* Adds how long the step took, if it was begun. */
static void
describe_time(struct runner *runner, struct jsonline *record)
{
	const int64_t took = clock_monotonic() - runner->begun;
	struct text seconds = { 0 };

	if (runner->begun == 0)
		return;
	text_format(&seconds, "%lld.%03lld",
	    (long long)(took / CLOCK_SECOND),
	    (long long)(took % CLOCK_SECOND / 1000000));
	jsonline_set_string(record, "seconds", text_string(&seconds));
	text_release(&seconds);
	runner->begun = 0;
}

static void
describe_end(struct runner *runner, const struct progress_action *action,
    struct jsonline *record)
{
	jsonline_set_string(record, "result",
	    progress_step_name(action->result));
	if (action->result != PROGRESS_SKIPPED)
		set_how(record, telling_end(runner));
	describe_time(runner, record);
	if (runner->output.length > 0)
		jsonline_set_string(record, "output",
		    text_string(&runner->output));
	if (is_to_blame(action)) {
		if (runner->verdict.length > 0)
			jsonline_set_string(record, "verdict",
			    text_string(&runner->verdict));
		if (runner->blame.message[0] == '\0' ||
		    action->result == PROGRESS_STUCK)
			blame(runner, action);
	}
}

/* Sets key of record to the command part of the present step, if it has it. */
static void
describe_command(const struct runner *runner, const char *key,
    enum plan_part part, struct jsonline *record)
{
	const struct plan_command *command =
	    &runner_step(runner)->commands[part];
	struct text shown = { 0 };

	if (command->argv.count == 0)
		return;
	plan_show_command(command, &shown);
	jsonline_set_string(record, key, text_string(&shown));
	text_release(&shown);
}

/* Adds what is going to be carried out, as a person would type it. */
static void
describe_begin(const struct runner *runner, struct jsonline *record)
{
	const struct plan_step *step = runner_step(runner);

	/* What is begun once more has ended so. */
	if (runner->action.why != NULL && runner->act.how == PROCESS_SIGNALLED)
		set_how(record, runner->act);
	if (runner->action.record == PROGRESS_RECORD_UNDO_BEGIN) {
		describe_command(runner, "command", PLAN_UNDO, record);
		describe_command(runner, "verify",
		    step->commands[PLAN_UNDONE].argv.count > 0 ?
		    PLAN_UNDONE : PLAN_VERIFY, record);
		return;
	}
	if (step->source != NULL)
		jsonline_set_string(record, "source", step->source);
	describe_command(runner, "command",
	    step->commands[PLAN_RUN].argv.count > 0 ? PLAN_RUN : PLAN_CHECK,
	    record);
	describe_command(runner, "verify", PLAN_VERIFY, record);
}

/* Adds which step it is, and what a person would call it. */
static void
describe_step(const struct runner *runner, struct jsonline *record)
{
	const struct plan *plan = runner->request.plan;
	const struct plan_step *step = runner_step(runner);

	jsonline_set_string(record, "place", plan->places.list[step->place]);
	jsonline_set_integer(record, "number",
	    (int64_t)runner->action.step + 1);
	jsonline_set_integer(record, "of", (int64_t)plan->count);
	jsonline_set_string(record, "title", step->title);
}

/* Adds what a person is asked, who may see nothing but this record. */
static void
describe_question(const struct runner *runner, struct jsonline *record)
{
	describe_step(runner, record);
	jsonline_set_string(record, "confirm", runner_step(runner)->confirm);
	if (runner_step(runner)->by_person)
		jsonline_set_boolean(record, "person", true);
}

struct jsonline *
runner_record_make(struct runner *runner)
{
	const struct progress_action *action = &runner->action;
	struct jsonline *record = jsonline_make();

	jsonline_set_string(record, "event",
	    progress_record_name(action->record));
	switch (action->record) {
	case PROGRESS_RECORD_CLOSE:
		jsonline_set_integer(record, "exit", (int)action->code);
		if (action->about_step)
			jsonline_set_string(record, "step",
			    runner_step(runner)->key);
		if (action->is_undecided)
			describe_answer(runner, record);
		if (action->asks)
			describe_question(runner, record);
		break;
	case PROGRESS_RECORD_TURN:
		jsonline_set_boolean(record, "asked",
		    runner->request.progress->asked_back);
		break;
	default:
		jsonline_set_string(record, "step", runner_step(runner)->key);
		describe_step(runner, record);
	}
	if (action->record == PROGRESS_RECORD_BEGIN ||
	    action->record == PROGRESS_RECORD_UNDO_BEGIN)
		describe_begin(runner, record);
	if (action->record == PROGRESS_RECORD_END ||
	    action->record == PROGRESS_RECORD_UNDO_END)
		describe_end(runner, action, record);
	/* What answered that the step need not be done. */
	if (action->result == PROGRESS_SKIPPED &&
	    action->record == PROGRESS_RECORD_END)
		describe_command(runner, "command", runner->part, record);
	if (action->why != NULL)
		jsonline_set_string(record, "why", words_of(runner));
	return (record);
}

/* Whether the run ends because of a command that does not. */
static bool
is_awaited(const struct runner *runner)
{
	return (runner->action.code == EXITCODE_NEEDS_PERSON &&
	    runner->end.how == PROCESS_TIMED_OUT &&
	    progress_is_at_work(runner->request.progress));
}

/* Adds what verify answered, as a blame would. */
static void
show_answer(const struct runner *runner, struct text *text)
{
	struct text how = { 0 };

	process_show_end(runner->end, &how);
	const struct blame what = { .how = text_string(&how),
	    .verdict = text_string(&runner->verdict) };
	blame_show_answer(&what, text);
	text_release(&how);
}

/* Whether nobody knows if the present step, which bars the way, was done. */
static bool
is_doubtful(const struct runner *runner)
{
	return (progress_barrier(runner->request.progress,
	    runner_step(runner)->key) == NULL);
}

/* Says what keeps the run from going on at the present step. */
static void
explain_step(struct runner *runner)
{
	const struct progress_action *action = &runner->action;
	const struct plan_step *step = runner_step(runner);
	struct failure *why = &runner->trouble;
	struct text more = { 0 };

	if (is_awaited(runner)) {
		text_add(&more, ": ");
		runner_await_show(runner, &more);
	}
	if (action->is_undecided)
		show_answer(runner, &more);
	if (action->is_barrier)
		failure_set(why, action->code, "step '%s' %scannot be put "
		    "back: %s%s%s", step->key, is_doubtful(runner) ?
		    "may have been done, and " : "", step->irreversible,
		    runner->blame.message[0] == '\0' ? "" :
		    "; it was to be put back because ",
		    runner->blame.message);
	else if (why->message[0] != '\0')
		failure_add(why, "step '%s': %s", step->key, action->why);
	else if (action->asks)
		failure_set(why, action->code, "step '%s' must be confirmed: "
		    "%s", step->key, step->confirm);
	else
		failure_set(why, action->code, "step '%s': %s%s", step->key,
		    action->why, text_string(&more));
	text_release(&more);
}

/* Says what a person may do about a step that bars the way back. */
static void
hint_barrier(const struct runner *runner, struct failure *why)
{
	const struct runner_request *request = &runner->request;
	const char *key = runner_step(runner)->key;

	if (is_doubtful(runner))
		failure_hint(why, "look whether it was done; if not, '%s "
		    "rollback --step %s=again %s' puts back what was before "
		    "it; if so, '%s rollback --step %s=done %s'",
		    request->program, key, request->run, request->program,
		    key, request->run);
	else
		failure_hint(why, "mend what failed; then end this run as it "
		    "is, by '%s resume --leave WHY %s', and begin another "
		    "one, for what is left to do", request->program,
		    request->run);
}

/* Says what a person may do about what explain_step() said. */
static void
hint_step(const struct runner *runner, bool is_lost, struct failure *why)
{
	const struct runner_request *request = &runner->request;
	const struct plan_step *step = runner_step(runner);

	if (runner->action.is_barrier)
		hint_barrier(runner, why);
	else if (is_awaited(runner))
		failure_hint(why, "when it has ended, or has been ended, "
		    "'%s resume %s' finds out what it did", request->program,
		    request->run);
	else if (is_lost)
		failure_hint(why, "when it answers again '%s resume %s' finds "
		    "out; if it never will, add --step %s=done or "
		    "--step %s=again", request->program, request->run,
		    step->key, step->key);
	else if (is_back(runner))
		hint_stuck(runner, why);
	else
		failure_hint(why, "look whether it is done, then "
		    "'%s resume --step %s=done %s' or "
		    "'%s resume --step %s=again %s'", request->program,
		    step->key, request->run, request->program, step->key,
		    request->run);
}

void
runner_record_explain(struct runner *runner)
{
	const struct progress_action *action = &runner->action;
	struct failure *why = &runner->trouble;
	const bool is_lost = why->message[0] != '\0' && !action->is_barrier;

	if (action->code == EXITCODE_PARTIAL) {
		failure_set(why, action->code, "run %s: %s",
		    runner->request.run, words_of(runner));
		return;
	}
	if (!action->about_step) {
		failure_set(why, action->code, "%s%s%s", words_of(runner),
		    runner->blame.message[0] == '\0' ? "" : ": ",
		    runner->blame.message);
		return;
	}
	explain_step(runner);
	if (action->code == EXITCODE_NEEDS_PERSON)
		hint_step(runner, is_lost, why);
}

const struct failure *
runner_record_cause(const struct runner *runner)
{
	const bool is_blamed = runner->blame.message[0] != '\0' &&
	    (runner->action.code == EXITCODE_FAILED ||
	    runner->blame.code == runner->action.code);

	return (is_blamed ? &runner->blame : &runner->trouble);
}
