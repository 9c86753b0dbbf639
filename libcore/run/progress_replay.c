#include <config.h>

#include "progress_inside.h"

#include <stdlib.h>
#include <string.h>

#include "../base/failure.h"
#include "../base/memory.h"
#include "../format/jsonline.h"

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

bool
progress_stands(const struct progress *progress, size_t at)
{
	const struct plan_step *step = &progress->plan->steps[at];

	if (!progress_step_has(step, PLAN_RUN) || step->keeps != NULL)
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
		if (progress_stands(progress, i))
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
