#include <config.h>

#include "show_record.h"

#include <string.h>

#include "../base/exitcode.h"
#include "../base/text.h"
#include "../base/words.h"
#include "../format/jsonline.h"
#include "../format/report.h"
#include "blame.h"
#include "history.h"

/* What fits on a terminal. */
enum { LINE_WIDTH = 80 };

/* Adds why it is so behind a colon, if record says that. */
static void
show_why(const struct jsonline *record, struct text *line)
{
	if (jsonline_text(record, "why")[0] == '\0')
		return;
	text_add(line, ": ");
	jsonline_add_masked(record, "why", line);
}

/* Adds how a command ended, if record says that. */
static void
show_how(const struct jsonline *record, struct text *line)
{
	if (jsonline_text(record, "how")[0] == '\0')
		return;
	text_add(line, " (");
	jsonline_add_masked(record, "how", line);
	text_add(line, ")");
}

/* The title has a line of its own when it does not fit behind the name. */
static void
show_open(const struct jsonline *record, struct text *line)
{
	text_add(line, "run ");
	jsonline_add_masked(record, "run", line);
	text_add(line, ":");
	const bool fits = line->length + 1 +
	    strlen(jsonline_text(record, "title")) <= LINE_WIDTH;
	text_add(line, fits ? " " : "\n        ");
	jsonline_add_masked(record, "title", line);
	history_show_approved(record, "\n        ", line);
}

static void
show_resume(const struct jsonline *record, struct text *line)
{
	if (jsonline_text(record, "run")[0] != '\0') {
		text_add(line, "run ");
		jsonline_add_masked(record, "run", line);
		text_add(line, ": ");
	}
	text_add(line, jsonline_text(record, "leave")[0] == '\0' ? "resumed" :
	    "is to be left as it is");
	history_show_approved(record, "\n        ", line);
}

static void
show_begin(const struct jsonline *record, struct text *line,
    const char *doing)
{
	text_format(line, "[%lld/%lld] ",
	    (long long)jsonline_integer(record, "number", 0),
	    (long long)jsonline_integer(record, "of", 0));
	jsonline_add_masked(record, "place", line);
	text_format(line, ": %s", doing);
	jsonline_add_masked(record, "title", line);
}

/* What is begun once more tells why. */
static void
show_begun(const struct jsonline *record, struct text *line,
    const char *doing)
{
	show_begin(record, line, doing);
	if (jsonline_text(record, "why")[0] == '\0')
		return;
	text_add(line, "\n        ");
	jsonline_add_masked(record, "why", line);
	show_how(record, line);
}

/* Adds each line of what a command said, indented, to line. */
static void
show_output(const char *output, struct text *line)
{
	while (*output != '\0') {
		const size_t length = strcspn(output, "\n");

		if (length > 0) {
			text_add(line, "\n        | ");
			text_add_output(line, output, length);
		}
		output += length + (output[length] == '\n' ? 1 : 0);
	}
}

/* The step is named where no begin has named it in this life of the run. */
static void
show_end(const struct jsonline *record, struct text *line,
    const char *doing, bool quiet)
{
	const bool has_time = jsonline_text(record, "seconds")[0] != '\0';

	if (quiet || !has_time) {
		show_begin(record, line, doing);
		text_add(line, "\n");
	}
	text_add(line, "        ");
	jsonline_add_masked(record, "result", line);
	if (has_time) {
		text_add(line, " in ");
		jsonline_add_masked(record, "seconds", line);
		text_add(line, " s");
	}
	show_why(record, line);
	if (!blame_is_due(record))
		return;
	show_how(record, line);
	show_output(jsonline_text(record, "output"), line);
	show_output(jsonline_text(record, "verdict"), line);
}

static void
show_close(const struct jsonline *record, struct text *line)
{
	const int64_t code = jsonline_integer(record, "exit", EXITCODE_BUG);

	/* Why it was left says so itself; and what was put back is not done. */
	if (code == EXITCODE_PARTIAL || (code == EXITCODE_OK &&
	    jsonline_text(record, "why")[0] != '\0')) {
		jsonline_add_masked(record, "why", line);
		return;
	}
	text_add(line, code == EXITCODE_OK ? "all done" : "not done");
	show_why(record, line);
	show_how(record, line);
	show_output(jsonline_text(record, "verdict"), line);
	if (jsonline_text(record, "confirm")[0] != '\0') {
		text_add(line, ": ");
		jsonline_add_masked(record, "confirm", line);
	}
}

/*
 * What was found is for the report, but for the list that is to be told: it is
 * shown where the run begins and where it ends.
 */
