#include <config.h>

#include "plan_report.h"

#include "../base/text.h"
#include "../format/jsonline.h"
#include "../format/report.h"
#include "plan.h"
#include "plan_show.h"

enum exitcode
plan_report(const struct plan *plan, struct report *report)
{
	struct text text = { 0 };

	for (size_t i = 0; i < plan->count; i++) {
		struct jsonline *event = plan_write_step(plan, i);

		text_clear(&text);
		plan_show_step(plan, i, &text);
		/* The report ends the last line itself. */
		report_line(report, event, "%.*s", (int)text.length - 1,
		    text_string(&text));
		jsonline_free(event);
	}
	text_release(&text);
	return (plan->count > 0 ? EXITCODE_DIFFERS : EXITCODE_OK);
}
