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
	progress->back = false;		/* until it is recorded */
}

void
progress_leave(struct progress *progress)
{
	progress->leaves = true;
}

void
progress_stop(struct progress *progress)
{
	progress->stop = true;
}

/* Goes on where the run is left as it is: nothing of it may run then. */
static struct progress_action
leave(struct progress *progress)
{
	for (progress->at = 0; progress->at < progress->plan->count;
	    progress->at++) {
		if (progress->tokens[progress->at] != NULL)
			return (progress_await(progress));
	}
	progress->at = 0;
	progress->left = true;
	return (progress_close(progress, EXITCODE_PARTIAL,
	    "left as it is, as a person asked"));
}

static struct progress_action
go(struct progress *progress)
{
	if (progress->leaves)
		return (leave(progress));
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

/* Whether an act was begun at the place of which nobody knows now. */
static bool
is_unknown(const struct progress *progress)
{
	switch (progress->phase) {
	case PROGRESS_PHASE_AWAIT:
	case PROGRESS_PHASE_DECIDE:
	case PROGRESS_PHASE_VERIFY:
	case PROGRESS_PHASE_UNDO:
	case PROGRESS_PHASE_UNDO_VERIFY:
		return (true);
	default:
		return (false);
	}
}

/*
 * Whether a place, or what is asked there, that does not answer at now may
 * still do so: for a while, if anything is at stake or under way.
 */
static bool
has_hope(struct progress *progress, int64_t now)
{
	if (progress->lost_since == 0)
		progress->lost_since = now;
	return ((progress_has_effect(progress) || is_unknown(progress)) &&
	    now - progress->lost_since < progress->patience);
}

/* Whether it is tried again. */
static bool
has_patience(struct progress *progress, int64_t now)
{
	return (has_hope(progress, now) && !progress->stop);
}

/*
 * The place was lost, or could not be reached with code: tries again for
 * a while or stops here.  No person need look after what may be done again
 * and leaves nothing to put back.
 */
static struct progress_action
lose(struct progress *progress, const struct progress_event *event)
{
	const enum exitcode code = event->happening == PROGRESS_UNREACHABLE ?
	    event->code : EXITCODE_UNREACHABLE;

	if (code != EXITCODE_DENIED && has_patience(progress, event->now))
		return (progress_pause(progress, PROGRESS_REPEAT_PAUSE));
	if (is_unknown(progress) && progress_stands(progress, progress->at))
		return (progress_close_at(progress, EXITCODE_NEEDS_PERSON,
		    "a node was lost and nobody knows how far it is"));
	return (progress_close_at(progress, code,
	    "a node cannot be reached"));
}

/*
 * The end of a command is not known.  An act that may still run is awaited;
 * one that was not even started is decided by verify all the same.
 */
static struct progress_action
lose_command(struct progress *progress, const struct progress_event *event)
{
	if (progress->phase == PROGRESS_PHASE_RUN ||
	    progress->phase == PROGRESS_PHASE_UNDO) {
		if (progress_may_run(progress))
			return (progress_await(progress));
		if (progress->phase == PROGRESS_PHASE_RUN)
			return (progress_command(progress,
			    PROGRESS_PHASE_DECIDE, PLAN_VERIFY));
	}
	return (lose(progress, event));
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

	if (progress->phase == PROGRESS_PHASE_AWAIT)
		return (progress_await(progress));
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

/* What follows an act, of which nothing runs any more. */
static struct progress_action
after_act(struct progress *progress, const struct progress_event *event)
{
	return (progress->back ? progress_back_ended(progress, event) :
	    progress_forward_ended(progress, event));
}

/*
 * What follows the wait for what a command had begun before it was killed.
 * If that was over at once, it did nothing that is yet to be seen.
 */
static struct progress_action
after_struck(struct progress *progress, int64_t now)
{
	const struct progress_event event = { .happening = PROGRESS_ENDED,
	    .now = now, .end.how = PROCESS_SIGNALLED };

	progress->settles = now - progress->struck_since >
	    PROGRESS_VERIFY_PAUSE;
	progress->struck_since = 0;
	progress->phase = progress->back ? PROGRESS_PHASE_UNDO :
	    PROGRESS_PHASE_RUN;
	return (after_act(progress, &event));
}

/* What follows the wait for a command that an earlier life had begun. */
static struct progress_action
after_await(struct progress *progress, const struct progress_event *event)
{
	if (!progress_says_yes(event))
		return (progress_close_at(progress, EXITCODE_NEEDS_PERSON,
		    event->end.how == PROCESS_TIMED_OUT ?
		    "a command that was begun earlier does not end" :
		    "nobody knows whether an earlier command has ended"));
	progress_forget(progress, progress->at);
	progress->settles = true;
	progress->deadline = 0;
	if (progress->leaves)
		return (leave(progress));
	if (progress->struck_since != 0)
		return (after_struck(progress, event->now));
	return (progress->back ? progress_back_go(progress) :
	    progress_forward_go(progress));
}

/* Whether the command changes nothing, so that it may be repeated freely. */
static bool
is_question(const struct progress *progress)
{
	return (progress->phase != PROGRESS_PHASE_RUN &&
	    progress->phase != PROGRESS_PHASE_UNDO);
}

/* Whether the present command may be repeated as it is. */
static bool
may_repeat(const struct progress *progress)
{
	return (progress->phase != PROGRESS_PHASE_RUN ||
	    progress_present(progress)->retry > 0);
}

/* Whether the command says that what it needs does not answer. */
static bool
says_away(const struct progress_event *event)
{
	return (event->end.how == PROCESS_EXITED &&
	    event->end.code == EXITCODE_UNREACHABLE);
}

/* What follows a command that ended, as event says. */
static struct progress_action
after_command(struct progress *progress, const struct progress_event *event)
{
	if (!says_away(event))
		progress->lost_since = 0;
	if (event->end.how == PROCESS_SIGNALLED && is_question(progress) &&
	    progress->broken++ < PROGRESS_REPEATS)
		return (progress_pause(progress, PROGRESS_REPEAT_PAUSE));
	if (progress->phase == PROGRESS_PHASE_AWAIT)
		return (after_await(progress, event));
	/* What a command that was killed has begun may go on. */
	if (event->end.how == PROCESS_SIGNALLED && progress_may_run(progress)) {
		progress->struck_since = event->now;
		return (progress_await(progress));
	}
	if (!is_question(progress))
		progress_forget(progress, progress->at);
	/* A node that was started anew is there before its cluster software. */
	if (says_away(event) && may_repeat(progress) &&
	    has_patience(progress, event->now))
		return (progress_pause(progress, PROGRESS_REPEAT_PAUSE));
	/* Who is told to stop has no time to find out; it is no verdict. */
	if (says_away(event) && is_question(progress) && progress->stop &&
	    has_hope(progress, event->now))
		return (progress_close_stopped(progress));
	return (after_act(progress, event));
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
	case PROGRESS_UNREACHABLE:
		return (lose(progress, event));
	case PROGRESS_ENDED:
		break;
	}
	if (event->end.how == PROCESS_LOST)
		return (lose_command(progress, event));
	return (after_command(progress, event));
}
