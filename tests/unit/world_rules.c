#include <config.h>

#include <string.h>

#include "../../libcore/base/failure.h"
#include "../../libcore/format/journal.h"
#include "../../libcore/run/history.h"
#include "../../libcore/run/standing.h"
#include "unit.h"
#include "world.h"

static const char *const sentences[] = {
	[RULE_RECORDED] = "nothing is done, or goes on, whose record is not "
	    "on the disk",
	[RULE_LOOKED] = "what was begun and has no end is not done again "
	    "before it was looked whether it is so",
	[RULE_ALONE] = "nothing is done, and nothing ends well, while an old "
	    "command may run",
	[RULE_BELIEVED] = "a step counts as done, or as put back, only when "
	    "it was asked since and said so",
	[RULE_ORDER] = "steps are done in order and put back in reverse "
	    "order, and behind what cannot be put back only residue is",
	[RULE_WAY] = "nothing is done any more once the run goes back",
	[RULE_STOPS] = "once a stop was asked for nothing is begun any more, "
	    "neither done nor put back, and nobody is asked",
	[RULE_ENDS] = "a run ends, and so does each of its lives",
	[RULE_OUTCOME] = "at its end all is done, or all is put back, or its "
	    "exit code tells truly why not",
	[RULE_STATUS] = "the journal names exactly the steps whose effect is "
	    "there, or may be",
	[RULE_WRITTEN] = "what a life knows at its end the next one reads",
	[RULE_LEFT] = "a run that is left as it is does nothing any more, and "
	    "no other run ends like it",
	[RULE_PATIENCE] = "what does not answer is tried again for a while, "
	    "on each way, before that counts against it",
	[RULE_PERSON] = "what a person does is begun only by his word, and "
	    "there from then on"
};

void
world_broken(const struct world *world, enum world_rule rule,
    const char *condition)
{
	ck_abort_msg("seed %llu: broken: %s (%s)",
	    (unsigned long long)world->seed, sentences[rule], condition);
}

/* ---- records ----------------------------------------------------------- */

/*
 * What does not answer has had its time when it is given up, if anything is at
 * stake; an act that may not be repeated has none.
 */
static void
check_patience(const struct world *world, size_t at)
{
	if (!world->is_silent || world->progress.stop ||
	    !progress_has_effect(&world->progress) ||
	    (world->part == PLAN_RUN && world->plan->steps[at].retry == 0))
		return;
	WORLD_HOLDS(world, RULE_PATIENCE, world->heard_at -
	    world->silent_since >= world->patience);
}

void
world_check_record(const struct world *world,
    const struct progress_action *action)
{
	const struct world_step *step = &world->steps[action->step];

	WORLD_HOLDS(world, RULE_LEFT, !world->progress.leaves ||
	    action->record == PROGRESS_RECORD_CLOSE);
	switch (action->record) {
	case PROGRESS_RECORD_BEGIN:
		WORLD_HOLDS(world, RULE_WAY, !world->is_turned);
		WORLD_HOLDS(world, RULE_PERSON, step->is_confirmed ||
		    (step->flags & WORLD_PERSON) == 0);
		break;
	case PROGRESS_RECORD_END:
		WORLD_HOLDS(world, RULE_WAY, !world->is_turned);
		if (action->result == PROGRESS_DONE) {
			WORLD_HOLDS(world, RULE_RECORDED,
			    step->is_begun);
			WORLD_HOLDS(world, RULE_BELIEVED,
			    (step->flags & WORLD_CHECK) != 0 ||
			    step->is_verified);
		}
		if (action->result == PROGRESS_FAILED)
			check_patience(world, action->step);
		if (action->result == PROGRESS_SKIPPED)
			WORLD_HOLDS(world, RULE_LOOKED, !step->is_begun);
		break;
	case PROGRESS_RECORD_UNDO_END:
		WORLD_HOLDS(world, RULE_BELIEVED,
		    action->result == PROGRESS_UNDONE ||
		    action->result == PROGRESS_STUCK);
		if (action->result == PROGRESS_UNDONE)
			WORLD_HOLDS(world, RULE_BELIEVED,
			    step->is_put_back);
		else
			check_patience(world, action->step);
		/* fall through */
	case PROGRESS_RECORD_UNDO_BEGIN:
		WORLD_HOLDS(world, RULE_WAY, world->is_turned);
		break;
	default:
		break;
	}
}

