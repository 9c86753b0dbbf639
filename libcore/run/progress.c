#include <config.h>

#include "progress_inside.h"

#include <stdlib.h>

#include "../base/memory.h"

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

void
progress_back(struct progress *progress)
{
	progress->asked_back = true;
}

void
progress_stop(struct progress *progress)
{
	progress->stop = true;
}

static struct progress_action
go(struct progress *progress)
{
	if (progress->plan->count == 0)
		return (progress_close(progress, EXITCODE_OK, NULL));
	if (!progress->back && progress->asked_back) {
		progress->at = progress->plan->count - 1;
		return (progress_turn(progress, "putting back was asked for"));
	}
	if (progress->back) {
		progress->at = progress->plan->count - 1;
		return (progress_back_go(progress));
	}
	return (progress_forward_go(progress));
}

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
		return (progress_pause(progress, PROGRESS_REPEAT_PAUSE));
	return (progress_close(progress, unknown ? EXITCODE_NEEDS_PERSON : code,
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
		return (progress_back_verify(progress));
	return (progress_command(progress, progress->phase,
	    parts[progress->phase]));
}

/* What follows a record that is on the disk. */
static struct progress_action
after_record(struct progress *progress)
{
	switch (progress->phase) {
	case PROGRESS_PHASE_CLOSE:
		return (progress_finish(progress, progress->code));
	case PROGRESS_PHASE_TURN:
		progress->back = true;
		progress->why = NULL;
		return (progress_back_go(progress));
	case PROGRESS_PHASE_BEGIN:
	case PROGRESS_PHASE_END:
		return (progress_forward_written(progress));
	case PROGRESS_PHASE_UNDO_BEGIN:
	case PROGRESS_PHASE_UNDO_END:
		return (progress_back_written(progress));
	default:
		return (progress_finish(progress, EXITCODE_BUG));
	}
}

/* What follows a command that ended. */
static struct progress_action
after_command(struct progress *progress, const struct progress_event *event)
{
	if (progress->phase == PROGRESS_PHASE_AWAIT) {
		free(progress->tokens[progress->at]);
		progress->tokens[progress->at] = NULL;
	}
	return (progress->back ? progress_back_ended(progress, event) :
	    progress_forward_ended(progress, event));
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
		return (progress_finish(progress, EXITCODE_CANNOT_WRITE));
	case PROGRESS_ELAPSED:
		return (repeat(progress));
	case PROGRESS_ANSWERED:
		return (progress_forward_answered(progress, event));
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
