#include <config.h>

#include "trouble.h"

#include <string.h>

#include "../base/exitcode.h"
#include "../base/text.h"
#include "../base/words.h"
#include "../format/jsonline.h"
#include "blame.h"
#include "history.h"
#include "plan.h"
#include "progress.h"

static bool
has(const struct jsonline *record, const char *key, const char *value)
{
	return (strcmp(jsonline_text(record, key), value) == 0);
}

/* Whether a life ended with record as nobody asked it to. */
static bool
is_bad_end(const struct jsonline *record)
{
	if (!has(record, "event", "close"))
		return (false);
	switch (jsonline_integer(record, "exit", EXITCODE_BUG)) {
	case EXITCODE_OK:
	case EXITCODE_FAILED:
	case EXITCODE_PARTIAL:
	case EXITCODE_STOPPED:
		return (false);
	default:
		return (true);
	}
}

/* Makes trouble of the record number, with what began its act. */
static void
take(const struct history *history, size_t number, struct trouble *trouble)
{
	const struct jsonline *record = history->records.list[number];
	const char *begin = has(record, "result", "stuck") ? "undo-begin" :
	    "begin";

	*trouble = (struct trouble){ .record = record, .number = number };
	for (size_t i = number; i > 0; i--) {
		const struct jsonline *before = history->records.list[i - 1];

		if (has(before, "event", begin) && has(before, "step",
		    jsonline_text(record, "step"))) {
			trouble->begin = before;
			return;
		}
	}
}

bool
trouble_find_first(const struct history *history, struct trouble *trouble)
{
	*trouble = (struct trouble){ 0 };
	for (size_t i = 0; i < history->records.count; i++) {
		const struct jsonline *record = history->records.list[i];

		if (blame_is_due(record) || is_bad_end(record)) {
			take(history, i, trouble);
			return (true);
		}
	}
	return (false);
}

bool
trouble_find_present(const struct history *history,
    const struct progress *progress, struct trouble *trouble)
{
	const struct plan *plan = progress->plan;

	*trouble = (struct trouble){ 0 };
	for (size_t i = history->records.count; i > 0; i--) {
		const struct jsonline *record = history->records.list[i - 1];
		const size_t at = plan_find(plan,
		    jsonline_text(record, "step"));

		if (has(record, "result", "stuck") && at < plan->count &&
		    progress->steps[at] == PROGRESS_STUCK) {
			take(history, i - 1, trouble);
			return (true);
		}
	}
	return (false);
}

void
trouble_describe(const struct trouble *first, struct jsonline *event)
{
	static const char *const keys[][2] = {
		{ "step", "first_step" }, { "time", "first_time" },
		{ "why", "first_why" }, { "how", "first_how" },
		{ "output", "first_output" }, { "verdict", "first_verdict" }
	};
	const char *command = jsonline_text(first->begin, "command");

	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		const char *string = jsonline_string(first->record,
		    keys[i][0]);

		if (string != NULL)
			jsonline_set_string(event, keys[i][1], string);
	}
	if (command[0] != '\0')
		jsonline_set_string(event, "first_command", command);
}

/* Adds what became of the step of record, or of the run. */
static void
add_outcome(const struct jsonline *record, struct text *text)
{
	if (has(record, "event", "close"))
		text_format(text, "the run ended with exit code %lld",
		    (long long)jsonline_integer(record, "exit", EXITCODE_BUG));
	else
		text_add(text, has(record, "result", "stuck") ?
		    "could not be put back" : "failed");
}

/* Adds ": WHY (HOW): LINE". */
static void
add_reason(const struct jsonline *record, struct text *text)
{
	const struct blame answer = blame_of_record(record);
	struct text shown = { 0 };

	blame_show_answer(&answer, &shown);
	if (jsonline_text(record, "why")[0] != '\0')
		text_add(text, ": ");
	jsonline_add_masked(record, "why", text);
	text_add_masked(text, text_string(&shown), shown.length);
	text_release(&shown);
}

bool
trouble_tell_end(const struct trouble *trouble, struct text *text)
{
	const struct jsonline *record = trouble->record;

	if (record == NULL || !has(record, "event", "close"))
		return (false);
	text_add(text, "At ");
	jsonline_add_masked(record, "time", text);
	if (jsonline_text(record, "step")[0] != '\0') {
		text_add(text, ", at step '");
		jsonline_add_masked(record, "step", text);
		text_add(text, "',");
	}
	text_add(text, " ");
	add_outcome(record, text);
	add_reason(record, text);
	text_add(text, ".");
	return (true);
}

/* What was done since, or put back, one step behind the other. */
struct since {
	struct words	*lines;
	struct text	 done;
	struct text	 undone;
};

static void
flush_list(struct since *since, struct text *list, const char *what)
{
	struct text line = { 0 };

	if (list->length == 0)
		return;
	text_format(&line, "%s: %s", what, text_string(list));
	words_add(since->lines, text_string(&line));
	text_release(&line);
	text_clear(list);
}

static void
flush(struct since *since)
{
	flush_list(since, &since->done, "done");
	flush_list(since, &since->undone, "put back");
}

static void
list_step(const struct jsonline *record, struct text *list)
{
	text_add(list, list->length > 0 ? ", " : "");
	jsonline_add_masked(record, "step", list);
}

/* Adds who took the run up, and what for. */
static void
add_life(const struct jsonline *record, struct text *line)
{
	struct text who = { 0 };

	jsonline_add_masked(record, "time", line);
	text_add(line, jsonline_text(record, "leave")[0] != '\0' ?
	    ": is to be left as it is, by " :
	    jsonline_boolean(record, "back", false) ?
	    ": is to be put back, by " : ": taken up again by ");
	history_show_who(record, &who);
	text_add_masked(line, text_string(&who), who.length);
	text_release(&who);
	history_show_word(record, ", saying ", line);
}

/* Takes in one record that followed the first trouble. */
static void
take_since(struct since *since, const struct jsonline *record)
{
	struct text line = { 0 };

	if (has(record, "result", "done"))
		list_step(record, &since->done);
	else if (has(record, "result", "undone"))
		list_step(record, &since->undone);
	else if (has(record, "event", "resume"))
		add_life(record, &line);
	else if (blame_is_due(record) || is_bad_end(record)) {
		if (jsonline_text(record, "step")[0] != '\0') {
			text_add(&line, "step ");
			jsonline_add_masked(record, "step", &line);
			text_add(&line, blame_is_due(record) ? " " :
			    ": ");
		}
		add_outcome(record, &line);
		add_reason(record, &line);
	}
	if (line.length > 0) {
		flush(since);
		words_add(since->lines, text_string(&line));
	}
	text_release(&line);
}

void
trouble_list_since(const struct history *history, const struct trouble *first,
    struct words *lines)
{
	const struct journal_records *records = &history->records;
	struct since since = { .lines = lines };
	bool is_told = has(first->record, "result", "stuck");

	for (size_t i = first->number + 1; i < records->count; i++) {
		const struct jsonline *record = records->list[i];

		/* A life ends of the step that could not be put back. */
		if (!(is_told && is_bad_end(record)))
			take_since(&since, record);
		is_told = has(record, "result", "stuck") ||
		    (is_told && !has(record, "event", "resume"));
	}
	flush(&since);
	text_release(&since.done);
	text_release(&since.undone);
}
