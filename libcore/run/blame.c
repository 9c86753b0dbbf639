#include <config.h>

#include "blame.h"

#include <stdlib.h>
#include <string.h>

#include "../base/failure.h"
#include "../base/text.h"
#include "../format/jsonline.h"
#include "history.h"

/*
 * Returns the last line of bytes that says what is wrong, the caller's: one
 * that is not empty, and not the hint what to do about it.
 */
static char *
last_line(const char *bytes)
{
	size_t begin = bytes == NULL ? 0 : strlen(bytes);
	size_t end;
	struct text line = { 0 };

	do {
		end = begin;
		while (end > 0 && strchr(" \n\r\t", bytes[end - 1]) != NULL)
			end--;
		begin = end;
		while (begin > 0 && bytes[begin - 1] != '\n')
			begin--;
	} while (end > 0 && text_begins_with(bytes + begin, "hint: "));
	if (end > begin)
		text_add_bytes(&line, bytes + begin, end - begin);
	text_add(&line, "");
	return (text_take(&line));
}

bool
blame_is_due(const struct jsonline *record)
{
	const char *result = jsonline_text(record, "result");

	return (strcmp(result, "failed") == 0 || strcmp(result, "stuck") == 0);
}

struct blame
blame_of_record(const struct jsonline *record)
{
	return ((struct blame){
		.key = jsonline_string(record, "step"),
		.title = jsonline_string(record, "title"),
		.why = jsonline_string(record, "why"),
		.how = jsonline_string(record, "how"),
		.verdict = jsonline_string(record, "verdict"),
		.output = jsonline_string(record, "output") });
}

void
blame_show_answer(const struct blame *blame, struct text *text)
{
	char *verdict = last_line(blame->verdict);
	char *output = last_line(blame->output);
	const char *line = verdict[0] != '\0' ? verdict : output;

	if (blame->how != NULL)
		text_format(text, " (%s)", blame->how);
	if (line[0] != '\0')
		text_format(text, ": %s", line);
	free(verdict);
	free(output);
}

/* Adds "TITLE: WHY (HOW): LINE". */
static void
describe(const struct blame *blame, struct text *text)
{
	text_format(text, "%s: %s", blame->title,
	    blame->why == NULL ? "no reason known" : blame->why);
	blame_show_answer(blame, text);
}

void
blame_failed(const struct blame *blame, struct failure *failure)
{
	struct text text = { 0 };

	describe(blame, &text);
	failure_set(failure, EXITCODE_FAILED, "step '%s' failed: %s",
	    blame->key, text_string(&text));
	text_release(&text);
}

void
blame_stuck(const struct blame *blame, struct failure *failure)
{
	const struct failure before = *failure;
	struct text text = { 0 };

	describe(blame, &text);
	failure_set(failure, EXITCODE_NEEDS_PERSON,
	    "step '%s' could not be put back: %s%s%s", blame->key,
	    text_string(&text), before.message[0] == '\0' ? "" :
	    "; it was to be put back because ", before.message);
	text_release(&text);
}

bool
blame_find(const struct history *history, struct failure *failure)
{
	const struct jsonline *failed = NULL;
	bool is_to_blame = false;

	for (size_t i = 0; i < history->records.count; i++) {
		const struct jsonline *record = history->records.list[i];
		const char *event = jsonline_string(record, "event");
		const char *result = jsonline_string(record, "result");

		if (event == NULL)
			continue;
		if (strcmp(event, "end") == 0 && result != NULL &&
		    strcmp(result, "failed") == 0)
			failed = record;
		if (strcmp(event, "turn") == 0)
			is_to_blame = !jsonline_boolean(record, "asked",
			    false);
	}
	if (!is_to_blame || failed == NULL)
		return (false);
	const struct blame blame = blame_of_record(failed);
	if (blame.key == NULL || blame.title == NULL)
		return (false);
	blame_failed(&blame, failure);
	return (true);
}
