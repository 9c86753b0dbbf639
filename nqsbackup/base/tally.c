#include <config.h>

#include "tally.h"

#include <stdarg.h>
#include <stdio.h>

#include "../../libcore/base/message.h"
#include "../../libcore/format/jsonline.h"
#include "../../libcore/format/report.h"

enum { SENTENCE_ROOM = 512 };

static void
say(const struct tally *tally, enum message_level level, const char *name,
    const char *sentence)
{
	message_say(level, "'%s' %s", name, sentence);
	if (tally->report == NULL || tally->report->form != REPORT_JSON)
		return;
	struct jsonline *line = jsonline_make();

	jsonline_set_string(line, "event",
	    level == MESSAGE_WARNING ? "trouble" : "note");
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
	say(tally, MESSAGE_WARNING, name, sentence);
}

void
tally_note(struct tally *tally, const char *name, const char *format, ...)
{
	char sentence[SENTENCE_ROOM];
	va_list arguments;

	va_start(arguments, format);
	(void)vsnprintf(sentence, sizeof(sentence), format, arguments);
	va_end(arguments);
	say(tally, MESSAGE_NOTE, name, sentence);
}
