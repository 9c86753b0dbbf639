#include <config.h>

#include "account.h"

#include <string.h>

#include "../base/text.h"
#include "../format/jsonline.h"
#include "blame.h"
#include "history.h"
#include "plan.h"
#include "trouble.h"

/* What is said of a run: words of an account that text and page share. */

void
account_show_time(int64_t wall, struct text *text)
{
	char stamp[CLOCK_TEXT_ROOM];

	clock_show(wall, stamp);
	text_format(text, "%.10s %.8s UTC", stamp, stamp + 11);
}

void
account_show_duration(int64_t duration, struct text *text)
{
	const long long milliseconds = duration < 0 ? 0 :
	    (long long)(duration / (CLOCK_SECOND / 1000));
	const long long seconds = milliseconds / 1000;

	if (seconds < 60)
		text_format(text, "%lld.%03lld s", seconds,
		    milliseconds % 1000);
	else if (seconds < 3600)
		text_format(text, "%lld min %02lld s", seconds / 60,
		    seconds % 60);
	else
		text_format(text, "%lld h %02lld min", seconds / 3600,
		    seconds / 60 % 60);
}

const char *
account_result(const struct account *account, const struct account_act *act)
{
	if (act->end != NULL)
		return (jsonline_text(act->end, "result"));
	return (account->state == STANDING_RUNNING &&
	    act == &account->acts[account->act_count - 1] ? "under way" :
	    "its end was not seen");
}

void
account_show_took(const struct account_act *act, struct text *text)
{
	const char *seconds = jsonline_text(act->end, "seconds");

	if (act->begin == NULL || act->end == NULL)
		return;
	if (seconds[0] != '\0')
		text_format(text, "%s s", seconds);
	else
		account_show_duration(act->until - act->from, text);
}

bool
account_show_outages(const struct account *account, struct text *text)
{
	int64_t total = 0;

	if (account->outage_sum == NULL && account->outage_count == 0)
		return (false);
	/* A life sums up what it saw itself; one that was killed, nothing. */
	for (size_t i = 0; i < account->outage_count; i++)
		total += account->outages[i].until - account->outages[i].from;
	account_show_duration(total, text);
	text_format(text, " measured%s, in %zu interruption%s",
	    account->life_count > 1 ? ", not while the run waited" : "",
	    account->outage_count, account->outage_count == 1 ? "" : "s");
	return (true);
}

const char *
account_state_name(enum progress_step state)
{
	static const char *const names[] = {
		[PROGRESS_WAITING] = "not begun",
		[PROGRESS_BEGUN] = "begun",
		[PROGRESS_DONE] = "done",
		[PROGRESS_SKIPPED] = "skipped",
		[PROGRESS_FAILED] = "failed",
		[PROGRESS_UNDOING] = "half put back",
		[PROGRESS_UNDONE] = "put back",
		[PROGRESS_STUCK] = "stuck",
		[PROGRESS_BLOCKED] = "failed"
	};

	return (names[state]);
}

void
account_show_counts(const struct account *account, struct text *text)
{
	const struct plan *plan = account->standing->plan;
	const char *separator = ": ";

	text_format(text, "%lld step%s", (long long)plan->count,
	    plan->count == 1 ? "" : "s");
	for (int state = PROGRESS_WAITING; state <= PROGRESS_BLOCKED;
	    state++) {
		long long count = 0;

		for (size_t i = 0; i < plan->count; i++)
			count += (int)account->standing->progress.steps[i] ==
			    state ? 1 : 0;
		if (count == 0)
			continue;
		text_format(text, "%s%lld %s", separator, count,
		    account_state_name((enum progress_step)state));
		separator = ", ";
	}
}

/* Whether a person asked for the way back. */
static bool
was_asked_back(const struct account *account)
{
	return (account->standing->progress.asked_back);
}