void
world_check_stop(const struct world *world,
    const struct progress_action *action)
{
	WORLD_HOLDS(world, RULE_STOPS, !world->progress.stop ||
	    (action->act != PROGRESS_ASK && (action->act != PROGRESS_RECORD ||
	    (action->record != PROGRESS_RECORD_BEGIN &&
	    action->record != PROGRESS_RECORD_UNDO_BEGIN))));
}

/* ---- acts -------------------------------------------------------------- */

/* Whether the engine must believe that step at may have been done. */
static bool
may_stand(const struct world *world, size_t at)
{
	const enum progress_step state = world->progress.steps[at];

	return state == PROGRESS_BEGUN || state == PROGRESS_DONE ||
	    state == PROGRESS_FAILED;
}

/* Nothing is put back before what was done after it, if that can be. */
static void
check_order_back(const struct world *world, size_t at)
{
	bool is_beyond = false;

	for (size_t i = at + 1; i < world->plan->count; i++) {
		const struct world_step *later = &world->steps[i];

		if ((later->flags & WORLD_IRREVERSIBLE) != 0)
			is_beyond = is_beyond || may_stand(world, i);
	}
	WORLD_HOLDS(world, RULE_ORDER, !is_beyond ||
	    (world->steps[at].flags & WORLD_RESIDUE) != 0);
	for (size_t i = at + 1; i < world->plan->count && !is_beyond; i++) {
		const struct world_step *later = &world->steps[i];

		WORLD_HOLDS(world, RULE_ORDER, (later->flags &
		    (WORLD_CHECK | WORLD_KEEPS)) != 0 ||
		    later->truth == world_truth_at_first(later));
	}
}

void
world_check_act(const struct world *world,
    const struct progress_action *action)
{
	const struct world_step *step = &world->steps[action->step];

	WORLD_HOLDS(world, RULE_ALONE, !world->has_process);
	WORLD_HOLDS(world, RULE_LEFT, !world->progress.leaves);
	if (action->part == PLAN_UNDO) {
		WORLD_HOLDS(world, RULE_RECORDED,
		    world->is_turned && step->is_undoing);
		check_order_back(world, action->step);
		return;
	}
	WORLD_HOLDS(world, RULE_WAY, !world->is_turned);
	WORLD_HOLDS(world, RULE_RECORDED, step->is_begun);
	/* To remember once more what a person has done does no harm. */
	WORLD_HOLDS(world, RULE_LOOKED, !step->is_unknown ||
	    (step->flags & WORLD_PERSON) != 0);
	for (size_t i = 0; i < action->step; i++)
		WORLD_HOLDS(world, RULE_ORDER,
		    world->progress.steps[i] == PROGRESS_DONE ||
		    world->progress.steps[i] == PROGRESS_SKIPPED);
}

/* ---- the end of a life ------------------------------------------------- */

static bool
had_any(const struct world *world, unsigned faults)
{
	return (world->had & faults) != 0;
}

static void
check_all_done(const struct world *world)
{
	for (size_t i = 0; i < world->plan->count; i++) {
		const struct world_step *step = &world->steps[i];
		const enum progress_step state = world->progress.steps[i];

		WORLD_HOLDS(world, RULE_OUTCOME, state == PROGRESS_DONE ||
		    state == PROGRESS_SKIPPED);
		if (state == PROGRESS_DONE && (step->flags & WORLD_CHECK) == 0)
			WORLD_HOLDS(world, RULE_OUTCOME,
			    step->truth == PRESENT);
	}
}

static void
check_nothing_left(const struct world *world)
{
	for (size_t i = 0; i < world->plan->count; i++) {
		const struct world_step *step = &world->steps[i];

		if ((step->flags & (WORLD_CHECK | WORLD_KEEPS)) == 0)
			WORLD_HOLDS(world, RULE_OUTCOME, step->truth ==
			    world_truth_at_first(step));
	}
}

