#include <config.h>

#include "progress.h"

#include <stdlib.h>
#include <string.h>

#include "../base/failure.h"
#include "../base/memory.h"
#include "../format/jsonline.h"

/* How long to wait before a verify, a run or a connection is tried again. */
#define VERIFY_PAUSE	INT64_C(200000000)
#define REPEAT_PAUSE	INT64_C(1000000000)

static const char *const step_names[] = {
	"waiting", "begun", "done", "skipped", "failed", "undoing", "undone",
	"stuck"
};

static const char *const record_names[] = {
	"begin", "end", "turn", "undo-begin", "undo-end", "close"
};

const char *
progress_step_name(enum progress_step step)
{
	return (step_names[step]);
}

const char *
progress_record_name(enum progress_record record)
{
	return (record_names[record]);
}

void
progress_start(struct progress *progress, const struct plan *plan,
    int64_t patience)
{
	*progress = (struct progress){
		.plan = plan,
		.steps = memory_make(plan->count, sizeof(*progress->steps)),
		.tokens = memory_make(plan->count, sizeof(*progress->tokens)),
		.patience = patience,
		.code = EXITCODE_OK,
	};
}

void
progress_release(struct progress *progress)
{
	for (size_t i = 0; progress->tokens != NULL &&
	    i < progress->plan->count; i++)
		free(progress->tokens[i]);
	free(progress->tokens);
	free(progress->steps);
	*progress = (struct progress){ 0 };
}

static const struct plan_step *
step_of(const struct progress *progress)
{
	return (&progress->plan->steps[progress->at]);
}

static bool
has(const struct plan_step *step, enum plan_part part)
{
	return (step->commands[part].argv.count > 0);
}

/* ---- what an earlier life left ------------------------------------------ */

static void
replay_step(struct progress *progress, size_t at, const char *event,
    const struct jsonline *record)
{
	const char *result = jsonline_string(record, "result");

	if (strcmp(event, "begin") == 0) {
		progress->steps[at] = PROGRESS_BEGUN;
	} else if (strcmp(event, "undo-begin") == 0) {
		progress->steps[at] = PROGRESS_UNDOING;
	} else if (strcmp(event, "started") == 0) {
		const char *token = jsonline_string(record, "token");

		free(progress->tokens[at]);
		progress->tokens[at] = token == NULL ? NULL :
		    memory_copy_string(token);
	} else if ((strcmp(event, "end") == 0 ||
	    strcmp(event, "undo-end") == 0) && result != NULL) {
		for (size_t i = 0; i < sizeof(step_names) /
		    sizeof(step_names[0]); i++) {
			if (strcmp(step_names[i], result) == 0)
				progress->steps[at] = (enum progress_step)i;
		}
		free(progress->tokens[at]);
		progress->tokens[at] = NULL;
	}
}

int
progress_replay(struct progress *progress, const struct jsonline *record,
    struct failure *why)
{
	const char *event = jsonline_string(record, "event");
	const char *key = jsonline_string(record, "step");

	if (event == NULL)
		return (0);
	if (strcmp(event, "turn") == 0)
		progress->back = true;
	if (strcmp(event, "turn") == 0 || strcmp(event, "close") == 0)
		progress->asked_back = jsonline_boolean(record, "asked",
		    progress->asked_back);
	if (key == NULL)
		return (0);
	const size_t at = plan_find(progress->plan, key);
	if (at == progress->plan->count) {
		failure_set(why, EXITCODE_DATA,
		    "the journal speaks of a step '%s' that the plan lacks",
		    key);
		return (-1);
	}
	replay_step(progress, at, event, record);
	return (0);
}

void
progress_back(struct progress *progress)
{
	progress->asked_back = true;
}

int
progress_decide(struct progress *progress, const char *key, bool done,
    struct failure *why)
{
	const size_t at = plan_find(progress->plan, key);

