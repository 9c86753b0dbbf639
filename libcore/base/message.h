#ifndef LIBCORE_BASE_MESSAGE_H
#define LIBCORE_BASE_MESSAGE_H

#include <stdbool.h>

struct failure;

/*
 * What a program says on stderr besides its result.  Each message is one
 * line "PROGRAM: text", written by one write(2), with control bytes masked.
 * This module holds the one sink of the process: program name, level, and
 * whether syslog(3) gets a copy.
 */

enum message_level {
	MESSAGE_ERROR,			/* always shown */
	MESSAGE_WARNING,		/* shown unless --quiet twice */
	MESSAGE_NOTE,			/* shown unless --quiet */
	MESSAGE_DETAIL			/* shown with --verbose */
};

/*
 * Sets the program's name (kept, not copied) and shows up to level; syslog
 * asks for a copy of everything shown.  Until it is called, messages up to
 * MESSAGE_NOTE are shown under the name "nqstools".  Calls memory_start().
 */
void
message_start(const char *program, enum message_level level, bool syslog);

enum { MESSAGE_WIDTH = 79 };		/* of what may be drawn in a line */

/*
 * Says whether something is drawn in the line where the cursor of the
 * terminal stands, which a message then clears first.  Is to be called while
 * there is no other thread that says something.
 */
void
message_overwrite(bool overwriting);

/* Says what printf would make, if level is shown. */
void
message_say(enum message_level level, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Says why as an error, and its hint as a second line "hint: ...". */
void
message_failure(const struct failure *why);

#endif
