#include <config.h>

#include "message.h"

#include <errno.h>
#include <stdarg.h>
#include <string.h>
#include <syslog.h>
#include <unistd.h>

#include "failure.h"
#include "memory.h"
#include "text.h"

/* The one sink of the process. */
static struct {
	const char		*program;
	enum message_level	 level;
	bool			 syslog;
	bool			 overwriting;
} sink = { "nqstools", MESSAGE_NOTE, false, false };

void
message_start(const char *program, enum message_level level, bool syslog)
{
	sink.program = program;
	sink.level = level;
	sink.syslog = syslog;
	memory_start(program);
	if (syslog)
		openlog(program, LOG_PID, LOG_DAEMON);
}

void
message_overwrite(bool overwriting)
{
	sink.overwriting = overwriting;
}

static int
priority(enum message_level level)
{
	switch (level) {
	case MESSAGE_ERROR:
		return LOG_ERR;
	case MESSAGE_WARNING:
		return LOG_WARNING;
	case MESSAGE_NOTE:
		return LOG_NOTICE;
	case MESSAGE_DETAIL:
		break;
	}
	return LOG_INFO;
}

/* Writes prefix and text as one line. */
static void
put(enum message_level level, const char *prefix, const char *text)
{
	struct text line = { 0 };

	text_add_masked(&line, text, strlen(text));
	if (sink.syslog)
		syslog(priority(level), "%s", text_string(&line));
	text_clear(&line);
	if (sink.overwriting)
		text_format(&line, "\r%*s\r", (int)MESSAGE_WIDTH, "");
	text_format(&line, "%s: ", prefix);
	text_add_masked(&line, text, strlen(text));
	text_add(&line, "\n");
	/* Nobody is left to hear that stderr is gone. */
	ssize_t written = write(2, line.bytes, line.length);
	(void)written;
	text_release(&line);
}

void
message_say(enum message_level level, const char *format, ...)
{
	if (level > sink.level)
		return;
	int saved = errno;
	struct text text = { 0 };
	va_list arguments;
	va_start(arguments, format);
	text_format_list(&text, format, arguments);
	va_end(arguments);
	put(level, sink.program, text_string(&text));
	text_release(&text);
	errno = saved;
}

void
message_failure(const struct failure *why)
{
	put(MESSAGE_ERROR, sink.program, why->message);
	if (why->hint[0] != '\0')
		put(MESSAGE_ERROR, "hint", why->hint);
}
