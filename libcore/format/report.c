#include <config.h>

#include "report.h"

#include <errno.h>
#include <stdarg.h>
#include <string.h>

#include "../base/failure.h"
#include "../base/message.h"
#include "../base/text.h"
#include "jsonline.h"

/*
 * Writes text at once, for whoever follows us through a pipe.  What fails is
 * remembered for report_finish.
 */
static void
put(struct report *report, const struct text *text)
{
	if (report->error != 0)
		return;
	errno = 0;
	if (fwrite(text_string(text), 1, text->length, report->stream) ==
	    text->length && fflush(report->stream) == 0)
		return;
	report->error = errno == 0 ? EIO : errno;
}

static void
put_json(struct report *report, const struct jsonline *line)
{
	struct text text = { 0 };

	jsonline_show(line, &text);
	put(report, &text);
	text_release(&text);
}

void
report_start(struct report *report, enum report_form form,
    const char *program, const char *verb)
{
	report->stream = stdout;
	report->form = form;
	report->changed = false;
	report->quiet = 0;
	report->error = 0;
	if (form != REPORT_JSON)
		return;
	struct jsonline *line = jsonline_make();
	jsonline_set_string(line, "event", "start");
	jsonline_set_string(line, "format", "nqstools");
	jsonline_set_integer(line, "version", 1);
	jsonline_set_string(line, "program", program);
	jsonline_set_string(line, "verb", verb);
	put_json(report, line);
	jsonline_free(line);
}

/* "event" is to stand first, as a reader of the lines expects it. */
static void
put_item(struct report *report, const struct jsonline *event)
{
	if (jsonline_string(event, "event") != NULL) {
		put_json(report, event);
		return;
	}
	struct jsonline *line = jsonline_make();
	jsonline_set_string(line, "event", "item");
	jsonline_add_all(line, event);
	put_json(report, line);
	jsonline_free(line);
}

/* Adds the lines of text, each harmless to a terminal, to lines. */
static void
add_lines(const struct text *text, struct text *lines)
{
	const char *line = text_string(text);

	for (;;) {
		const size_t length = strcspn(line, "\n");

		text_add_masked(lines, line, length);
		text_add(lines, "\n");
		if (line[length] == '\0')
			return;
		line += length + 1;
	}
}

void
report_line(struct report *report, struct jsonline *event,
    const char *format, ...)
{
	struct text text = { 0 };
	struct text lines = { 0 };
	va_list arguments;

	if (report->form == REPORT_JSON) {
		if (event != NULL)
			put_item(report, event);
		return;
	}
	if (format == NULL)
		return;
	va_start(arguments, format);
	text_format_list(&text, format, arguments);
	va_end(arguments);
	add_lines(&text, &lines);
	put(report, &lines);
	text_release(&lines);
	text_release(&text);
}

static void
put_end(struct report *report, enum exitcode code, const struct failure *why)
{
	struct jsonline *line = jsonline_make();

	jsonline_set_string(line, "event", "end");
	jsonline_set_integer(line, "exit", code);
	jsonline_set_boolean(line, "changed", report->changed);
	if (why != NULL) {
		jsonline_set_string(line, "message", why->message);
		if (why->hint[0] != '\0')
			jsonline_set_string(line, "hint", why->hint);
	}
	put_json(report, line);
	jsonline_free(line);
}

bool
report_is_lost(const struct report *report)
{
	return report->error != 0 && report->error != EPIPE;
}

enum exitcode
report_finish(struct report *report, enum exitcode code,
    const struct failure *why)
{
	struct failure trouble;

	if (report->form == REPORT_JSON)
		put_end(report, code, why);
	if (fclose(report->stream) != 0 && report->error == 0)
		report->error = errno;
	if (!report_is_lost(report))
		return code;
	failure_set_errno(&trouble, EXITCODE_CANNOT_WRITE, report->error,
	    "cannot write to standard output");
	message_failure(&trouble);
	return exitcode_worse(code, trouble.code);
}