void
account_show_verdict(const struct account *account, struct text *text)
{
	switch (account->state) {
	case STANDING_NOT_BEGUN:
		text_add(text, "not begun");
		return;
	case STANDING_RUNNING:
		text_add(text, "under way");
		return;
	case STANDING_DONE:
		text_add(text, "done");
		return;
	case STANDING_UNDONE:
		if (was_asked_back(account))
			text_add(text, "put back on request");
		else if (account->standing->progress.back)
			text_add(text, "failed, and put back");
		else
			text_add(text, progress_has_kept(
			    &account->standing->progress) ?
			    "failed; nothing is to be put back" :
			    "failed; nothing was changed");
		return;
	case STANDING_BROKEN_OFF:
		text_add(text, "broken off: not over");
		return;
	case STANDING_STOPPED:
		text_add(text, "stopped: not over");
		return;
	case STANDING_NEEDS_PERSON:
		text_add(text, "needs a person");
		return;
	case STANDING_LEFT:
		text_add(text, "left as it is");
		return;
	}
}

/* Adds what stands between two sentences. */
static void
separate(struct text *text)
{
	if (text->length > 0 && text_string(text)[text->length - 1] != ' ')
		text_add(text, " ");
}

/*
 * Adds what an earlier life ended of, if that came first: it is behind what
 * was tried since.
 */
static void
show_first_end(const struct account *account, struct text *text)
{
	struct trouble first;

	if (trouble_find_first(account->history, &first) &&
	    first.record != account->lives[account->life_count - 1].close &&
	    trouble_tell_end(&first, text))
		text_add(text, " ");
}

/* Adds which step failed first, and why. */
static void
show_failed(const struct account *account, struct text *text)
{
	const struct account_act *act = account->failed;
	const struct plan *plan = account->standing->plan;

	show_first_end(account, text);
	if (act == NULL)
		return;
	text_format(text, "Step %lld, \"%s\", %s: %s (%s).",
	    (long long)act->step + 1, plan->steps[act->step].title,
	    act->is_undo ? "could not be put back" : "failed",
	    jsonline_text(act->end, "why"), jsonline_text(act->end, "how"));
}

/*
 * Adds in which step a run is, or was when it was broken off; says whether it
 * is in any.
 */
static bool
show_present(const struct account *account, struct text *text)
{
	const struct account_act *act = account->act_count == 0 ? NULL :
	    &account->acts[account->act_count - 1];

	if (act == NULL || act->end != NULL)
		return (false);
	text_format(text, "%s %lld, \"%s\"", act->is_undo ?
	    "putting back step" : "step", (long long)act->step + 1,
	    account->standing->plan->steps[act->step].title);
	return (true);
}

/* Adds where the journal of a run that was broken off ends. */
static void
show_broken_off(const struct account *account, struct text *text)
{
	struct text present = { 0 };

	separate(text);
	if (show_present(account, &present))
		text_format(text, "The journal ends while %s, was under way: ",
		    text_string(&present));
	else
		text_add(text, "The journal ends between two steps: ");
	text_format(text, "%s ended without a last record. It could not write "
	    "its journal, was killed, or the machine went down.",
	    account->program);
	text_release(&present);
}

/* Adds how far a run is that goes on. */
static void
show_under_way(const struct account *account, struct text *text)
{
	struct text present = { 0 };

	if (show_present(account, &present))
		text_format(text, "When the report was made, %s, was under "
		    "way.", text_string(&present));
	else
		text_add(text, "This is how far it was when the report was "
		    "made.");
	text_release(&present);
}

/* Adds why the last life ended. */
static void
show_close(const struct account *account, struct text *text)
{
	const struct jsonline *close = account->life_count == 0 ? NULL :
	    account->lives[account->life_count - 1].close;
	const char *why = jsonline_text(close, "why");
	const char *step = jsonline_text(close, "step");

	if (why[0] == '\0')
		return;
	separate(text);
	text_format(text, "The run ended with exit code %lld: %s",
	    (long long)jsonline_integer(close, "exit", -1), why);
	if (step[0] != '\0')
		text_format(text, " (step '%s')", step);
	const struct blame answer = blame_of_record(close);
	blame_show_answer(&answer, text);
	text_add(text, ".");
}