/* Behind what cannot be put back, what is left in the way is put back. */
static void
check_no_residue(const struct world *world)
{
	for (size_t i = 0; i < world->plan->count; i++) {
		const struct world_step *step = &world->steps[i];

		if ((step->flags & WORLD_RESIDUE) != 0)
			WORLD_HOLDS(world, RULE_OUTCOME, step->truth ==
			    world_truth_at_first(step));
	}
}

static void
check_person_is_needed(const struct world *world)
{
	const unsigned away = 1U << FAULT_LOST | 1U << FAULT_LOST_EARLY |
	    1U << FAULT_LOST_FAILS | 1U << FAULT_UNREACHABLE |
	    1U << FAULT_DENIED | 1U << FAULT_ENDLESS;
	const unsigned dumb = 1U << FAULT_CANNOT_TELL | 1U << FAULT_BARRED |
	    1U << FAULT_TIME | 1U << FAULT_SIGNAL | 1U << FAULT_AWAY;
	const unsigned wrong = dumb | 1U << FAULT_FAIL | 1U << FAULT_FAIL_HALF |
	    1U << FAULT_FAIL_DONE | 1U << FAULT_NO_EFFECT | 1U << FAULT_NO;
	const unsigned killed = 1U << FAULT_KILL | 1U << FAULT_KILL_BEFORE |
	    1U << FAULT_CRASH | 1U << FAULT_TORN | 1U << FAULT_NOT_WRITTEN;
	bool is_beyond = false;

	for (size_t i = 0; i < world->plan->count; i++) {
		const unsigned flags = world->steps[i].flags;

		switch (world->progress.steps[i]) {
		case PROGRESS_STUCK:
			if (had_any(world, wrong) || (flags &
			    (WORLD_UNDO_FAILS | WORLD_BLIND |
			    WORLD_PUT_BACK)) != 0)
				return;
			break;
		case PROGRESS_BEGUN:
		case PROGRESS_UNDOING:
			if (had_any(world, away | dumb) ||
			    (had_any(world, killed) &&
			    (flags & WORLD_BLIND) != 0))
				return;
			break;
		case PROGRESS_WAITING:
			/* It is to be done again, if it has ended. */
			if (world->progress.tokens[i] != NULL)
				return;
			break;
		default:
			break;
		}
		is_beyond = is_beyond || ((flags & WORLD_IRREVERSIBLE) != 0 &&
		    world->is_turned && may_stand(world, i));
	}
	WORLD_HOLDS(world, RULE_OUTCOME, is_beyond);
	check_no_residue(world);
}

static void
check_outcome(const struct world *world, enum exitcode code)
{
	switch (code) {
	case EXITCODE_OK:
		WORLD_HOLDS(world, RULE_ALONE, !world->has_process);
		if (world->progress.asked_back)
			check_nothing_left(world);
		else
			check_all_done(world);
		return;
	case EXITCODE_FAILED:
		WORLD_HOLDS(world, RULE_ALONE, !world->has_process);
		check_nothing_left(world);
		return;
	case EXITCODE_PARTIAL:
		WORLD_HOLDS(world, RULE_ALONE, !world->has_process);
		WORLD_HOLDS(world, RULE_LEFT, world->progress.leaves);
		return;
	case EXITCODE_STOPPED:
		WORLD_HOLDS(world, RULE_ALONE, !world->has_process);
		WORLD_HOLDS(world, RULE_OUTCOME, world->has_asked ||
		    had_any(world, 1U << FAULT_STOP | 1U << FAULT_NO));
		return;
	case EXITCODE_NEEDS_PERSON:
		check_person_is_needed(world);
		return;
	case EXITCODE_UNREACHABLE:
		WORLD_HOLDS(world, RULE_OUTCOME, had_any(world,
		    1U << FAULT_UNREACHABLE | 1U << FAULT_LOST |
		    1U << FAULT_LOST_EARLY | 1U << FAULT_LOST_FAILS |
		    1U << FAULT_ENDLESS));
		return;
	case EXITCODE_DENIED:
		WORLD_HOLDS(world, RULE_OUTCOME,
		    had_any(world, 1U << FAULT_DENIED));
		return;
	case EXITCODE_CANNOT_WRITE:
		WORLD_HOLDS(world, RULE_OUTCOME,
		    had_any(world, 1U << FAULT_NOT_WRITTEN));
		return;
	default:
		WORLD_HOLDS(world, RULE_OUTCOME,
		    !"a run ends with this exit code");
	}
}

