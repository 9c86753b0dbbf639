#include <config.h>

#include "progress_inside.h"

static struct progress_action
end_undo(struct progress *progress, enum progress_step result,
    const char *why)
{
	progress->result = result;
	progress->why = why;
	return (progress_write(progress, PROGRESS_PHASE_UNDO_END,
	    PROGRESS_RECORD_UNDO_END));
}

/* Whether something of the run was put back. */
static bool
has_undone(const struct progress *progress)
{
	for (size_t i = 0; i < progress->plan->count; i++) {
		if (progress->steps[i] == PROGRESS_UNDONE)
			return (true);
	}
	return (false);
}

/* Ends the way back. */
static struct progress_action
close_back(struct progress *progress)
{
	if (progress->beyond) {
		progress->at = progress->barrier;
		struct progress_action action = progress_close_at(progress,
		    EXITCODE_NEEDS_PERSON,
		    progress->steps[progress->at] == PROGRESS_BEGUN ?
		    "nobody knows whether a step that cannot be put back was "
		    "done" : "a step that cannot be put back was done");
		action.is_barrier = true;
		return (action);
	}
	return (progress_close(progress, progress->asked_back ? EXITCODE_OK :
	    EXITCODE_FAILED, has_undone(progress) ?
	    "everything was put back" : "nothing was to be put back"));
}

static struct progress_action
begin_undo(struct progress *progress)
{
	if (progress->stop)
		return (progress_close_stopped(progress));
	return (progress_write(progress, PROGRESS_PHASE_UNDO_BEGIN,
	    PROGRESS_RECORD_UNDO_BEGIN));
}

/* Puts back the present step, unless it is put back already. */
static struct progress_action
look_or_undo(struct progress *progress)
{
	if (progress_step_has(progress_present(progress), PLAN_UNDONE))
		return (progress_command(progress, PROGRESS_PHASE_UNDO_LOOK,
		    PLAN_UNDONE));
	return (begin_undo(progress));
}

/* Puts back the present step, whose effect stands. */
static struct progress_action
undo_step(struct progress *progress)
{
	progress->attempts = 0;
	progress->broken = 0;
	progress->deadline = 0;
	return (look_or_undo(progress));
}

struct progress_action
progress_back_go(struct progress *progress)
{
	for (;; progress->at--) {
		const struct plan_step *step = progress_present(progress);
		const bool effect = progress_stands(progress, progress->at);

		if (progress_may_run(progress))
			return (progress_await(progress));
		if (effect && step->irreversible != NULL) {
			if (!progress->beyond)
				progress->barrier = progress->at;
			progress->beyond = true;
		} else if (effect && (!progress->beyond || step->residue))
			return (undo_step(progress));
		if (progress->at == 0)
			return (close_back(progress));
	}
}

struct progress_action
progress_back_verify(struct progress *progress)
{
	const bool asks = progress_step_has(progress_present(progress),
	    PLAN_UNDONE);

	return (progress_command(progress, PROGRESS_PHASE_UNDO_VERIFY,
	    asks ? PLAN_UNDONE : PLAN_VERIFY));
}

static struct progress_action
after_undo(struct progress *progress, const struct progress_event *event)
{
	if (progress_says_yes(event)) {
		progress->deadline = 0;
		return (progress_back_verify(progress));
	}
	if (event->end.how == PROCESS_SIGNALLED &&
	    progress->broken++ < PROGRESS_REPEATS) {
		progress->why = PROGRESS_AGAIN;
		return (look_or_undo(progress));
	}
	if (event->end.how == PROCESS_EXITED &&
	    progress->attempts < progress_present(progress)->retry) {
		progress->attempts++;
		return (progress_pause(progress, PROGRESS_REPEAT_PAUSE));
	}
	return (end_undo(progress, PROGRESS_STUCK,
	    event->end.how == PROCESS_TIMED_OUT ?
	    "putting it back took too long" :
	    event->end.how == PROCESS_SIGNALLED ?
	    "putting it back was broken off again and again" :
	    "putting it back failed"));
}

static struct progress_action
after_undo_verify(struct progress *progress,
    const struct progress_event *event)
{
	const bool asked = progress_step_has(progress_present(progress),
	    PLAN_UNDONE);
	const bool is_yes = progress_says_yes(event);
	const bool is_no = progress_says_no(progress, event);

	if (asked ? is_yes : is_no)
		return (end_undo(progress, PROGRESS_UNDONE, NULL));
	if (progress_may_wait(progress, event->now))
		return (progress_pause(progress, PROGRESS_VERIFY_PAUSE));
	if (asked ? !is_no : !is_yes)
		return (end_undo(progress, PROGRESS_STUCK,
		    "whether it was put back cannot be told"));
	return (end_undo(progress, PROGRESS_STUCK,
	    progress_present(progress)->put_back != NULL ?
	    "a person has to put it back" :
	    "its undo succeeded, but it is not put back"));
}

static struct progress_action
after_undo_end(struct progress *progress)
{
	progress->steps[progress->at] = progress->result;
	progress->why = NULL;
	if (progress->result == PROGRESS_STUCK)
		return (progress_close_at(progress, EXITCODE_NEEDS_PERSON,
		    "a step could not be put back"));
	return (progress_back_go(progress));
}

/* Whether the present step is put back already. */
static struct progress_action
after_undo_look(struct progress *progress,
    const struct progress_event *event)
{
	if (progress_says_yes(event))
		return (end_undo(progress, PROGRESS_UNDONE,
		    "there was nothing to put back"));
	return (begin_undo(progress));
}

struct progress_action
progress_back_ended(struct progress *progress,
    const struct progress_event *event)
{
	switch (progress->phase) {
	case PROGRESS_PHASE_UNDO_LOOK:
		return (after_undo_look(progress, event));
	case PROGRESS_PHASE_UNDO:
		return (after_undo(progress, event));
	case PROGRESS_PHASE_UNDO_VERIFY:
		return (after_undo_verify(progress, event));
	default:
		return (progress_finish(progress, EXITCODE_BUG));
	}
}

struct progress_action
progress_back_written(struct progress *progress)
{
	if (progress->phase == PROGRESS_PHASE_UNDO_END)
		return (after_undo_end(progress));
	progress->steps[progress->at] = PROGRESS_UNDOING;
	progress->why = NULL;
	return (progress_command(progress, PROGRESS_PHASE_UNDO,
	    PLAN_UNDO));
}