static bool
has_undone(const struct account *account)
{
	for (size_t i = 0; i < account->act_count; i++) {
		if (account->acts[i].is_undo)
			return (true);
	}
	return (false);
}

/* Adds what is left of a run that has failed, or was put back. */
static void
show_rest(const struct account *account, struct text *text)
{
	const struct standing *standing = account->standing;
	const struct progress *progress = &standing->progress;
	const bool has_kept = progress_has_kept(progress);

	if (progress->back && has_undone(account))
		text_add(text, has_kept ? "All that is to be put back was, in "
		    "reverse order, and verified." : "All that had been done "
		    "was put back, in reverse order, and verified.");
	else
		text_add(text, has_kept ? "Nothing is to be put back." :
		    "Nothing had been changed.");
	for (size_t i = 0; has_kept && i < standing->plan->count; i++) {
		const struct plan_step *step = &standing->plan->steps[i];

		if (progress_keeps(progress, i))
			text_format(text, " What step %zu, \"%s\", did was "
			    "left: %s.", i + 1, step->title, step->keeps);
	}
}

/* Adds what a person may do with a run that is not over. */
static void
show_ways(const struct account *account, struct text *text)
{
	const struct history *history = account->history;
	const char *program = account->program;
	const struct plan_step *barrier = progress_barrier(
	    &account->standing->progress, history->at);
	const struct plan_step *asking = standing_asking(account->standing,
	    history);
	const struct plan_step *doubtful = standing_doubtful(account->standing,
	    history);
	const struct plan_step *person = progress_person(
	    &account->standing->progress);

	if (account->standing->is_recorded)
		text_format(text, "Its procedure is needed as it was: "
		    "%s, digest %s. ", history->procedure_path,
		    history->digest);
	if (barrier != NULL)
		text_format(text, "Step '%s' cannot be put back: %s. To end "
		    "the run as it is: %s resume --leave WHY %s.",
		    barrier->key, barrier->irreversible, program,
		    history->id);
	else if (doubtful != NULL)
		text_format(text, "Nobody knows whether step '%s', which "
		    "cannot be put back, was done: %s. Look there. If it was "
		    "not, what was before it is put back by: %s rollback "
		    "--step %s=again %s. If it was: %s rollback --step "
		    "%s=done %s.", doubtful->key, doubtful->irreversible,
		    program, doubtful->key, history->id, program,
		    doubtful->key, history->id);
	else if (person != NULL)
		text_format(text, "Put step '%s' back by hand, so that %s. To "
		    "go on then: %s resume --confirm %s %s.", person->key,
		    person->put_back, program, person->key, history->id);
	else if (standing_is_back(account->standing))
		text_format(text, "To go on putting it back: %s resume %s.",
		    program, history->id);
	else if (asking != NULL)
		text_format(text, "To go on, when it is so: %s resume "
		    "--confirm %s %s. To put it back: %s rollback %s.",
		    program, asking->key, history->id, program, history->id);
	else
		text_format(text, "To go on: %s resume %s. To put it back: "
		    "%s rollback %s.", program, history->id, program,
		    history->id);
}

void
account_show_reason(const struct account *account, struct text *text)
{
	switch (account->state) {
	case STANDING_DONE:
		show_failed(account, text);
		text_add(text, "Each step was done and verified, or need not "
		    "be done.");
		return;
	case STANDING_UNDONE:
		show_failed(account, text);
		separate(text);
		show_rest(account, text);
		return;
	case STANDING_RUNNING:
		show_failed(account, text);
		separate(text);
		show_under_way(account, text);
		return;
	case STANDING_LEFT:
		show_failed(account, text);
		show_close(account, text);
		return;
	default:
		show_failed(account, text);
		if (account->state == STANDING_BROKEN_OFF)
			show_broken_off(account, text);
		else
			show_close(account, text);
		separate(text);
		show_ways(account, text);
	}
}