	if (at == progress->plan->count) {
		failure_set(why, EXITCODE_USAGE, "there is no step '%s'", key);
		return (-1);
	}
	if (progress->steps[at] != PROGRESS_BEGUN &&
	    progress->steps[at] != PROGRESS_STUCK &&
	    progress->steps[at] != PROGRESS_UNDOING) {
		failure_set(why, EXITCODE_USAGE,
		    "step '%s' is %s: there is nothing to decide", key,
		    step_names[progress->steps[at]]);
		return (-1);
	}
	if (progress->steps[at] == PROGRESS_BEGUN)
		progress->steps[at] = done ? PROGRESS_DONE : PROGRESS_WAITING;
	else
		progress->steps[at] = done ? PROGRESS_UNDONE :
		    PROGRESS_UNDOING;
	free(progress->tokens[at]);
	progress->tokens[at] = NULL;
	return (0);
}

void
progress_stop(struct progress *progress)
{
	progress->stop = true;
}

/* Whether the step has, or may have, an effect that stands. */
static bool
stands(const struct progress *progress, size_t at)
{
	const struct plan_step *step = &progress->plan->steps[at];

	if (!has(step, PLAN_RUN) || step->keeps != NULL)
		return (false);
	switch (progress->steps[at]) {
	case PROGRESS_BEGUN:
	case PROGRESS_DONE:
	case PROGRESS_FAILED:
	case PROGRESS_UNDOING:
	case PROGRESS_STUCK:
		return (true);
	default:
		return (false);
	}
}

bool
progress_has_effect(const struct progress *progress)
{
	for (size_t i = 0; i < progress->plan->count; i++) {
		if (stands(progress, i))
			return (true);
	}
	return (false);
}

bool
progress_is_over(const struct progress *progress)
{
	if (progress->back || progress->asked_back)
		return (!progress_has_effect(progress));
	bool complete = true;
	for (size_t i = 0; i < progress->plan->count; i++) {
		if (progress->steps[i] == PROGRESS_FAILED)
			return (!progress_has_effect(progress));
		complete = complete &&
		    (progress->steps[i] == PROGRESS_DONE ||
		    progress->steps[i] == PROGRESS_SKIPPED);
	}
	return (complete);
}

/* ---- actions ------------------------------------------------------------- */

static struct progress_action
command(struct progress *progress, enum progress_phase phase,
    enum plan_part part)
{
	progress->phase = phase;
	progress->again = false;
	return ((struct progress_action){ .act = PROGRESS_COMMAND,
	    .step = progress->at, .part = part });
}

static struct progress_action
write_record(struct progress *progress, enum progress_phase phase,
    enum progress_record kind)
{
	progress->phase = phase;
	return ((struct progress_action){ .act = PROGRESS_RECORD,
	    .step = progress->at, .record = kind, .result = progress->result,
	    .why = progress->why, .code = progress->code });
}

/* Waits, to do then once more what the present phase waits for. */
static struct progress_action
pause_for(struct progress *progress, int64_t duration)
{
	progress->again = true;
	return ((struct progress_action){ .act = PROGRESS_PAUSE,
	    .step = progress->at, .duration = duration });
}

static struct progress_action
finish(struct progress *progress, enum exitcode code)
{
	progress->phase = PROGRESS_PHASE_FINISHED;
	progress->code = code;
	return ((struct progress_action){ .act = PROGRESS_FINISH,
	    .step = progress->at, .code = code });
}

/* Closes the journal, then the run ends with code. */
static struct progress_action
close_run(struct progress *progress, enum exitcode code, const char *why)
{
	progress->code = code;
	progress->why = why;
	return (write_record(progress, PROGRESS_PHASE_CLOSE,
	    PROGRESS_RECORD_CLOSE));
}

static struct progress_action
end_step(struct progress *progress, enum progress_step result,
    const char *why)
{
	progress->result = result;
	progress->why = why;
	return (write_record(progress, PROGRESS_PHASE_END,
	    PROGRESS_RECORD_END));
}

static struct progress_action
end_undo(struct progress *progress, enum progress_step result,
    const char *why)
{
	progress->result = result;
	progress->why = why;
	return (write_record(progress, PROGRESS_PHASE_UNDO_END,
	    PROGRESS_RECORD_UNDO_END));
}

static struct progress_action
turn(struct progress *progress, const char *why)
{
	progress->why = why;
	return (write_record(progress, PROGRESS_PHASE_TURN,
	    PROGRESS_RECORD_TURN));
}

/* Begins the act, or the check, of the present step. */
static struct progress_action
begin_step(struct progress *progress)
{
	progress->attempts = 0;
	progress->deadline = 0;
	return (write_record(progress, PROGRESS_PHASE_BEGIN,
	    PROGRESS_RECORD_BEGIN));
}

