#include <config.h>

#include "standing.h"

#include <string.h>

#include "../base/clock.h"
#include "../base/number.h"
#include "../base/text.h"
#include "../format/jsonline.h"
#include "history.h"
#include "plan.h"
#include "session.h"

/* What is under way of a run, or may be although the run is not. */

/* Returns the last record by which the step key was begun, or NULL. */
static const struct jsonline *
find_begin(const struct history *history, const char *key)
{
	for (size_t i = history->records.count; i > 0; i--) {
		const struct jsonline *record = history->records.list[i - 1];
		const char *event = jsonline_text(record, "event");

		if ((strcmp(event, "begin") == 0 ||
		    strcmp(event, "undo-begin") == 0) &&
		    strcmp(jsonline_text(record, "step"), key) == 0)
			return (record);
	}
	return (NULL);
}

/*
 * Finds whether an earlier life began the command of work, and until when this
 * one waits for it.
 */
static void
find_wait(const struct history *history, struct standing_work *work)
{
	work->until = "";
	for (size_t i = 0; i < history->records.count; i++) {
		const struct jsonline *record = history->records.list[i];
		const char *event = jsonline_text(record, "event");

		if (strcmp(event, "await") == 0) {
			work->until = jsonline_text(record, "until");
			continue;
		}
		const bool is_resumed = strcmp(event, "resume") == 0;

		if (is_resumed || strcmp(jsonline_text(record, "token"),
		    work->token) == 0) {
			/* What was waited for before was something else. */
			work->is_old = is_resumed;
			work->until = "";
		}
	}
}

/* Whether the step at is under way, or may be. */
static bool
is_at_work(const struct standing *standing, size_t at, bool running)
{
	const enum progress_step state = standing->progress.steps[at];

	return (standing->progress.tokens[at] != NULL || (running &&
	    (state == PROGRESS_BEGUN || state == PROGRESS_UNDOING)));
}

void
standing_find_work(const struct standing *standing,
    const struct history *history, bool running, struct standing_work *work)
{
	const struct plan *plan = standing->plan;
	const char *since = NULL;
	size_t at = 0;

	*work = (struct standing_work){ 0 };
	while (at < plan->count && !is_at_work(standing, at, running))
		at++;
	if (at == plan->count)
		return;
	work->step = &plan->steps[at];
	work->token = standing->progress.tokens[at];
	work->begin = find_begin(history, work->step->key);
	if (work->token != NULL) {
		find_wait(history, work);
		since = history_find_start(history, work->token);
	}
	work->since = since != NULL ? since :
	    jsonline_text(work->begin, "time");
}

const char *
standing_work_state(const struct standing *standing,
    const struct standing_work *work)
{
	if (work->token == NULL || standing->is_alive == NULL)
		return ("unknown");
	return (standing->is_alive(work->token) ? "runs" : "ended");
}

void
standing_describe_work(const struct standing *standing,
    const struct standing_work *work, struct jsonline *event)
{
	const char *command = jsonline_text(work->begin, "command");
	const int64_t pid = work->token == NULL ? 0 :
	    session_process(work->token);

	jsonline_set_string(event, "work_step", work->step->key);
	jsonline_set_string(event, "work_place",
	    standing->plan->places.list[work->step->place]);
	jsonline_set_string(event, "work_state",
	    standing_work_state(standing, work));
	if (work->since[0] != '\0')
		jsonline_set_string(event, "work_since", work->since);
	if (command[0] != '\0')
		jsonline_set_string(event, "work_command", command);
	if (pid != 0)
		jsonline_set_integer(event, "work_pid", pid);
}

/* Adds since when, and for how long by now. */
static void
add_since(const struct standing_work *work, struct text *text)
{
	char length[NUMBER_DURATION_ROOM];
	int64_t since;

	if (work->since[0] == '\0')
		return;
	text_add(text, ", since ");
	text_add_masked(text, work->since, strlen(work->since));
	if (clock_read(work->since, &since) == -1)
		return;
	number_show_duration((clock_wall() - since) / CLOCK_SECOND *
	    CLOCK_SECOND, length);
	text_format(text, " (%s)", length);
}

