#include <config.h>

#include "progress_inside.h"

static struct progress_action
end_step(struct progress *progress, enum progress_step result,
    const char *why)
{
	progress->result = result;
	progress->why = why;
	return (progress_write(progress, PROGRESS_PHASE_END,
	    PROGRESS_RECORD_END));
}

/* Begins the act, or the check, of the present step. */
static struct progress_action
begin_step(struct progress *progress)
{
	if (progress->stop)
		return (progress_close_stopped(progress));
	progress->attempts = 0;
	progress->broken = 0;
	progress->deadline = 0;
	progress->barred_since = 0;
	return (progress_write(progress, PROGRESS_PHASE_BEGIN,
	    PROGRESS_RECORD_BEGIN));
}

static struct progress_action
ask_or_begin(struct progress *progress)
{
	/* Who asked for a stop is not asked whether to go on. */
	if (progress_present(progress)->confirm == NULL || progress->stop)
		return (begin_step(progress));
	progress->phase = PROGRESS_PHASE_ASK;
	return ((struct progress_action){ .act = PROGRESS_ASK,
	    .step = progress->at });
}

static struct progress_action
unless_or_begin(struct progress *progress)
{
	if (progress_step_has(progress_present(progress), PLAN_UNLESS))
		return (progress_command(progress, PROGRESS_PHASE_UNLESS,
		    PLAN_UNLESS));
	return (ask_or_begin(progress));
}

/* Goes on with a step that was begun in an earlier life. */
static struct progress_action
take_up(struct progress *progress)
{
	if (!progress_step_has(progress_present(progress), PLAN_RUN))
		return (begin_step(progress));
	if (progress_may_run(progress))
		return (progress_await(progress));
	if (progress_present(progress)->by_person)
		return (begin_step(progress));	/* only remembers it */
	return (progress_command(progress, PROGRESS_PHASE_DECIDE, PLAN_VERIFY));
}

/* A step failed: goes back, if there is anything to put back. */
static struct progress_action
fail(struct progress *progress)
{
	if (!progress_has_effect(progress))
		return (progress_close_at(progress, EXITCODE_FAILED,
		    progress_has_kept(progress) ? "a step failed; nothing had "
		    "been changed but what need not be put back" :
		    "a step failed; nothing had been changed"));
	return (progress_turn(progress, "a step failed"));
}

struct progress_action
progress_forward_go(struct progress *progress)
{
	while (progress->at < progress->plan->count) {
		const struct plan_step *step = progress_present(progress);
		const enum progress_step state =
		    progress->steps[progress->at];

		if (state == PROGRESS_DONE || state == PROGRESS_SKIPPED) {
			progress->at++;
			continue;
		}
		if (state == PROGRESS_FAILED || state == PROGRESS_BLOCKED)
			return (fail(progress));
		if (state == PROGRESS_BEGUN)
			return (take_up(progress));
		if (progress_may_run(progress))
			return (progress_await(progress));
		if (progress->stop)
			return (progress_close_stopped(progress));
		if (progress_step_has(step, PLAN_WHEN))
			return (progress_command(progress, PROGRESS_PHASE_WHEN,
			    PLAN_WHEN));
		return (unless_or_begin(progress));
	}
	progress->at = progress->plan->count > 0 ?
	    progress->plan->count - 1 : 0;
	return (progress_close(progress, EXITCODE_OK, NULL));
}

static struct progress_action
after_when(struct progress *progress, const struct progress_event *event)
{
	if (progress_says_yes(event))
		return (unless_or_begin(progress));
	if (progress_says_no(progress, event))
		return (end_step(progress, PROGRESS_SKIPPED,
		    "it does not apply"));
	return (end_step(progress, PROGRESS_FAILED,
	    "whether it applies cannot be told"));
}

static struct progress_action
after_unless(struct progress *progress, const struct progress_event *event)
{
	if (progress_says_yes(event))
		return (end_step(progress, PROGRESS_SKIPPED,
		    "it is so already"));
	if (progress_says_no(progress, event))
		return (ask_or_begin(progress));
	return (end_step(progress, PROGRESS_FAILED,
	    "whether it is so already cannot be told"));
}

struct progress_action
progress_forward_answered(struct progress *progress,
    const struct progress_event *event)
{
	if (event->yes)
		return (begin_step(progress));
	struct progress_action action = progress_close_at(progress,
	    EXITCODE_STOPPED, "it must be confirmed");
	action.asks = true;
	return (action);
}