static struct progress_action
ask_or_begin(struct progress *progress)
{
	if (step_of(progress)->confirm == NULL)
		return (begin_step(progress));
	progress->phase = PROGRESS_PHASE_ASK;
	return ((struct progress_action){ .act = PROGRESS_ASK,
	    .step = progress->at });
}

static struct progress_action
unless_or_begin(struct progress *progress)
{
	if (has(step_of(progress), PLAN_UNLESS))
		return (command(progress, PROGRESS_PHASE_UNLESS,
		    PLAN_UNLESS));
	return (ask_or_begin(progress));
}

/* Waits for the command of the present step that an earlier life began. */
static struct progress_action
await_orphan(struct progress *progress)
{
	progress->phase = PROGRESS_PHASE_AWAIT;
	return ((struct progress_action){ .act = PROGRESS_AWAIT,
	    .step = progress->at,
	    .token = progress->tokens[progress->at] });
}

/* Goes on with a step that was begun in an earlier life. */
static struct progress_action
take_up(struct progress *progress)
{
	progress->attempts = 0;
	progress->deadline = 0;
	if (!has(step_of(progress), PLAN_RUN))
		return (begin_step(progress));
	if (progress->tokens[progress->at] != NULL)
		return (await_orphan(progress));
	return (command(progress, PROGRESS_PHASE_DECIDE, PLAN_VERIFY));
}

/* Chooses what comes next on the way forward. */
static struct progress_action
go_forward(struct progress *progress)
{
	while (progress->at < progress->plan->count) {
		const struct plan_step *step = step_of(progress);
		const enum progress_step state =
		    progress->steps[progress->at];

		if (state == PROGRESS_DONE || state == PROGRESS_SKIPPED) {
			progress->at++;
			continue;
		}
		if (state == PROGRESS_FAILED)
			return (turn(progress, "a step failed"));
		if (state == PROGRESS_BEGUN)
			return (take_up(progress));
		if (progress->stop)
			return (close_run(progress, EXITCODE_STOPPED,
			    "stopped on request"));
		if (has(step, PLAN_WHEN))
			return (command(progress, PROGRESS_PHASE_WHEN,
			    PLAN_WHEN));
		return (unless_or_begin(progress));
	}
	progress->at = progress->plan->count > 0 ?
	    progress->plan->count - 1 : 0;
	return (close_run(progress, EXITCODE_OK, NULL));
}

/* Ends the way back. */
static struct progress_action
close_back(struct progress *progress)
{
	if (progress->beyond)
		return (close_run(progress, EXITCODE_NEEDS_PERSON,
		    "a step that cannot be put back was done"));
	return (close_run(progress, progress->asked_back ? EXITCODE_OK :
	    EXITCODE_FAILED, "everything was put back"));
}

static struct progress_action
begin_undo(struct progress *progress)
{
	return (write_record(progress, PROGRESS_PHASE_UNDO_BEGIN,
	    PROGRESS_RECORD_UNDO_BEGIN));
}

/* Puts back the present step, whose effect stands. */
static struct progress_action
undo_step(struct progress *progress)
{
	progress->attempts = 0;
	progress->deadline = 0;
	if (progress->tokens[progress->at] != NULL)
		return (await_orphan(progress));
	if (has(step_of(progress), PLAN_UNDONE))
		return (command(progress, PROGRESS_PHASE_UNDO_LOOK,
		    PLAN_UNDONE));
	return (begin_undo(progress));
}

/* Chooses what comes next on the way back. */
static struct progress_action
go_back(struct progress *progress)
{
	for (;; progress->at--) {
		const struct plan_step *step = step_of(progress);
		const bool effect = stands(progress, progress->at);

		if (effect && step->irreversible != NULL)
			progress->beyond = true;
		else if (effect && (!progress->beyond || step->residue))
			return (undo_step(progress));
		if (progress->at == 0)
			return (close_back(progress));
	}
}

static struct progress_action
go(struct progress *progress)
{
	if (progress->plan->count == 0)
		return (close_run(progress, EXITCODE_OK, NULL));
	if (!progress->back && progress->asked_back) {
		progress->at = progress->plan->count - 1;
		return (turn(progress, "putting back was asked for"));
	}
	if (progress->back) {
		progress->at = progress->plan->count - 1;
		return (go_back(progress));
	}
	return (go_forward(progress));
}

