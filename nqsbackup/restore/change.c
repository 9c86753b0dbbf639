#include <config.h>

#include "change.h"

#include <string.h>

#include "../../libcore/base/text.h"
#include "../../libcore/format/jsonline.h"
#include "../../libcore/format/report.h"

void
change_report(struct report *report, const char *action, const char *name)
{
	struct jsonline *line = jsonline_make();
	struct text shown = { 0 };

	jsonline_set_string(line, "event", "change");
	jsonline_set_string(line, "action", action);
	jsonline_set_string(line, "name", name);
	text_add_visible(&shown, name, strlen(name));
	report_line(report, line, "%s %s", action, text_string(&shown));
	jsonline_free(line);
	text_release(&shown);
}
