#include <config.h>

#include "standing.h"

#include "../base/text.h"
#include "history.h"
#include "plan.h"

/* What a person may do about a run that is not over. */

bool
standing_is_back(const struct standing *standing)
{
	return (standing->progress.back || standing->progress.asked_back);
}

/* Returns the step that the run ended at, or NULL. */
static const struct plan_step *
ended_at(const struct standing *standing, const struct history *history)
{
	const struct plan *plan = standing->plan;
	const size_t at = !history->is_closed || history->at == NULL ?
	    plan->count : plan_find(plan, history->at);

	return (at == plan->count ? NULL : &plan->steps[at]);
}

const struct plan_step *
standing_asking(const struct standing *standing,
    const struct history *history)
{
	const struct plan_step *step = history->confirm == NULL ? NULL :
	    ended_at(standing, history);

	/* It is not asked for once more. */
	if (step != NULL && standing->progress.steps[
	    step - standing->plan->steps] != PROGRESS_WAITING)
		return (NULL);
	return (step);
}

const struct plan_step *
standing_doubtful(const struct standing *standing,
    const struct history *history)
{
	const struct plan_step *step = ended_at(standing, history);

	if (step == NULL || step->irreversible == NULL ||
	    !standing_is_back(standing) || standing->progress.steps[
	    step - standing->plan->steps] != PROGRESS_BEGUN)
		return (NULL);
	return (step);
}

void
standing_show_ways(const struct standing *standing,
    const struct history *history, const char *program, struct text *text)
{
	const struct plan_step *barrier = progress_barrier(
	    &standing->progress, history->at);
	const struct plan_step *asking = standing_asking(standing, history);
	const struct plan_step *doubtful = standing_doubtful(standing,
	    history);
	const struct plan_step *person = progress_person(&standing->progress);
	const char *id = history->id;

	if (barrier != NULL && history->is_closed)
		text_format(text, "mend what failed, for step '%s' cannot be "
		    "put back, then end the run as it is by '%s resume "
		    "--leave WHY %s'", barrier->key, program, id);
	else if (doubtful != NULL)
		text_format(text, "look whether step '%s' was done, which "
		    "cannot be put back; then '%s rollback --step %s=again %s' "
		    "if it was not, or '=done' if it was", doubtful->key,
		    program, doubtful->key, id);
	else if (person != NULL)
		text_format(text, "put step '%s' back by hand, so that %s; "
		    "then go on by '%s resume --confirm %s %s'", person->key,
		    person->put_back, program, person->key, id);
	else if (standing_is_back(standing))
		text_format(text, "go on by '%s resume %s', which goes on "
		    "putting it back", program, id);
	else if (asking != NULL)
		text_format(text, "go on by '%s resume --confirm %s %s' when "
		    "it is so, or put it back by '%s rollback %s'",
		    program, asking->key, id, program, id);
	else
		text_format(text, "go on by '%s resume %s', or put it back by "
		    "'%s rollback %s'", program, id, program, id);
}