/* A step failed: goes back, if there is anything to put back. */
static struct progress_action
fail_forward(struct progress *progress)
{
	if (!progress_has_effect(progress))
		return (close_run(progress, EXITCODE_FAILED,
		    "a step failed; nothing had been changed"));
	return (turn(progress, "a step failed"));
}

/* ---- trouble with the way to a place ------------------------------------- */

/*
 * The place was lost, or could not be reached with code: tries again for
 * a while if anything is at stake, else stops here.
 */
static struct progress_action
lose(struct progress *progress, const struct progress_event *event)
{
	const enum exitcode code = event->happening == PROGRESS_UNREACHABLE ?
	    event->code : EXITCODE_UNREACHABLE;
	const bool unknown = progress->phase == PROGRESS_PHASE_DECIDE ||
	    progress->phase == PROGRESS_PHASE_VERIFY ||
	    progress->phase == PROGRESS_PHASE_UNDO ||
	    progress->phase == PROGRESS_PHASE_UNDO_VERIFY;

	if (progress->lost_since == 0)
		progress->lost_since = event->now;
	if (code != EXITCODE_DENIED && progress_has_effect(progress) &&
	    event->now - progress->lost_since < progress->patience)
		return (pause_for(progress, REPEAT_PAUSE));
	return (close_run(progress, unknown ? EXITCODE_NEEDS_PERSON : code,
	    unknown ? "a node was lost and nobody knows how far it is" :
	    "a node cannot be reached"));
}

static bool
is_lost(const struct progress_event *event)
{
	return (event->happening == PROGRESS_UNREACHABLE ||
	    (event->happening == PROGRESS_ENDED &&
	    event->end.how == PROCESS_LOST));
}

/* Whether the command said yes, or no (exit code 1 or 3). */
static bool
says_yes(const struct progress_event *event)
{
	return (event->end.how == PROCESS_EXITED && event->end.code == 0);
}

static bool
says_no(const struct progress_event *event)
{
	return (event->end.how == PROCESS_EXITED &&
	    (event->end.code == EXITCODE_FAILED ||
	    event->end.code == EXITCODE_DIFFERS));
}

/*
 * Whether there is time left for the present step's verify or check to
 * change its mind.
 */
static bool
may_wait(struct progress *progress, int64_t now)
{
	if (progress->deadline == 0)
		progress->deadline = now + step_of(progress)->within;
	return (now < progress->deadline);
}

/* ---- one function for each phase ------------------------------------------ */

static struct progress_action
after_when(struct progress *progress, const struct progress_event *event)
{
	if (says_yes(event))
		return (unless_or_begin(progress));
	if (says_no(event))
		return (end_step(progress, PROGRESS_SKIPPED,
		    "it does not apply"));
	return (end_step(progress, PROGRESS_FAILED,
	    "whether it applies cannot be told"));
}

static struct progress_action
after_unless(struct progress *progress, const struct progress_event *event)
{
	if (says_yes(event))
		return (end_step(progress, PROGRESS_SKIPPED,
		    "it is so already"));
	if (says_no(event))
		return (ask_or_begin(progress));
	return (end_step(progress, PROGRESS_FAILED,
	    "whether it is so already cannot be told"));
}

static struct progress_action
after_answer(struct progress *progress, const struct progress_event *event)
{
	if (event->yes)
		return (begin_step(progress));
	return (close_run(progress, EXITCODE_STOPPED,
	    "a step was not confirmed"));
}

static struct progress_action
after_begin(struct progress *progress)
{
	progress->steps[progress->at] = PROGRESS_BEGUN;
	if (has(step_of(progress), PLAN_CHECK))
		return (command(progress, PROGRESS_PHASE_CHECK, PLAN_CHECK));
	return (command(progress, PROGRESS_PHASE_RUN, PLAN_RUN));
}

static struct progress_action
after_check(struct progress *progress, const struct progress_event *event)
{
	if (says_yes(event))
		return (end_step(progress, PROGRESS_DONE, NULL));
	if (may_wait(progress, event->now))
		return (pause_for(progress, VERIFY_PAUSE));
	return (end_step(progress, PROGRESS_FAILED, "the check failed"));
}

