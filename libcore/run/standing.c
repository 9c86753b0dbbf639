#include <config.h>

#include "standing.h"

#include "../base/text.h"
#include "../format/jsonline.h"
#include "../format/report.h"
#include "history.h"
#include "plan.h"

static const char *const names[] = {
	"not begun", "running", "done", "undone", "broken off", "stopped",
	"needs a person"
};

int
standing_find(struct plan *plan, const struct history *history,
    struct standing *standing, struct failure *why)
{
	*standing = (struct standing){ .plan = plan };
	progress_start(&standing->progress, plan, 0);
	for (size_t i = 0; i < history->records.count; i++) {
		if (progress_replay(&standing->progress,
		    history->records.list[i], why) == -1)
			return (-1);
	}
	standing->has_effect = progress_has_effect(&standing->progress);
	standing->is_at_work = progress_is_at_work(&standing->progress);
	standing->is_over = progress_is_over(&standing->progress);
	return (0);
}

void
standing_release(struct standing *standing)
{
	if (standing->plan != NULL)
		progress_release(&standing->progress);
	plan_free(standing->plan);
	*standing = (struct standing){ 0 };
}

enum standing_state
standing_state(const struct standing *standing, const struct history *history,
    bool running)
{
	if (running)
		return (STANDING_RUNNING);
	if (history->is_closed && history->exit == EXITCODE_NEEDS_PERSON)
		return (STANDING_NEEDS_PERSON);
	if (standing->is_over && (standing->progress.back ||
	    history->exit != EXITCODE_OK))
		return (STANDING_UNDONE);
	if (standing->is_over)
		return (STANDING_DONE);
	return (history->is_closed ? STANDING_STOPPED :
	    STANDING_BROKEN_OFF);
}

const char *
standing_name(enum standing_state state)
{
	return (names[state]);
}

enum exitcode
standing_code(enum standing_state state)
{
	switch (state) {
	case STANDING_NEEDS_PERSON:
		return (EXITCODE_NEEDS_PERSON);
	case STANDING_BROKEN_OFF:
	case STANDING_STOPPED:
		return (EXITCODE_STOPPED);
	default:
		return (EXITCODE_OK);
	}
}

static void
show_steps(const struct standing *standing, struct report *report)
{
	const struct plan *plan = standing->plan;

	for (size_t i = 0; i < plan->count; i++) {
		const char *state = progress_step_name(
		    standing->progress.steps[i]);
		struct jsonline *event = jsonline_make();

		jsonline_set_string(event, "event", "step");
		jsonline_set_string(event, "step", plan->steps[i].key);
		jsonline_set_string(event, "title", plan->steps[i].title);
		jsonline_set_string(event, "state", state);
		report_line(report, event, "  %-8s %s: %s", state,
		    plan->steps[i].key, plan->steps[i].title);
		jsonline_free(event);
	}
}

/* What a person may do: also when nobody can tell how a step stands. */
static void
show_next(const struct standing *standing, const struct history *history,
    enum standing_state state, const char *program, struct report *report)
{
	report_line(report, NULL, "next: %s resume %s, or %s "
	    "rollback %s", program, history->id, program,
	    history->id);
	for (size_t i = 0; state == STANDING_NEEDS_PERSON &&
	    i < standing->plan->count; i++) {
		const char *key = standing->plan->steps[i].key;

		switch (standing->progress.steps[i]) {
		case PROGRESS_BEGUN:
		case PROGRESS_STUCK:
		case PROGRESS_UNDOING:
			report_line(report, NULL, "        if that cannot "
			    "tell, look there and add --step %s=done or "
			    "--step %s=again", key, key);
			break;
		default:
			break;
		}
	}
	report_line(report, NULL, "        all that happened: %s report %s",
	    program, history->id);
}

/* Why the run's last life ended, as a line of its own. */
static void
tell_why(const struct history *history, enum standing_state state,
    struct text *line)
{
	if (!history->is_closed || history->why == NULL ||
	    state == STANDING_RUNNING)
		return;
	text_add(line, "\n        ended");
	if (history->at != NULL)
		text_format(line, " at %s", history->at);
	text_format(line, ": %s", history->why);
}

void
standing_show(const struct standing *standing, const struct history *history,
    enum standing_state state, const char *program, struct report *report)
{
	struct jsonline *event = jsonline_make();
	struct text why = { 0 };

	jsonline_set_string(event, "event", "run");
	jsonline_set_string(event, "run", history->id);
	jsonline_set_string(event, "procedure", history->procedure);
	jsonline_set_string(event, "subject", history->subject);
	jsonline_set_string(event, "begun", history->begun);
	jsonline_set_string(event, "state", names[state]);
	if (history->is_closed) {
		jsonline_set_integer(event, "exit", history->exit);
		jsonline_set_string(event, "why", history->why);
		jsonline_set_string(event, "at", history->at);
	}
	tell_why(history, state, &why);
	report_line(report, event, "run %s: %s\n"
	    "        begun %s, %s on %s%s", history->id, names[state],
	    history->begun, history->procedure, history->subject,
	    text_string(&why));
	text_release(&why);
	jsonline_free(event);
	show_steps(standing, report);
	if (standing_code(state) != EXITCODE_OK &&
	    report->form == REPORT_TEXT)
		show_next(standing, history, state, program, report);
}
