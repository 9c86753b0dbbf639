#include <config.h>

#include "standing.h"

#include <string.h>

#include "../base/text.h"
#include "../format/jsonline.h"
#include "../format/report.h"
#include "blame.h"
#include "history.h"
#include "plan.h"
#include "plan_recorded.h"
#include "trouble.h"

static const char *const names[] = {
	"not begun", "running", "done", "undone", "broken off", "stopped",
	"needs a person", "left as it is"
};

int
standing_find(struct plan *plan, const struct history *history,
    struct standing *standing, struct failure *why)
{
	*standing = (struct standing){ .plan = plan };
	progress_start(&standing->progress, plan, 0);
	if (progress_replay_all(&standing->progress, &history->records,
	    why) == -1)
		return (-1);
	const struct plan_step *asking = standing_asking(standing, history);
	/* A person who is asked for it may have begun it. */
	standing->has_effect = progress_has_effect(&standing->progress) ||
	    (asking != NULL && asking->by_person);
	standing->has_changed = standing->has_effect &&
	    !progress_was_passed_over(&standing->progress);
	standing->is_at_work = progress_is_at_work(&standing->progress);
	standing->is_over = progress_is_over(&standing->progress);
	return (0);
}

int
standing_find_recorded(const struct history *history,
    struct standing *standing, struct failure *why)
{
	const int rc = standing_find(plan_recorded(history), history,
	    standing, why);

	standing->is_recorded = true;
	/* One that was killed before its first step has all of them to do. */
	if (standing->plan->count == 0)
		standing->is_over = false;
	if (rc == -1 || !history->is_closed)
		return (rc);
	/* What was kept is not known, but that this was the end of it. */
	if (history->exit == EXITCODE_FAILED || (standing->progress.back &&
	    history->exit == EXITCODE_OK)) {
		standing->has_effect = false;
		standing->has_changed = false;
		standing->is_over = true;
	} else if (history->exit == EXITCODE_OK) {
		standing->is_over = true;
	}
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
	if (standing->progress.left)
		return (STANDING_LEFT);
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
	case STANDING_LEFT:
		return (EXITCODE_PARTIAL);
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

/* How a person takes the run up, behind "next: ". */
static void
show_commands(const struct standing *standing, const struct history *history,
    const char *program, struct report *report)
{
	const struct plan_step *asking = standing_asking(standing, history);
	const struct plan_step *person = progress_person(&standing->progress);
	const char *before = standing->is_recorded ? "        " : "next: ";
	const char *id = history->id;

	if (standing->missing.message[0] != '\0')
		report_line(report, NULL, "        %s",
		    standing->missing.message);
	if (standing->missing.hint[0] != '\0')
		report_line(report, NULL, "next: %s; then",
		    standing->missing.hint);
	else if (standing->is_recorded)
		report_line(report, NULL, "next: bring %s back,\n"
		    "        and any that it names, as the run began with it,\n"
		    "        digest %s; then", history->procedure_path,
		    history->digest);
	if (person != NULL)
		report_line(report, NULL, "%sput %s back by hand, so that\n"
		    "        %s; then\n        %s resume --confirm %s %s",
		    before, person->key, person->put_back, program,
		    person->key, id);
	else if (standing_is_back(standing))
		report_line(report, NULL, "%s%s resume %s, which goes on "
		    "putting it back", before, program, id);
	else if (asking != NULL)
		report_line(report, NULL, "%s%s resume --confirm %s %s, when "
		    "it is so,\n        or %s rollback %s", before, program,
		    asking->key, id, program, id);
	else
		report_line(report, NULL, "%s%s resume %s, or %s rollback %s",
		    before, program, id, program, id);
}

/*
 * What a person may answer of the step at, which nobody can tell of or which
 * could not be put back, and what follows from it.
 */
static void
show_answers(const struct standing *standing, size_t at,
    struct report *report)
{
	const struct plan_step *step = &standing->plan->steps[at];
	const bool is_back = standing_is_back(standing);
	const char *done = "it is put back: the run goes on with what is "
	    "before it";
	const char *again = "it is not: it is put back once more";

	switch (standing->progress.steps[at]) {
	case PROGRESS_BEGUN:
		done = !is_back ? "it was done: the run goes on behind it" :
		    step->irreversible != NULL ? "it was done: what is before "
		    "it stays as well" : "it was done: it is put back, too";
		again = is_back ? "it was not: what is before it is put back" :
		    "it was not: it is done once more";
		break;
	case PROGRESS_STUCK:
	case PROGRESS_UNDOING:
		break;
	default:
		return;
	}
	report_line(report, NULL, "        if that cannot tell, look there "
	    "and add --step %s=done or --step %s=again\n"
	    "          =done   %s\n          =again  %s", step->key,
	    step->key, done, again);
}

/* What a person may do: also when nobody can tell how a step stands. */
static void
show_next(const struct standing *standing, const struct history *history,
    enum standing_state state, const char *program, struct report *report)
{
	const struct plan_step *barrier = progress_barrier(
	    &standing->progress, history->at);