static struct progress_action
after_run(struct progress *progress, const struct progress_event *event)
{
	if (event->end.how == PROCESS_LOST)
		return (command(progress, PROGRESS_PHASE_DECIDE,
		    PLAN_VERIFY));
	if (says_yes(event)) {
		progress->deadline = 0;
		return (command(progress, PROGRESS_PHASE_VERIFY,
		    PLAN_VERIFY));
	}
	if (event->end.how == PROCESS_EXITED &&
	    progress->attempts < step_of(progress)->retry) {
		progress->attempts++;
		return (pause_for(progress, REPEAT_PAUSE));
	}
	return (end_step(progress, PROGRESS_FAILED,
	    event->end.how == PROCESS_TIMED_OUT ? "it took too long" :
	    "its command failed"));
}

static struct progress_action
after_verify(struct progress *progress, const struct progress_event *event)
{
	if (says_yes(event))
		return (end_step(progress, PROGRESS_DONE, NULL));
	if (may_wait(progress, event->now))
		return (pause_for(progress, VERIFY_PAUSE));
	return (end_step(progress, PROGRESS_FAILED,
	    "its command succeeded, but what it should have done is not so"));
}

/* What verify says of a step that was begun and has no end. */
static struct progress_action
after_decide(struct progress *progress, const struct progress_event *event)
{
	if (says_yes(event))
		return (end_step(progress, PROGRESS_DONE,
		    "it was found done"));
	if (says_no(event) && progress->attempts++ < 3)
		return (write_record(progress, PROGRESS_PHASE_BEGIN,
		    PROGRESS_RECORD_BEGIN));
	if (says_no(event))
		return (end_step(progress, PROGRESS_FAILED,
		    "it was broken off again and again"));
	return (close_run(progress, EXITCODE_NEEDS_PERSON,
	    "nobody knows whether a step was done"));
}

static struct progress_action
after_await(struct progress *progress)
{
	free(progress->tokens[progress->at]);
	progress->tokens[progress->at] = NULL;
	if (progress->back)
		return (go_back(progress));
	return (command(progress, PROGRESS_PHASE_DECIDE, PLAN_VERIFY));
}

static struct progress_action
after_end(struct progress *progress)
{
	progress->steps[progress->at] = progress->result;
	progress->why = NULL;
	if (progress->result == PROGRESS_FAILED)
		return (fail_forward(progress));
	return (go_forward(progress));
}

/* Asks whether the present step is put back. */
static struct progress_action
verify_undo(struct progress *progress)
{
	return (command(progress, PROGRESS_PHASE_UNDO_VERIFY,
	    has(step_of(progress), PLAN_UNDONE) ? PLAN_UNDONE :
	    PLAN_VERIFY));
}

static struct progress_action
after_undo(struct progress *progress, const struct progress_event *event)
{
	if (says_yes(event)) {
		progress->deadline = 0;
		return (verify_undo(progress));
	}
	if (event->end.how == PROCESS_EXITED &&
	    progress->attempts < step_of(progress)->retry) {
		progress->attempts++;
		return (pause_for(progress, REPEAT_PAUSE));
	}
	return (end_undo(progress, PROGRESS_STUCK,
	    event->end.how == PROCESS_TIMED_OUT ?
	    "putting it back took too long" : "putting it back failed"));
}

static struct progress_action
after_undo_verify(struct progress *progress,
    const struct progress_event *event)
{
	const bool asked = has(step_of(progress), PLAN_UNDONE);

	if (asked ? says_yes(event) : says_no(event))
		return (end_undo(progress, PROGRESS_UNDONE, NULL));
	if (may_wait(progress, event->now))
		return (pause_for(progress, VERIFY_PAUSE));
	return (end_undo(progress, PROGRESS_STUCK,
	    (asked ? says_no(event) : says_yes(event)) ?
	    "its undo succeeded, but it is not put back" :
	    "whether it was put back cannot be told"));
}

static struct progress_action
after_undo_end(struct progress *progress)
{
	progress->steps[progress->at] = progress->result;
	progress->why = NULL;
	if (progress->result == PROGRESS_STUCK)
		return (close_run(progress, EXITCODE_NEEDS_PERSON,
		    "a step could not be put back"));
	return (go_back(progress));
}

