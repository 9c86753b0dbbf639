#include <config.h>

#include "tally.h"

#include <stdarg.h>
#include <stdio.h>

#include "../../libcore/base/failure.h"
#include "../../libcore/base/message.h"
#include "../../libcore/format/jsonline.h"
#include "../../libcore/format/report.h"

enum { SENTENCE_ROOM = 512 };

/* Adds the line to a report in JSON. */
static void
tell(const struct tally *tally, const char *event, const char *name,
    const char *sentence)
{
	if (tally->report == NULL || tally->report->form != REPORT_JSON)
		return;
	struct jsonline *line = jsonline_make();

	jsonline_set_string(line, "event", event);
	jsonline_set_string(line, "name", name);
	jsonline_set_string(line, "message", sentence);
	report_line(tally->report, line, NULL);
	jsonline_free(line);
}

void
tally_trouble(struct tally *tally, const char *name, const char *format, ...)
{
	char sentence[SENTENCE_ROOM];
	va_list arguments;

	va_start(arguments, format);
	(void)vsnprintf(sentence, sizeof(sentence), format, arguments);
	va_end(arguments);
	tally->troubles++;
	message_say(MESSAGE_WARNING, "'%s' %s", name, sentence);
	tell(tally, "trouble", name, sentence);
}

void
tally_failure(struct tally *tally, const char *name,
    const struct failure *why)
{
	tally->troubles++;
	message_say(MESSAGE_WARNING, "%s", why->message);
	tell(tally, "trouble", name, why->message);
}

void
tally_note(struct tally *tally, const char *name, const char *format, ...)
{
	char sentence[SENTENCE_ROOM];
	va_list arguments;

	va_start(arguments, format);
	(void)vsnprintf(sentence, sizeof(sentence), format, arguments);
	va_end(arguments);
	message_say(MESSAGE_NOTE, "'%s' %s", name, sentence);
	tell(tally, "note", name, sentence);
}
