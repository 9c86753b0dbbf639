#include <config.h>

#include "account_text.h"

#include <string.h>

#include "../base/text.h"
#include "../format/jsonline.h"
#include "../format/report.h"
#include "account.h"
#include "history.h"
#include "plan.h"
#include "plan_show.h"
#include "progress.h"

/* ---- the head ---------------------------------------------------------- */

/* Writes "NAME  WHAT"; what is made empty. */
static void
show_fact(struct report *report, const char *name, struct text *what)
{
	report_line(report, NULL, "  %-10s %s", name, text_string(what));
	text_clear(what);
}

static void
show_lives(const struct account *account, struct report *report)
{
	struct text what = { 0 };

	for (size_t i = 0; i < account->life_count; i++) {
		const struct account_life *life = &account->lives[i];

		account_show_time(life->from, &what);
		text_add(&what, " by ");
		history_show_who(life->begin, &what);
		if (jsonline_boolean(life->begin, "back", false))
			text_add(&what, ", to put it back");
		history_show_word(life->begin, ", saying ", &what);
		show_fact(report, i == 0 ? "began" : "resumed", &what);
		history_show_approved(life->begin, "", &what);
		if (what.length > 0)
			show_fact(report, "plan", &what);
		if (life->stop != NULL) {
			history_show_stop(life->stop, &what);
			show_fact(report, "stop", &what);
		}
		account_show_time(life->until, &what);
		text_add(&what, ", after ");
		account_show_duration(life->until - life->from, &what);
		if (life->close != NULL)
			text_format(&what, ", with exit code %lld",
			    (long long)jsonline_integer(life->close, "exit",
			    -1));
		show_fact(report, life->close != NULL ? "ended" :
		    account->state == STANDING_RUNNING &&
		    i + 1 == account->life_count ? "last seen" : "broken off",
		    &what);
	}
	text_release(&what);
}

static void
show_head(const struct account *account, struct report *report)
{
	const struct history *history = account->history;
	struct text what = { 0 };

	report_line(report, NULL, "report of run %s", history->id);
	text_format(&what, "%s (%s, digest %s)",
	    jsonline_text(history->records.list[0], "title"),
	    history->procedure, history->digest);
	show_fact(report, "what", &what);
	text_add(&what, history->subject);
	show_fact(report, "where", &what);
	account_show_verdict(account, &what);
	show_fact(report, "result", &what);
	account_show_reason(account, &what);
	show_fact(report, "why", &what);
	show_lives(account, report);
	account_show_counts(account, &what);
	show_fact(report, "steps", &what);
	if (account_show_outages(account, &what))
		show_fact(report, "outage", &what);
	if (account->standing->is_recorded)
		report_line(report, NULL, "  '%s' is not what the run began "
		    "with any more:\n  steps that were never reached have a "
		    "number only", history->procedure_path);
	text_release(&what);
}

/* ---- what was done ----------------------------------------------------- */

/* Writes each line of what record says under key, behind mark. */
static void
show_lines(struct report *report, const struct jsonline *record,
    const char *key, const char *mark)
{
	const char *string = jsonline_text(record, key);

	while (*string != '\0') {
		const size_t length = strcspn(string, "\n");
		struct text line = { 0 };

		text_add_masked(&line, string, length);
		report_line(report, NULL, "      %s %s", mark,
		    text_string(&line));
		text_release(&line);
		string += length + (string[length] == '\n' ? 1 : 0);
	}
}

/* Writes who confirmed what comes next. */
static void
show_confirmed(struct report *report, const struct jsonline *record)
{
	struct text words = { 0 };
	struct text line = { 0 };

	history_show_confirmed(record, &words);
	text_add_masked(&line, text_string(&words), words.length);
	report_line(report, NULL, "      %s", text_string(&line));
	text_release(&line);
	text_release(&words);
}

static void
show_act(const struct account *account, const struct account_act *act,
    struct report *report)
{
	const struct plan_step *step =
	    &account->standing->plan->steps[act->step];
	const char *why = jsonline_text(act->end, "why");
	struct text when = { 0 };
	struct text took = { 0 };

	account_show_time(act->from, &when);
	account_show_took(act, &took);
	report_line(report, NULL, "%s  %s%s, step %lld, %s: %s%s%s%s%s",
	    text_string(&when) + 11, act->is_undo ? "putting back: " : "",
	    step->title, (long long)act->step + 1, step->key,
	    account_result(account, act), took.length > 0 ? " in " : "",
	    text_string(&took), why[0] != '\0' ? ": " : "", why);
	if (act->confirmed != NULL)
		show_confirmed(report, act->confirmed);
	show_lines(report, act->begin != NULL ? act->begin : act->end,
	    "command", "$");
	show_lines(report, act->end, "output", "|");
	show_lines(report, act->begin, "verify", "?");
	show_lines(report, act->end, "verdict", "|");
	text_release(&took);
	text_release(&when);
}