/* Whether the present step is put back already. */
static struct progress_action
after_undo_look(struct progress *progress,
    const struct progress_event *event)
{
	if (says_yes(event))
		return (end_undo(progress, PROGRESS_UNDONE,
		    "there was nothing to put back"));
	return (begin_undo(progress));
}

/* Does once more what the present phase waits for. */
static struct progress_action
repeat(struct progress *progress)
{
	static const enum plan_part parts[] = {
		[PROGRESS_PHASE_WHEN] = PLAN_WHEN,
		[PROGRESS_PHASE_UNLESS] = PLAN_UNLESS,
		[PROGRESS_PHASE_CHECK] = PLAN_CHECK,
		[PROGRESS_PHASE_RUN] = PLAN_RUN,
		[PROGRESS_PHASE_VERIFY] = PLAN_VERIFY,
		[PROGRESS_PHASE_DECIDE] = PLAN_VERIFY,
		[PROGRESS_PHASE_UNDO_LOOK] = PLAN_UNDONE,
		[PROGRESS_PHASE_UNDO] = PLAN_UNDO,
	};

	if (progress->phase == PROGRESS_PHASE_UNDO_VERIFY)
		return (verify_undo(progress));
	return (command(progress, progress->phase, parts[progress->phase]));
}

/* What follows a command that ended. */
static struct progress_action
after_command(struct progress *progress, const struct progress_event *event)
{
	switch (progress->phase) {
	case PROGRESS_PHASE_WHEN:
		return (after_when(progress, event));
	case PROGRESS_PHASE_UNLESS:
		return (after_unless(progress, event));
	case PROGRESS_PHASE_CHECK:
		return (after_check(progress, event));
	case PROGRESS_PHASE_RUN:
		return (after_run(progress, event));
	case PROGRESS_PHASE_VERIFY:
		return (after_verify(progress, event));
	case PROGRESS_PHASE_DECIDE:
		return (after_decide(progress, event));
	case PROGRESS_PHASE_UNDO_LOOK:
		return (after_undo_look(progress, event));
	case PROGRESS_PHASE_UNDO:
		return (after_undo(progress, event));
	case PROGRESS_PHASE_UNDO_VERIFY:
		return (after_undo_verify(progress, event));
	case PROGRESS_PHASE_AWAIT:
		return (after_await(progress));
	default:
		return (finish(progress, EXITCODE_BUG));
	}
}

/* What follows a record that is on the disk. */
static struct progress_action
after_record(struct progress *progress)
{
	switch (progress->phase) {
	case PROGRESS_PHASE_BEGIN:
		return (after_begin(progress));
	case PROGRESS_PHASE_END:
		return (after_end(progress));
	case PROGRESS_PHASE_TURN:
		progress->back = true;
		progress->why = NULL;
		return (go_back(progress));
	case PROGRESS_PHASE_UNDO_BEGIN:
		progress->steps[progress->at] = PROGRESS_UNDOING;
		return (command(progress, PROGRESS_PHASE_UNDO, PLAN_UNDO));
	case PROGRESS_PHASE_UNDO_END:
		return (after_undo_end(progress));
	case PROGRESS_PHASE_CLOSE:
		return (finish(progress, progress->code));
	default:
		return (finish(progress, EXITCODE_BUG));
	}
}

struct progress_action
progress_next(struct progress *progress, const struct progress_event *event)
{
	switch (event->happening) {
	case PROGRESS_GO:
		return (go(progress));
	case PROGRESS_WRITTEN:
		return (after_record(progress));
	case PROGRESS_NOT_WRITTEN:
		return (finish(progress, EXITCODE_CANNOT_WRITE));
	case PROGRESS_ELAPSED:
		return (repeat(progress));
	case PROGRESS_ANSWERED:
		return (after_answer(progress, event));
	case PROGRESS_ENDED:
	case PROGRESS_UNREACHABLE:
		break;
	}
	if (event->happening == PROGRESS_UNREACHABLE || (is_lost(event) &&
	    progress->phase != PROGRESS_PHASE_AWAIT &&
	    progress->phase != PROGRESS_PHASE_RUN))
		return (lose(progress, event));
	if (!is_lost(event))
		progress->lost_since = 0;
	return (after_command(progress, event));
}
