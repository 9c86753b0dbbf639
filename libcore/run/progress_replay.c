#include <config.h>

#include "progress_inside.h"

#include <stdlib.h>
#include <string.h>

#include "../base/failure.h"
#include "../base/memory.h"
#include "../base/text.h"
#include "../format/journal.h"
#include "../format/jsonline.h"

static const char *const step_names[] = {
	"waiting", "begun", "done", "skipped", "failed", "undoing", "undone",
	"stuck", "blocked"
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
progress_forget(struct progress *progress, size_t at)
{
	free(progress->tokens[at]);
	progress->tokens[at] = NULL;
}

enum progress_step
progress_ends_as(enum progress_step before, enum progress_step result)
{
	return (result == PROGRESS_FAILED && before != PROGRESS_BEGUN ?
	    PROGRESS_BLOCKED : result);
}

void
progress_started(struct progress *progress, const char *token)
{
	progress_forget(progress, progress->at);
	progress->tokens[progress->at] = memory_copy_string(token);
}

/*
 * Returns which of the results from first to last record has, or WAITING
 * when it has none of them.
 */
static enum progress_step
result_of(const struct jsonline *record, enum progress_step first,
    enum progress_step last)
{
	const char *result = jsonline_string(record, "result");

	for (int i = (int)first; result != NULL && i <= (int)last; i++) {
		if (strcmp(step_names[i], result) == 0)
			return ((enum progress_step)i);
	}
	return (PROGRESS_WAITING);
}

/* Takes in a record about step at.  Returns 0, or -1 when it makes no sense. */
static int
replay_step(struct progress *progress, size_t at, const char *event,
    const struct jsonline *record)
{
	enum progress_step *step = &progress->steps[at];

	if (strcmp(event, "begin") == 0) {
		*step = PROGRESS_BEGUN;
	} else if (strcmp(event, "undo-begin") == 0) {
		*step = PROGRESS_UNDOING;
	} else if (strcmp(event, "started") == 0) {
		const char *token = jsonline_string(record, "token");

		progress_forget(progress, at);
		if (token == NULL)
			return (-1);
		progress->tokens[at] = memory_copy_string(token);
		return (0);
	} else if (strcmp(event, "confirmed") == 0) {
		/* He has done it, whatever the step is said to be now. */
		if (jsonline_boolean(record, "person", false) &&
		    *step == PROGRESS_WAITING)
			*step = PROGRESS_BEGUN;
		return (0);
	} else if (strcmp(event, "end") == 0) {
		*step = progress_ends_as(*step, result_of(record,
		    PROGRESS_DONE, PROGRESS_FAILED));
	} else if (strcmp(event, "undo-end") == 0) {
		*step = result_of(record, PROGRESS_UNDONE, PROGRESS_STUCK);
	} else {
		return (0);
	}
	progress_forget(progress, at);
	return (*step == PROGRESS_WAITING ? -1 : 0);
}

/* Takes in what a person asked for in the life that begins with record. */
static int
replay_request(struct progress *progress, const struct jsonline *record,
    struct failure *why)
{
	const char *word = jsonline_string(record, "decided");

	if (jsonline_boolean(record, "back", false))
		progress_back(progress);
	if (word == NULL || progress_decide(progress, word, why) == 0)
		return (0);
	why->code = EXITCODE_DATA;
	failure_add(why, "the journal holds a decision that makes no sense");
	return (-1);
}

/*
 * A life that ends like this has awaited all that ran, also what no record
 * tells the end of.
 */
static void
replay_close(struct progress *progress, const struct jsonline *record)
{
	const int64_t code = jsonline_integer(record, "exit", EXITCODE_BUG);

	progress->left = code == EXITCODE_PARTIAL;
	if (code != EXITCODE_OK && code != EXITCODE_FAILED && !progress->left)
		return;
	for (size_t i = 0; i < progress->plan->count; i++)
		progress_forget(progress, i);
}

int
progress_replay(struct progress *progress, const struct jsonline *record,
    struct failure *why)
{
	const char *event = jsonline_string(record, "event");
	const char *key = jsonline_string(record, "step");

	if (event == NULL)
		return (0);
	if (strcmp(event, "turn") == 0) {
		progress->back = true;
		progress->asked_back = jsonline_boolean(record, "asked",
		    false);
	}
	if (strcmp(event, "close") == 0)
		replay_close(progress, record);
	if (strcmp(event, "resume") == 0)
		return (replay_request(progress, record, why));
	if (key == NULL)
		return (0);
	const size_t at = plan_find(progress->plan, key);
	if (at == progress->plan->count) {
		failure_set(why, EXITCODE_DATA,
		    "the journal speaks of a step '%s' that the plan lacks",
		    key);
		return (-1);
	}
	if (replay_step(progress, at, event, record) == 0)
		return (0);
	failure_set(why, EXITCODE_DATA,
	    "the journal's record '%s' of step '%s' makes no sense", event,
	    key);
	return (-1);
}

int
progress_replay_all(struct progress *progress,
    const struct journal_records *records, struct failure *why)
{
	for (size_t i = 0; i < records->count; i++)
		if (progress_replay(progress, records->list[i], why) == -1)
			return (-1);
	return (0);
}

int
progress_read_word(const char *word, struct text *key, bool *done)
{
	const char *equals = strrchr(word, '=');

	if (equals == NULL)
		return (-1);
	text_add_bytes(key, word, (size_t)(equals - word));
	*done = strcmp(equals, "=done") == 0;
	return (*done || strcmp(equals, "=again") == 0 ? 0 : -1);
}

/*
 * Who says that it is done knows that nothing is going on any more.  A command
 * that may still run is not forgotten when the step is to be done again: it
 * is awaited then.
 */
static int
decide(struct progress *progress, size_t at, bool done)
{
	switch (progress->steps[at]) {
	case PROGRESS_BEGUN:
		progress->steps[at] = done ? PROGRESS_DONE : PROGRESS_WAITING;
		break;
	case PROGRESS_UNDOING:
	case PROGRESS_STUCK:
		progress->steps[at] = done ? PROGRESS_UNDONE :
		    PROGRESS_UNDOING;
		break;
	default:
		return (-1);
	}
	if (done)
		progress_forget(progress, at);
	return (0);
}

int
progress_decide(struct progress *progress, const char *word,
    struct failure *why)
{
	struct text key = { 0 };
	bool done = false;
	int rc = -1;

	if (progress_read_word(word, &key, &done) == -1) {
		failure_set(why, EXITCODE_USAGE,
		    "'%s' is neither STEP=done nor STEP=again", word);
		goto out;
	}
	const size_t at = plan_find(progress->plan, text_string(&key));
	if (at == progress->plan->count) {
		failure_set(why, EXITCODE_USAGE, "there is no step '%s'",
		    text_string(&key));
		goto out;
	}
	rc = decide(progress, at, done);
	if (rc == -1)
		failure_set(why, EXITCODE_USAGE,
		    "step '%s' is %s: there is nothing to decide",
		    text_string(&key), step_names[progress->steps[at]]);
out:
	text_release(&key);
	return (rc);
}

/* Whether an act that stands like this has, or may have, had an effect. */
static bool
may_be_there(enum progress_step step)
{
	switch (step) {
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
progress_stands(const struct progress *progress, size_t at)
{
	const struct plan_step *step = &progress->plan->steps[at];

	return (progress_step_has(step, PLAN_RUN) && step->keeps == NULL &&
	    may_be_there(progress->steps[at]));
}

enum progress_step *
progress_copy(const struct progress *progress)
{
	return (memory_copy(progress->steps, progress->plan->count *
	    sizeof(*progress->steps)));
}

bool
progress_has_changed(const struct progress *progress,
    const enum progress_step *before)
{
	for (size_t i = 0; i < progress->plan->count; i++) {
		if (progress_step_has(&progress->plan->steps[i], PLAN_RUN) &&
		    progress->steps[i] != before[i] &&
		    (may_be_there(progress->steps[i]) ||
		    may_be_there(before[i])))
			return (true);
	}
	return (false);
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
progress_was_passed_over(const struct progress *progress)
{
	bool has_work = false;

	for (size_t i = 0; i < progress->plan->count; i++) {
		const struct plan_step *step = &progress->plan->steps[i];

		if (!progress_step_has(step, PLAN_RUN) ||
		    step->keeps != NULL || step->residue)
			continue;
		if (progress->steps[i] != PROGRESS_SKIPPED)
			return (false);
		has_work = true;
	}
	return (has_work);
}

bool
progress_keeps(const struct progress *progress, size_t at)
{
	const struct plan_step *step = &progress->plan->steps[at];

	return (progress_step_has(step, PLAN_RUN) && step->keeps != NULL &&
	    may_be_there(progress->steps[at]));
}

bool
progress_has_kept(const struct progress *progress)
{
	for (size_t i = 0; i < progress->plan->count; i++) {
		if (progress_keeps(progress, i))
			return (true);
	}
	return (false);
}

const struct plan_step *
progress_barrier(const struct progress *progress, const char *key)
{
	const struct plan *plan = progress->plan;
	const size_t at = !progress->back || key == NULL ? plan->count :
	    plan_find(plan, key);

	if (at == plan->count || plan->steps[at].irreversible == NULL ||
	    (progress->steps[at] != PROGRESS_DONE &&
	    progress->steps[at] != PROGRESS_FAILED))
		return (NULL);
	return (&plan->steps[at]);
}

const struct plan_step *
progress_barrier_ahead(const struct progress *progress)
{
	const struct plan *plan = progress->plan;

	for (size_t i = plan->count; i > 0; i--) {
		if (plan->steps[i - 1].irreversible != NULL &&
		    progress_stands(progress, i - 1))
			return (&plan->steps[i - 1]);
	}
	return (NULL);
}

const struct plan_step *
progress_person(const struct progress *progress)
{
	const struct plan *plan = progress->plan;

	for (size_t i = 0; i < plan->count; i++) {
		if (plan->steps[i].put_back != NULL &&
		    progress->steps[i] == PROGRESS_STUCK)
			return (&plan->steps[i]);
	}
	return (NULL);
}

bool
progress_is_at_work(const struct progress *progress)
{
	for (size_t i = 0; i < progress->plan->count; i++) {
		if (progress->tokens[i] != NULL)
			return (true);
	}
	return (false);
}

bool
progress_is_over(const struct progress *progress)
{
	if (progress_is_at_work(progress))
		return (false);
	if (progress->left)
		return (true);
	if (progress->back || progress->asked_back)
		return (!progress_has_effect(progress));
	bool complete = true;
	for (size_t i = 0; i < progress->plan->count; i++) {
		if (progress->steps[i] == PROGRESS_FAILED ||
		    progress->steps[i] == PROGRESS_BLOCKED)
			return (!progress_has_effect(progress));
		complete = complete &&
		    (progress->steps[i] == PROGRESS_DONE ||
		    progress->steps[i] == PROGRESS_SKIPPED);
	}
	return (complete);
}