static void
show_waiting(const struct account *account, struct report *report)
{
	const struct plan *plan = account->standing->plan;

	for (size_t i = 0; i < plan->count; i++) {
		if (account->standing->progress.steps[i] == PROGRESS_WAITING)
			report_line(report, NULL, "not begun     %s, step "
			    "%lld, %s", plan->steps[i].title,
			    (long long)i + 1, plan->steps[i].key);
	}
}

/* Writes what was found when record says. */
static void
show_found(const struct jsonline *record, struct report *report)
{
	struct jsonline *what = record == NULL ? NULL :
	    jsonline_object(record, "what");
	struct words names = { 0 };

	if (what == NULL)
		return;
	report_line(report, NULL, "%s", jsonline_text(record, "when"));
	jsonline_keys(what, &names);
	for (size_t i = 0; i < names.count; i++) {
		struct words words = { 0 };

		jsonline_words(what, names.list[i], &words);
		report_line(report, NULL, "  %s", names.list[i]);
		for (size_t j = 0; j < words.count; j++)
			report_line(report, NULL, "    %s", words.list[j]);
		words_release(&words);
	}
	words_release(&names);
	jsonline_free(what);
}

static void
show_text(const struct account *account, struct report *report)
{
	show_head(account, report);
	show_found(account->before, report);
	for (size_t i = 0; i < account->act_count; i++)
		show_act(account, &account->acts[i], report);
	show_waiting(account, report);
	show_found(account->after, report);
}

/* ---- JSON -------------------------------------------------------------- */

/* Writes a copy of record with its event, or as event. */
static void
write_record(const struct jsonline *record, const char *event,
    struct report *report)
{
	struct jsonline *copy;

	if (record == NULL)
		return;
	copy = jsonline_copy(record);
	if (event != NULL)
		jsonline_set_string(copy, "event", event);
	report_line(report, copy, NULL);
	jsonline_free(copy);
}

static void
write_run(const struct account *account, struct report *report)
{
	const struct jsonline *open = account->history->records.list[0];
	struct jsonline *event = jsonline_copy(open);
	struct text words = { 0 };

	jsonline_set_string(event, "event", "run");
	jsonline_set_string(event, "state", standing_name(account->state));
	account_show_verdict(account, &words);
	jsonline_set_string(event, "verdict", text_string(&words));
	text_clear(&words);
	account_show_reason(account, &words);
	jsonline_set_string(event, "reason", text_string(&words));
	if (account->history->is_closed)
		jsonline_set_integer(event, "exit", account->history->exit);
	report_line(report, event, NULL);
	jsonline_free(event);
	text_release(&words);
}

static void
write_life(const struct account_life *life, struct report *report)
{
	struct jsonline *event = jsonline_copy(life->begin);
	char stamp[CLOCK_TEXT_ROOM];

	jsonline_set_string(event, "event", "life");
	clock_show(life->until, stamp);
	jsonline_set_string(event, "until", stamp);
	if (life->stop != NULL)
		jsonline_set_string(event, "stop_asked",
		    jsonline_text(life->stop, "time"));
	if (life->close != NULL)
		jsonline_set_integer(event, "exit",
		    jsonline_integer(life->close, "exit", -1));
	report_line(report, event, NULL);
	jsonline_free(event);
}

static void
write_act(const struct account *account, const struct account_act *act,
    struct report *report)
{
	struct jsonline *event = jsonline_make();
	char stamp[CLOCK_TEXT_ROOM];

	if (act->begin != NULL)
		jsonline_add_all(event, act->begin);
	if (act->end != NULL)
		jsonline_add_all(event, act->end);
	jsonline_set_string(event, "event", "act");
	jsonline_set_string(event, "step",
	    account->standing->plan->steps[act->step].key);
	jsonline_set_boolean(event, "undo", act->is_undo);
	clock_show(act->from, stamp);
	jsonline_set_string(event, "from", stamp);
	clock_show(act->until, stamp);
	jsonline_set_string(event, "until", stamp);
	report_line(report, event, NULL);
	jsonline_free(event);
}

static void
write_json(const struct account *account, struct report *report)
{
	const struct standing *standing = account->standing;

	write_run(account, report);
	for (size_t i = 0; i < account->life_count; i++)
		write_life(&account->lives[i], report);
	for (size_t i = 0; i < standing->plan->count; i++) {
		struct jsonline *event = plan_write_step(standing->plan, i);

		jsonline_set_string(event, "state",
		    progress_step_name(standing->progress.steps[i]));
		report_line(report, event, NULL);
		jsonline_free(event);
	}
	write_record(account->before, NULL, report);
	for (size_t i = 0; i < account->act_count; i++)
		write_act(account, &account->acts[i], report);
	write_record(account->after, NULL, report);
	for (size_t i = 0; i < account->outage_count; i++)
		write_record(account->outages[i].record, NULL, report);
	write_record(account->outage_sum, NULL, report);
}

void
account_text(const struct account *account, struct report *report)
{
	if (report->form == REPORT_JSON)
		write_json(account, report);
	else
		show_text(account, report);
}
