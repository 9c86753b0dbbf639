#include <config.h>

#include "account.h"

#include <stdlib.h>
#include <string.h>

#include "../base/memory.h"
#include "../base/text.h"
#include "../format/jsonline.h"
#include "blame.h"
#include "history.h"
#include "plan.h"

/* When record was written; a clock that cannot be read counts as 1970. */
static int64_t
time_of(const struct jsonline *record, const char *key)
{
	int64_t wall = 0;

	(void)clock_read(jsonline_text(record, key), &wall);
	return (wall);
}

/* ---- records ----------------------------------------------------------- */

static void
add_life(struct account *account, const struct jsonline *record)
{
	const int64_t now = time_of(record, "time");

	account->lives = memory_resize(account->lives,
	    account->life_count + 1, sizeof(*account->lives));
	account->lives[account->life_count++] = (struct account_life){
		.begin = record, .from = now, .until = now };
}

static struct account_act *
add_act(struct account *account, size_t step, bool is_undo)
{
	account->acts = memory_resize(account->acts, account->act_count + 1,
	    sizeof(*account->acts));
	struct account_act *act = &account->acts[account->act_count++];
	*act = (struct account_act){ .step = step, .is_undo = is_undo };
	return (act);
}

/* What began last for step and has no end; what has no begin is added. */
static struct account_act *
open_act(struct account *account, size_t step, bool is_undo)
{
	for (size_t i = account->act_count; i > 0; i--) {
		struct account_act *act = &account->acts[i - 1];

		if (act->step == step && act->is_undo == is_undo)
			return (act->end == NULL ? act :
			    add_act(account, step, is_undo));
	}
	return (add_act(account, step, is_undo));
}

/*
 * Returns the record by which was confirmed, right before, what record is of,
 * or NULL.  That a step was put back is confirmed behind an undo that could not
 * do it.
 */
static const struct jsonline *
confirmation(const struct account *account, const struct jsonline *record,
    size_t step, bool is_undo)
{
	bool is_his = !is_undo;

	for (size_t i = 0; i < account->act_count; i++) {
		const struct account_act *act = &account->acts[i];

		if (act->is_undo && act->step == step && act->end != NULL)
			is_his = true;
	}
	return (is_his && strcmp(jsonline_text(account->confirmed, "step"),
	    jsonline_text(record, "step")) == 0 ? account->confirmed : NULL);
}

static void
take_begin(struct account *account, const struct jsonline *record,
    size_t step, bool is_undo)
{
	struct account_act *act = add_act(account, step, is_undo);

	act->begin = record;
	act->confirmed = confirmation(account, record, step, is_undo);
	act->from = act->until = time_of(record, "time");
}

static void
take_end(struct account *account, const struct jsonline *record, size_t step,
    bool is_undo)
{
	const struct jsonline *confirmed = confirmation(account, record, step,
	    is_undo);
	struct account_act *act = open_act(account, step, is_undo);

	act->end = record;
	if (is_undo && act->begin == NULL)
		act->confirmed = confirmed;
	if (is_undo)
		account->confirmed = NULL;	/* was for what is over */
	act->until = time_of(record, "time");
	if (act->begin == NULL)
		act->from = act->until;
	if (act->until < act->from)
		act->until = act->from;		/* the clock was set back */
}

static void
add_outage(struct account *account, const struct jsonline *record)
{
	const int64_t from = time_of(record, "from");
	int64_t until = time_of(record, "until");

	if (until < from)
		until = time_of(record, "time");
	account->outages = memory_resize(account->outages,
	    account->outage_count + 1, sizeof(*account->outages));
	account->outages[account->outage_count++] = (struct account_outage){
		.record = record, .from = from,
		.until = until < from ? from : until };
}

/* Keeps the first "before" of all lives, and the last "after". */
static void
take_found(struct account *account, const struct jsonline *record)
{
	if (strcmp(jsonline_text(record, "when"), "after") == 0)
		account->after = record;
	else if (account->before == NULL)
		account->before = record;
}

static void
take_step(struct account *account, const struct jsonline *record,
    const char *event)
{
	const struct plan *plan = account->standing->plan;
	const size_t step = plan_find(plan, jsonline_text(record, "step"));

	if (step == plan->count)
		return;
	if (strcmp(event, "begin") == 0)
		take_begin(account, record, step, false);
	else if (strcmp(event, "undo-begin") == 0)
		take_begin(account, record, step, true);
	else if (strcmp(event, "end") == 0)
		take_end(account, record, step, false);
	else if (strcmp(event, "undo-end") == 0)
		take_end(account, record, step, true);
}

static void
take_record(struct account *account, const struct jsonline *record)
{
	const char *event = jsonline_text(record, "event");
	const int64_t now = time_of(record, "time");

	if (strcmp(event, "open") == 0 || strcmp(event, "resume") == 0)
		add_life(account, record);
	if (strcmp(event, "confirmed") == 0)
		account->confirmed = record;	/* maybe between two lives */
	if (account->life_count == 0 || account->confirmed == record)
		return;
	struct account_life *life = &account->lives[account->life_count - 1];
	if (now > life->until)
		life->until = now;
	if (strcmp(event, "close") == 0)
		life->close = record;
	else if (strcmp(event, "stop-asked") == 0)
		life->stop = record;
	else if (strcmp(event, "outage") == 0)
		add_outage(account, record);
	else if (strcmp(event, "outages") == 0)
		account->outage_sum = record;
	else if (strcmp(event, "found") == 0)
		take_found(account, record);
	else
		take_step(account, record, event);
}

void
account_make(struct account *account, const struct history *history,
    const struct standing *standing, enum standing_state state)
{
	*account = (struct account){ .history = history,
		.standing = standing, .state = state };
	for (size_t i = 0; i < history->records.count; i++)
		take_record(account, history->records.list[i]);
	for (size_t i = 0; i < account->act_count; i++) {
		if (account->failed == NULL &&
		    blame_is_due(account->acts[i].end))
			account->failed = &account->acts[i];
	}
}

void
account_release(struct account *account)
{
	free(account->lives);
	free(account->acts);
	free(account->outages);
	*account = (struct account){ 0 };
}

const struct account_act *
account_last_act(const struct account *account, size_t step, bool is_undo)
{
	for (size_t i = account->act_count; i > 0; i--) {
		if (account->acts[i - 1].step == step &&
		    account->acts[i - 1].is_undo == is_undo)
			return (&account->acts[i - 1]);
	}
	return (NULL);
}