/* Adds the command line, if it is known. */
static void
add_command(const struct standing_work *work, struct text *text)
{
	if (jsonline_text(work->begin, "command")[0] == '\0')
		return;
	text_add(text, "\n        $ ");
	jsonline_add_masked(work->begin, "command", text);
}

/* Adds for how long at most it is asked whether a step is done. */
static void
add_within(const struct plan_step *step, struct text *text)
{
	char length[NUMBER_DURATION_ROOM];

	if (step->within == 0)
		return;
	number_show_duration(step->within, length);
	text_format(text, ", again and again for %s at most", length);
}

/* Whether what is under way puts the step back. */
static bool
is_undo(const struct standing_work *work)
{
	return (strcmp(jsonline_text(work->begin, "event"),
	    "undo-begin") == 0);
}

/* Adds what is waited for, and until when at most, of a run under way. */
static void
add_limit(const struct standing_work *work, const char *state,
    struct text *text)
{
	char until[CLOCK_TEXT_ROOM];
	int64_t since;

	if (work->token == NULL) {
		text_add(text, "\n        it is looked whether it is so");
		add_within(work->step, text);
	} else if (strcmp(state, "ended") == 0) {
		text_add(text, "\n        its command has ended; it is looked "
		    "what it did");
		add_within(work->step, text);
	} else if (work->is_old) {
		text_add(text, "\n        it was begun before the run was "
		    "taken up, and is waited for");
		if (work->until[0] != '\0') {
			text_add(text, ",\n        until ");
			text_add_masked(text, work->until,
			    strlen(work->until));
			text_add(text, " at most; then a person must decide");
		}
	} else if (work->step->timeout > 0 &&
	    clock_read(work->since, &since) == 0) {
		clock_show(since + work->step->timeout, until);
		text_format(text, "\n        if it has not ended by %s, it is "
		    "ended, and the %s has failed", until, is_undo(work) ?
		    "undo" : "step");
		if (is_undo(work))
			text_add(text, ":\n        a person must decide then");
	}
}

/* Adds what becomes of a command that has outlived its run. */
static void
add_fate(const struct standing_work *work, const char *state,
    struct text *text)
{
	char length[NUMBER_DURATION_ROOM];

	if (strcmp(state, "ended") == 0) {
		text_add(text, "\n        whoever takes the run up looks what "
		    "it did");
		return;
	}
	text_add(text, "\n        whoever takes the run up waits for its end");
	if (work->step->timeout > 0) {
		number_show_duration(work->step->timeout, length);
		text_format(text, ", %s at most", length);
	}
	text_add(text, ", and then looks\n        what it did; nothing else is "
	    "done before; if it hangs, it is yours to end");
}

void
standing_show_work(const struct standing *standing,
    const struct standing_work *work, bool running, struct text *text)
{
	const char *state = standing_work_state(standing, work);
	const int64_t pid = work->token == NULL ? 0 :
	    session_process(work->token);

	text_format(text, "runs:   step %s, %s, on %s", work->step->key,
	    work->step->title,
	    standing->plan->places.list[work->step->place]);
	if (running) {
		add_since(work, text);
	} else {
		text_format(text, ":\n        its command%s",
		    strcmp(state, "runs") == 0 ?
		    " still runs, without the run" :
		    strcmp(state, "ended") == 0 ? " runs no more, and nobody "
		    "saw how it ended" : " may still run, without the run");
		if (strcmp(state, "ended") != 0)
			add_since(work, text);
	}
	if (pid != 0)
		text_format(text, "; process %lld", (long long)pid);
	add_command(work, text);
	if (running)
		add_limit(work, state, text);
	else
		add_fate(work, state, text);
}