/* ---- the disk ---------------------------------------------------------- */

void
world_read_disk(const struct world *world, struct standing *standing,
    struct history *history)
{
	struct failure why = { 0 };
	long long offset = 0;

	*history = (struct history){ 0 };
	*standing = (struct standing){ 0 };
	if (journal_read_text("disk", &world->disk, &offset,
	    &history->records, &why) == -1)
		world_broken(world, RULE_STATUS, why.message);
	progress_start(&standing->progress, world->plan, 0);
	for (size_t i = 0; i < history->records.count; i++) {
		const struct jsonline *record = history->records.list[i];
		const char *event = jsonline_string(record, "event");

		if (progress_replay(&standing->progress, record, &why) == -1)
			world_broken(world, RULE_STATUS, why.message);
		history->is_closed = strcmp(event, "close") == 0;
		history->exit = (int)jsonline_integer(record, "exit", -1);
	}
	standing->has_effect = progress_has_effect(&standing->progress);
	standing->is_over = progress_is_over(&standing->progress);
}

/* Checks what progress, read from the disk, says of step at. */
static void
check_step(const struct world *world, const struct progress *progress,
    size_t at)
{
	const struct world_step *step = &world->steps[at];
	const bool is_at_work = world->has_process &&
	    world->process_step == at;

	WORLD_HOLDS(world, RULE_RECORDED,
	    !is_at_work || progress->tokens[at] != NULL);
	if ((step->flags & WORLD_CHECK) != 0)
		return;
	switch (progress->steps[at]) {
	case PROGRESS_DONE:
		WORLD_HOLDS(world, RULE_STATUS, step->truth == PRESENT);
		break;
	case PROGRESS_BEGUN:
	case PROGRESS_FAILED:
	case PROGRESS_UNDOING:
	case PROGRESS_STUCK:
		break;
	default:
		WORLD_HOLDS(world, RULE_STATUS,
		    step->truth == world_truth_at_first(step));
	}
}

void
world_check_disk(const struct world *world)
{
	struct standing standing;
	struct history history;

	world_read_disk(world, &standing, &history);
	for (size_t i = 0; i < world->plan->count; i++)
		check_step(world, &standing.progress, i);
	progress_release(&standing.progress);
	journal_release_records(&history.records);
}

/* What "status" calls a run that ended with code. */
static enum standing_state
state_of(const struct world *world, enum exitcode code)
{
	switch (code) {
	case EXITCODE_OK:
		return world->progress.asked_back ? STANDING_UNDONE :
		    STANDING_DONE;
	case EXITCODE_FAILED:
		return STANDING_UNDONE;
	case EXITCODE_NEEDS_PERSON:
		return STANDING_NEEDS_PERSON;
	case EXITCODE_PARTIAL:
		return STANDING_LEFT;
	default:
		return STANDING_STOPPED;
	}
}

void
world_check_end(const struct world *world, enum exitcode code)
{
	struct standing standing;
	struct history history;

	check_outcome(world, code);
	if (code == EXITCODE_CANNOT_WRITE || world->plan->count == 0)
		return;
	world_read_disk(world, &standing, &history);
	WORLD_HOLDS(world, RULE_WRITTEN, memcmp(standing.progress.steps,
	    world->progress.steps, world->plan->count *
	    sizeof(*world->progress.steps)) == 0);
	WORLD_HOLDS(world, RULE_STATUS, standing_state(&standing, &history,
	    false) == state_of(world, code));
	progress_release(&standing.progress);
	journal_release_records(&history.records);
}