	if (state == STANDING_NEEDS_PERSON && barrier != NULL) {
		report_line(report, NULL, "next: mend what failed, for %s "
		    "cannot be put back: %s;\n        then end the run as it "
		    "is: %s resume --leave WHY %s\n        and begin another "
		    "one", barrier->key, barrier->irreversible, program,
		    history->id);
		return;
	}
	show_commands(standing, history, program, report);
	for (size_t i = 0; state == STANDING_NEEDS_PERSON &&
	    i < standing->plan->count; i++)
		show_answers(standing, i, report);
	if (state == STANDING_NEEDS_PERSON)
		report_line(report, NULL, "        or end it as it is: %s "
		    "resume --leave WHY %s,\n        behind which it can "
		    "neither go on nor be put back", program, history->id);
}

/* Finds what went wrong first, and what is wrong now; none in what is done. */
static void
find_troubles(const struct standing *standing, const struct history *history,
    enum standing_state state, struct trouble *first, struct trouble *present)
{
	*first = *present = (struct trouble){ 0 };
	if (state == STANDING_DONE)
		return;
	(void)trouble_find_first(history, first);	/* or there is none */
	(void)trouble_find_present(history, &standing->progress, present);
}

static void
show_troubles(const struct history *history, const struct trouble *first,
    const struct trouble *present, struct report *report)
{
	trouble_show(first, "first:", report);
	trouble_show_since(history, first, report);
	if (present->record != NULL && present->record != first->record)
		trouble_show(present, "now:", report);
}

/* Writes what is under way, if anything is. */
static void
show_work(const struct standing *standing, const struct standing_work *work,
    enum standing_state state, struct report *report)
{
	struct text text = { 0 };

	if (work->step == NULL)
		return;
	standing_show_work(standing, work, state == STANDING_RUNNING, &text);
	report_line(report, NULL, "%s", text_string(&text));
	text_release(&text);
}

/* What is wrong now, or else which step failed first. */
static void
describe_trouble(const struct trouble *first, const struct trouble *present,
    struct jsonline *event)
{
	static const char *const keys[][2] = {
		{ "step", "failed" }, { "why", "failed_why" },
		{ "how", "failed_how" }, { "output", "failed_output" },
		{ "verdict", "failed_verdict" }
	};
	const struct jsonline *record = present->record != NULL ?
	    present->record : first->record;

	/* The end of a life is told by the keys of its own. */
	if (jsonline_text(record, "result")[0] == '\0')
		return;
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		const char *string = jsonline_string(record, keys[i][0]);

		if (string != NULL)
			jsonline_set_string(event, keys[i][1], string);
	}
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
	const struct blame answer = blame_of_record(history->close);
	blame_show_answer(&answer, line);
	if (history->confirm != NULL)
		text_format(line, ": %s", history->confirm);
}

/* Who asked for a stop, as a line of its own; also when it came too late. */
static void
tell_stop(const struct history *history, struct text *line)
{
	if (history->stop == NULL)
		return;
	text_add(line, "\n        asked to stop ");
	history_show_stop(history->stop, line);
}

static void
describe_run(const struct history *history, enum standing_state state,
    const struct standing *standing, struct jsonline *event)
{
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
		jsonline_set_string(event, "confirm", history->confirm);
		jsonline_set_string(event, "how",
		    jsonline_string(history->close, "how"));
		jsonline_set_string(event, "verdict",
		    jsonline_string(history->close, "verdict"));
	}
	if (history->stop != NULL)
		jsonline_set_string(event, "stop_asked",
		    jsonline_string(history->stop, "time"));
	jsonline_set_string(event, "path", history->procedure_path);
	jsonline_set_string(event, "digest", history->digest);
	jsonline_set_boolean(event, "recorded", standing->is_recorded);
}

void
standing_show(const struct standing *standing, const struct history *history,
    enum standing_state state, const char *program, struct report *report)
{
	struct jsonline *event = jsonline_make();
	struct trouble first;
	struct trouble present;
	struct standing_work work;
	struct text why = { 0 };

	find_troubles(standing, history, state, &first, &present);
	describe_run(history, state, standing, event);
	if (first.record != NULL)
		trouble_describe(&first, event);
	standing_find_work(standing, history, state == STANDING_RUNNING,
	    &work);
	if (work.step != NULL)
		standing_describe_work(standing, &work, event);
	describe_trouble(&first, &present, event);
	tell_stop(history, &why);
	tell_why(history, state, &why);
	report_line(report, event, "run %s: %s\n"
	    "        begun %s, %s on %s%s", history->id, names[state],
	    history->begun, history->procedure, history->subject,
	    text_string(&why));
	text_release(&why);
	jsonline_free(event);
	if (first.record != NULL && report->form == REPORT_TEXT)
		show_troubles(history, &first, &present, report);
	if (report->form == REPORT_TEXT)
		show_work(standing, &work, state, report);
	show_steps(standing, report);
	if (report->form == REPORT_JSON)
		return;
	if (state == STANDING_RUNNING)
		report_line(report, NULL, "next: %s follow %s shows it, "
		    "%s stop %s lets it stop\n        behind the step that it "
		    "is at", program, history->id, program, history->id);
	else if (standing_code(state) != EXITCODE_OK &&
	    state != STANDING_LEFT)
		show_next(standing, history, state, program, report);
	if (standing_code(state) != EXITCODE_OK || first.record != NULL)
		report_line(report, NULL, "        all that happened: %s "
		    "report %s", program, history->id);
}