static void
show_found(const struct jsonline *record, struct text *line)
{
	struct jsonline *what = jsonline_object(record, "what");
	const char *name = jsonline_text(record, "tell");
	struct words list = { 0 };

	if (what != NULL && name[0] != '\0')
		jsonline_words(what, name, &list);
	jsonline_free(what);
	for (size_t i = 0; i < list.count; i++) {
		if (i == 0) {
			jsonline_add_masked(record, "tell", line);
			text_add(line, ", ");
			jsonline_add_masked(record, "when", line);
			text_add(line, ":");
		}
		show_output(list.list[i], line);
	}
	words_release(&list);
}

/* Who else had the node may not know that it is worked on. */
static void
show_claim(const struct jsonline *record, struct text *line)
{
	text_add(line, "a claim to this node was found dead, and is passed "
	    "over:\n        ");
	jsonline_add_masked(record, "why", line);
}

/* A long silence is to be understood, and what follows it. */
static void
show_await(const struct jsonline *record, struct text *line)
{
	const int64_t pid = jsonline_integer(record, "pid", 0);

	jsonline_add_masked(record, "place", line);
	text_add(line, ": waiting for what was begun of step '");
	jsonline_add_masked(record, "step", line);
	text_add(line, "' before, and goes on\n        ");
	if (pid != 0)
		text_format(line, "process %lld, ", (long long)pid);
	if (jsonline_text(record, "since")[0] != '\0') {
		text_add(line, "since ");
		jsonline_add_masked(record, "since", line);
		text_add(line, ", ");
	}
	text_add(line, "until ");
	jsonline_add_masked(record, "until", line);
	text_add(line, " at most\n        when it ends, it is looked what it "
	    "did; if not, a person must decide");
}

static void
show_turn(const struct jsonline *record, struct text *line)
{
	text_add(line, "going back");
	show_why(record, line);
}

static void
show_stop(const struct jsonline *record, struct text *line)
{
	text_add(line, "asked to stop ");
	history_show_stop(record, line);
}

static void
show_confirmed(const struct jsonline *record, struct text *line)
{
	struct text words = { 0 };

	history_show_confirmed(record, &words);
	text_add(line, "step '");
	jsonline_add_masked(record, "step", line);
	text_add(line, "' is ");
	text_add_masked(line, text_string(&words), words.length);
	text_release(&words);
}

static void
show_outage(const struct jsonline *record, struct text *line,
    const char *before, const char *behind)
{
	text_add(line, before);
	jsonline_add_masked(record, "seconds", line);
	text_add(line, behind);
}

/* Whether record tells of something that goes wrong. */
static bool
is_trouble(const struct jsonline *record)
{
	const char *event = jsonline_text(record, "event");

	return (strcmp(event, "turn") == 0 || blame_is_due(record) ||
	    (strcmp(event, "close") == 0 && jsonline_integer(record, "exit",
	    EXITCODE_BUG) != EXITCODE_OK));
}

void
show_record(struct report *report, const struct jsonline *record)
{
	const char *event = jsonline_text(record, "event");
	struct text line = { 0 };

	if (report->form == REPORT_JSON) {
		struct jsonline *copy = jsonline_copy(record);

		report_line(report, copy, NULL);
		jsonline_free(copy);
		return;
	}
	if (report->quiet > 1 || (report->quiet == 1 && !is_trouble(record)))
		return;
	if (strcmp(event, "open") == 0)
		show_open(record, &line);
	else if (strcmp(event, "resume") == 0)
		show_resume(record, &line);
	else if (strcmp(event, "begin") == 0)
		show_begun(record, &line, "");
	else if (strcmp(event, "undo-begin") == 0)
		show_begun(record, &line, "putting back: ");
	else if (strcmp(event, "end") == 0)
		show_end(record, &line, "", report->quiet > 0);
	else if (strcmp(event, "undo-end") == 0)
		show_end(record, &line, "putting back: ",
		    report->quiet > 0);
	else if (strcmp(event, "stop-asked") == 0)
		show_stop(record, &line);
	else if (strcmp(event, "confirmed") == 0)
		show_confirmed(record, &line);
	else if (strcmp(event, "turn") == 0)
		show_turn(record, &line);
	else if (strcmp(event, "outage") == 0)
		show_outage(record, &line, "        the service was away for ",
		    " s");
	else if (strcmp(event, "outages") == 0)
		show_outage(record, &line, "the service was away ",
		    jsonline_boolean(record, "again", false) ?
		    " s since the run was taken up" : " s in all");
	else if (strcmp(event, "found") == 0)
		show_found(record, &line);
	else if (strcmp(event, "claim") == 0)
		show_claim(record, &line);
	else if (strcmp(event, "await") == 0)
		show_await(record, &line);
	else if (strcmp(event, "close") == 0)
		show_close(record, &line);
	if (line.length > 0)
		report_line(report, NULL, "%s", text_string(&line));
	text_release(&line);
}
