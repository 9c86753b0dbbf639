#include <config.h>

#include "progress_inside.h"

const struct plan_step *
progress_present(const struct progress *progress)
{
	return (&progress->plan->steps[progress->at]);
}

bool
progress_step_has(const struct plan_step *step, enum plan_part part)
{
	return (step->commands[part].argv.count > 0);
}

struct progress_action
progress_command(struct progress *progress, enum progress_phase phase,
    enum plan_part part)
{
	progress->phase = phase;
	progress->part = part;
	return ((struct progress_action){ .act = PROGRESS_COMMAND,
	    .step = progress->at, .part = part });
}

struct progress_action
progress_write(struct progress *progress, enum progress_phase phase,
    enum progress_record kind)
{
	progress->phase = phase;
	return ((struct progress_action){ .act = PROGRESS_RECORD,
	    .step = progress->at, .record = kind, .result = progress->result,
	    .why = progress->why, .code = progress->code });
}

struct progress_action
progress_pause(struct progress *progress, int64_t duration)
{
	return ((struct progress_action){ .act = PROGRESS_PAUSE,
	    .step = progress->at, .duration = duration });
}

struct progress_action
progress_finish(struct progress *progress, enum exitcode code)
{
	progress->phase = PROGRESS_PHASE_FINISHED;
	progress->code = code;
	return ((struct progress_action){ .act = PROGRESS_FINISH,
	    .step = progress->at, .code = code });
}

struct progress_action
progress_close(struct progress *progress, enum exitcode code, const char *why)
{
	progress->code = code;
	progress->why = why;
	return (progress_write(progress, PROGRESS_PHASE_CLOSE,
	    PROGRESS_RECORD_CLOSE));
}

struct progress_action
progress_close_at(struct progress *progress, enum exitcode code,
    const char *why)
{
	struct progress_action action = progress_close(progress, code, why);

	action.about_step = true;
	return (action);
}

struct progress_action
progress_close_stopped(struct progress *progress)
{
	return (progress_close_at(progress, EXITCODE_STOPPED,
	    "stopped on request"));
}

struct progress_action
progress_turn(struct progress *progress, const char *why)
{
	progress->why = why;
	/* What did not answer on the way forward has its time again. */
	progress->lost_since = 0;
	return (progress_write(progress, PROGRESS_PHASE_TURN,
	    PROGRESS_RECORD_TURN));
}

bool
progress_may_run(const struct progress *progress)
{
	return (progress->tokens[progress->at] != NULL);
}

struct progress_action
progress_await(struct progress *progress)
{
	progress->phase = PROGRESS_PHASE_AWAIT;
	return ((struct progress_action){ .act = PROGRESS_AWAIT,
	    .step = progress->at,
	    .token = progress->tokens[progress->at] });
}

bool
progress_says_yes(const struct progress_event *event)
{
	return (event->end.how == PROCESS_EXITED && event->end.code == 0);
}

static bool
means_barred(const struct process_end *end, bool is_tool)
{
	return (is_tool && end->how == PROCESS_EXITED &&
	    end->code == EXITCODE_BARRED);
}

bool
progress_means_no(const struct process_end *end, bool is_tool)
{
	return (means_barred(end, is_tool) ||
	    (end->how == PROCESS_EXITED && (end->code == EXITCODE_FAILED ||
	    end->code == EXITCODE_DIFFERS)));
}

/* Whether the present step's command that is asked is an adapter's. */
static bool
asks_tool(const struct progress *progress)
{
	return (progress_present(progress)->commands[progress->part].is_tool);
}

bool
progress_says_no(const struct progress *progress,
    const struct progress_event *event)
{
	return (progress_means_no(&event->end, asks_tool(progress)));
}

bool
progress_is_barred(struct progress *progress,
    const struct progress_event *event)
{
	if (!means_barred(&event->end, asks_tool(progress))) {
		progress->barred_since = 0;
		return (false);
	}
	if (progress->barred_since == 0)
		progress->barred_since = event->now;
	return (event->now - progress->barred_since >= PROGRESS_BARRED);
}

bool
progress_may_wait(struct progress *progress, int64_t now)
{
	if (progress->deadline == 0)
		progress->deadline = now + progress_present(progress)->within;
	return (now < progress->deadline);
}

bool
progress_may_settle(struct progress *progress,
    const struct progress_event *event)
{
	const int64_t within = progress_present(progress)->within;

	if (!progress->settles || !progress_may_wait(progress, event->now))
		return (false);
	return (!progress_says_no(progress, event) ||
	    event->now < progress->deadline - within + PROGRESS_SETTLE);
}
