#include <config.h>

#include "trouble.h"

#include <string.h>

#include "../base/text.h"
#include "../base/words.h"
#include "../format/jsonline.h"
#include "../format/report.h"
#include "show_record.h"

/* So many lines tell what was tried since; what is more is in the report. */
enum { SINCE_LIMIT = 10 };

/* Adds a name out of record, and what stands behind it, if it has it. */
static void
add_named(const struct jsonline *record, const char *key, const char *behind,
    struct text *line)
{
	jsonline_add_masked(record, key, line);
	text_add(line, jsonline_text(record, key)[0] == '\0' ? "" : behind);
}

/* Writes a command of trouble's act, if it has it, behind mark. */
static void
show_command(const struct trouble *trouble, const char *key, char mark,
    struct report *report)
{
	struct text line = { 0 };

	add_named(trouble->begin, key, "", &line);
	if (line.length > 0)
		report_line(report, NULL, "        %c %s", mark,
		    text_string(&line));
	text_release(&line);
}

void
trouble_show(const struct trouble *trouble, const char *label,
    struct report *report)
{
	const struct jsonline *record = trouble->record;
	const bool has_title = jsonline_text(record, "title")[0] != '\0';
	struct report whole = *report;
	struct text line = { 0 };

	if (jsonline_text(record, "step")[0] != '\0')
		text_add(&line, "step ");
	add_named(record, "step", ", ", &line);
	add_named(has_title ? record : trouble->begin, "title", ", ", &line);
	add_named(record, "time", "", &line);
	report_line(report, NULL, "%-8s%s:", label, text_string(&line));
	text_release(&line);
	show_command(trouble, "command", '$', report);
	show_command(trouble, "verify", '?', report);
	whole.quiet = 0;
	show_record(&whole, record);
	report->error = whole.error;
}

void
trouble_show_since(const struct history *history, const struct trouble *first,
    struct report *report)
{
	struct words lines = { 0 };

	trouble_list_since(history, first, &lines);
	const size_t left = lines.count > SINCE_LIMIT ?
	    lines.count - SINCE_LIMIT : 0;
	if (left > 0)
		report_line(report, NULL, "since:  (%zu more in the report)",
		    left);
	for (size_t i = left; i < lines.count; i++)
		report_line(report, NULL, "%-8s%s", i == 0 ? "since:" : "",
		    lines.list[i]);
	words_release(&lines);
}
