#ifndef LIBCORE_FORMAT_REPORT_H
#define LIBCORE_FORMAT_REPORT_H

#include <stdbool.h>
#include <stdio.h>

#include "../base/exitcode.h"

struct failure;
struct jsonline;

/*
 * The result of a program, on stdout: lines for people, or JSON lines between
 * a "start" and an "end" line.  Calling sequence: report_start, report_line
 * as often as needed, report_finish once, at the very end.
 */
enum report_form { REPORT_TEXT, REPORT_JSON };

struct report {
	FILE			*stream;
	enum report_form	 form;
	bool			 changed;	/* for the end line */
	int			 quiet;		/* how often that was asked
						 * for; 0 by report_start */
	int			 error;		/* errno of what failed first */
};

/*
 * Begins a report on stdout; as JSON writes the start line with format,
 * version, program and verb.
 */
void
report_start(struct report *report, enum report_form form,
    const char *program, const char *verb);

/*
 * Writes one item: in REPORT_JSON event, which is given its key "event" if it
 * has none ("item"); in REPORT_TEXT what printf would make and a newline, or
 * nothing when format is NULL.  Control bytes but newlines are shown as \xNN,
 * for some of it is said by others.  event is borrowed; where it is NULL,
 * REPORT_JSON writes nothing.  The line has left the process when this
 * returns.
 */
void
report_line(struct report *report, struct jsonline *event,
    const char *format, ...) __attribute__((format(printf, 3, 4)));

/*
 * Whether something of what was written so far is lost.  That whoever read it
 * has closed the pipe is no loss: he has seen enough.
 */
bool
report_is_lost(const struct report *report);

/*
 * Writes, as JSON, the end line with code and, when why is not NULL, its
 * message; then flushes and closes stdout.  Returns code; or the worse of it
 * and CANNOT_WRITE, with a message said, when stdout could not be written,
 * as report_is_lost tells it.
 */
enum exitcode
report_finish(struct report *report, enum exitcode code,
    const struct failure *why);

#endif