static struct progress_action
after_begin(struct progress *progress)
{
	progress->steps[progress->at] = PROGRESS_BEGUN;
	progress->settles = false;
	progress->why = NULL;
	if (progress_step_has(progress_present(progress), PLAN_CHECK))
		return (progress_command(progress, PROGRESS_PHASE_CHECK,
		    PLAN_CHECK));
	return (progress_command(progress, PROGRESS_PHASE_RUN, PLAN_RUN));
}

static struct progress_action
after_check(struct progress *progress, const struct progress_event *event)
{
	if (progress_says_yes(event))
		return (end_step(progress, PROGRESS_DONE, NULL));
	if (!progress_is_barred(progress, event) &&
	    progress_may_wait(progress, event->now))
		return (progress_pause(progress, PROGRESS_VERIFY_PAUSE));
	return (end_step(progress, PROGRESS_FAILED, "the check failed"));
}

static struct progress_action
after_run(struct progress *progress, const struct progress_event *event)
{
	if (progress_says_yes(event)) {
		progress->deadline = 0;
		progress->barred_since = 0;
		return (progress_command(progress, PROGRESS_PHASE_VERIFY,
		    PLAN_VERIFY));
	}
	if (event->end.how == PROCESS_SIGNALLED)
		return (progress_command(progress, PROGRESS_PHASE_DECIDE,
		    PLAN_VERIFY));
	if (event->end.how == PROCESS_EXITED &&
	    progress->attempts < progress_present(progress)->retry) {
		progress->attempts++;
		return (progress_pause(progress, PROGRESS_REPEAT_PAUSE));
	}
	return (end_step(progress, PROGRESS_FAILED,
	    event->end.how == PROCESS_TIMED_OUT ? "it took too long" :
	    "its command failed"));
}

static struct progress_action
after_verify(struct progress *progress, const struct progress_event *event)
{
	if (progress_says_yes(event))
		return (end_step(progress, PROGRESS_DONE, NULL));
	if (!progress_is_barred(progress, event) &&
	    progress_may_wait(progress, event->now))
		return (progress_pause(progress, PROGRESS_VERIFY_PAUSE));
	return (end_step(progress, PROGRESS_FAILED,
	    progress_says_no(progress, event) ?
	    "its command succeeded, but what it should have done is not so" :
	    "its command succeeded, but whether it is done cannot be told"));
}

/*
 * What verify says of a step that was begun and has no end.  What its command
 * did, if it ran to its end, may take a while to be seen.
 */
static struct progress_action
after_decide(struct progress *progress, const struct progress_event *event)
{
	if (progress_says_yes(event))
		return (end_step(progress, PROGRESS_DONE,
		    "it was found done"));
	if (progress_may_settle(progress, event))
		return (progress_pause(progress, PROGRESS_VERIFY_PAUSE));
	const bool is_no = progress_says_no(progress, event);
	if (is_no && progress->stop)
		return (progress_close_stopped(progress));
	if (is_no && progress->broken++ < PROGRESS_REPEATS) {
		progress->why = PROGRESS_AGAIN;
		return (progress_write(progress, PROGRESS_PHASE_BEGIN,
		    PROGRESS_RECORD_BEGIN));
	}
	if (is_no)
		return (end_step(progress, PROGRESS_FAILED,
		    "it was broken off again and again"));
	struct progress_action action = progress_close_at(progress,
	    EXITCODE_NEEDS_PERSON, "nobody knows whether a step was done");
	action.is_undecided = true;
	return (action);
}

static struct progress_action
after_end(struct progress *progress)
{
	enum progress_step *step = &progress->steps[progress->at];

	*step = progress_ends_as(*step, progress->result);
	progress->why = NULL;
	progress->broken = 0;
	if (progress->result == PROGRESS_FAILED)
		return (fail(progress));
	return (progress_forward_go(progress));
}

struct progress_action
progress_forward_ended(struct progress *progress,
    const struct progress_event *event)
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
	default:
		return (progress_finish(progress, EXITCODE_BUG));
	}
}

struct progress_action
progress_forward_written(struct progress *progress)
{
	if (progress->phase == PROGRESS_PHASE_BEGIN)
		return (after_begin(progress));
	return (after_end(progress));
}
