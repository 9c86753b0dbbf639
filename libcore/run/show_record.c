#include <config.h>

#include "show_record.h"

#include <string.h>

#include "../base/exitcode.h"
#include "../base/text.h"
#include "../format/jsonline.h"
#include "../format/report.h"

static const char *
string_of(const struct jsonline *record, const char *key)
{
	const char *string = jsonline_string(record, key);

	return (string == NULL ? "" : string);
}

static void
show_open(const struct jsonline *record, struct text *line)
{
	text_format(line, "run %s: %s", string_of(record, "run"),
	    string_of(record, "title"));
}

static void
show_begin(const struct jsonline *record, struct text *line,
    const char *doing)
{
	text_format(line, "[%lld/%lld] %s: %s%s",
	    (long long)jsonline_integer(record, "number", 0),
	    (long long)jsonline_integer(record, "of", 0),
	    string_of(record, "place"), doing, string_of(record, "title"));
}

/* Adds each line of what a command said, indented, to line. */
static void
show_output(const char *output, struct text *line)
{
	while (*output != '\0') {
		const size_t length = strcspn(output, "\n");

		if (length > 0) {
			text_add(line, "\n        | ");
			text_add_visible(line, output, length);
		}
		output += length + (output[length] == '\n' ? 1 : 0);
	}
}

static void
show_end(const struct jsonline *record, struct text *line)
{
	const char *result = string_of(record, "result");
	const char *why = string_of(record, "why");
	const char *seconds = string_of(record, "seconds");

	if (strcmp(result, "skipped") == 0)
		show_begin(record, line, "");
	if (strcmp(result, "skipped") == 0)
		text_add(line, "\n");
	text_format(line, "        %s", result);
	if (seconds[0] != '\0')
		text_format(line, " in %s s", seconds);
	text_format(line, "%s%s", why[0] == '\0' ? "" : ": ", why);
	if (strcmp(result, "failed") != 0 && strcmp(result, "stuck") != 0)
		return;
	text_format(line, " (%s)", string_of(record, "how"));
	show_output(string_of(record, "output"), line);
	show_output(string_of(record, "verdict"), line);
}

static void
show_close(const struct jsonline *record, struct text *line)
{
	const int code = (int)jsonline_integer(record, "exit", EXITCODE_BUG);
	const char *why = string_of(record, "why");

	text_format(line, "%s%s%s", code == EXITCODE_OK ? "all done" :
	    "not done", why[0] == '\0' ? "" : ": ", why);
}

void
show_record(struct report *report, const struct jsonline *record)
{
	const char *event = string_of(record, "event");
	struct text line = { 0 };

	if (report->form == REPORT_JSON) {
		struct jsonline *copy = jsonline_copy(record);

		report_line(report, copy, NULL);
		jsonline_free(copy);
		return;
	}
	if (strcmp(event, "open") == 0)
		show_open(record, &line);
	else if (strcmp(event, "resume") == 0)
		text_add(&line, "resumed");
	else if (strcmp(event, "begin") == 0)
		show_begin(record, &line, "");
	else if (strcmp(event, "undo-begin") == 0)
		show_begin(record, &line, "putting back: ");
	else if (strcmp(event, "end") == 0 || strcmp(event, "undo-end") == 0)
		show_end(record, &line);
	else if (strcmp(event, "turn") == 0)
		text_format(&line, "going back: %s",
		    string_of(record, "why"));
	else if (strcmp(event, "outage") == 0)
		text_format(&line, "        the service was away for %s s",
		    string_of(record, "seconds"));
	else if (strcmp(event, "outages") == 0)
		text_format(&line, "the service was away %s s in all",
		    string_of(record, "seconds"));
	else if (strcmp(event, "close") == 0)
		show_close(record, &line);
	if (line.length > 0)
		report_line(report, NULL, "%s", text_string(&line));
	text_release(&line);
}
