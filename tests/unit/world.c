#include <config.h>

#include "world.h"

#include <stdlib.h>
#include <string.h>

#include "../../libcore/base/failure.h"
#include "../../libcore/base/memory.h"
#include "unit.h"

enum {
	MOST_STEPS = 16,
	MOST_ACTIONS = 1000		/* of a life; more is a circle */
};

void
world_start(struct world *world)
{
	*world = (struct world){ .patience = 3 * WORLD_SECOND,
		.now = WORLD_SECOND };
	world->plan = memory_make(1, sizeof(*world->plan));
	world->plan->title = memory_copy_string("a world");
	words_add(&world->plan->places, "here");
	world->plan->steps = memory_make(MOST_STEPS,
	    sizeof(*world->plan->steps));
	world->steps = memory_make(MOST_STEPS, sizeof(*world->steps));
}

void
world_release(struct world *world)
{
	for (size_t i = 0; i < world->records; i++)
		jsonline_free(world->journal[i]);
	free(world->journal);
	free(world->steps);
	plan_free(world->plan);
	text_release(&world->trace);
}

static void
give(struct plan_step *step, enum plan_part part)
{
	words_add(&step->commands[part].argv, plan_part_name(part));
}

size_t
world_add(struct world *world, const char *key, unsigned flags)
{
	struct plan_step *step = &world->plan->steps[world->plan->count];

	ck_assert_uint_lt(world->plan->count, MOST_STEPS);
	*step = (struct plan_step){ .key = memory_copy_string(key),
		.title = memory_copy_string(key), .timeout = WORLD_TIMEOUT,
		.residue = (flags & WORLD_RESIDUE) != 0 };
	if ((flags & WORLD_SLOW) != 0)
		step->within = 3 * WORLD_SECOND;
	if ((flags & WORLD_WHEN) != 0)
		give(step, PLAN_WHEN);
	if ((flags & WORLD_UNLESS) != 0)
		give(step, PLAN_UNLESS);
	if ((flags & WORLD_CONFIRM) != 0)
		step->confirm = memory_copy_string("sure");
	if ((flags & WORLD_CHECK) != 0) {
		give(step, PLAN_CHECK);
	} else {
		give(step, PLAN_RUN);
		give(step, PLAN_VERIFY);
		if ((flags & WORLD_IRREVERSIBLE) != 0)
			step->irreversible = memory_copy_string("it is so");
		else if ((flags & WORLD_KEEPS) != 0)
			step->keeps = memory_copy_string("it is so");
		else
			give(step, PLAN_UNDO);
		if ((flags & WORLD_UNDONE) != 0)
			give(step, PLAN_UNDONE);
	}
	world->steps[world->plan->count] = (struct world_step){
		.flags = flags,
		.truth = (flags & WORLD_IS_SO) != 0 ? PRESENT : ABSENT };
	return world->plan->count++;
}

bool
world_had(const struct world *world, enum fault fault)
{
	return (world->had & (1U << fault)) != 0;
}

/* What goes on unseen may have ended meanwhile. */
static void
settle(struct world *world)
{
	if (!world->has_process || world->now < world->process_end)
		return;
	world_set(world, world->process_step, world->process_truth);
	world->has_process = false;
}

void
world_pass(struct world *world, int64_t duration)
{
	world->now += duration;
	settle(world);
}

/* ---- the journal ------------------------------------------------------- */

struct jsonline *
world_append(struct world *world, const char *event, size_t at)
{
	struct jsonline *record = jsonline_make();

	jsonline_set_string(record, "event", event);
	if (at < world->plan->count)
		jsonline_set_string(record, "step",
		    world->plan->steps[at].key);
	world->journal = memory_resize(world->journal, world->records + 1,
	    sizeof(struct jsonline *));
	world->journal[world->records++] = record;
	return record;
}

/* The rules that a record must keep when it is written. */
static void
check_record(const struct world *world, const struct progress_action *action)
{
	const struct world_step *step = &world->steps[action->step];

	switch (action->record) {
	case PROGRESS_RECORD_BEGIN:
		WORLD_HOLDS(world, !world->is_turned);
		break;
	case PROGRESS_RECORD_END:
		WORLD_HOLDS(world, !world->is_turned);
		if (action->result == PROGRESS_DONE) {
			WORLD_HOLDS(world, step->is_begun);
			WORLD_HOLDS(world, (step->flags & WORLD_CHECK) != 0 ||
			    step->is_verified);
		}
		if (action->result == PROGRESS_SKIPPED)
			WORLD_HOLDS(world, !step->is_begun);
		break;
	case PROGRESS_RECORD_UNDO_END:
		WORLD_HOLDS(world, action->result == PROGRESS_UNDONE ||
		    action->result == PROGRESS_STUCK);
		if (action->result == PROGRESS_UNDONE)
			WORLD_HOLDS(world, step->is_put_back);
		/* fall through */
	case PROGRESS_RECORD_UNDO_BEGIN:
		WORLD_HOLDS(world, world->is_turned);
		break;
	default:
		break;
	}
}

/* The world remembers what the journal says. */
static void
remember(struct world *world, const struct progress_action *action)
{
	struct world_step *step = &world->steps[action->step];

	switch (action->record) {
	case PROGRESS_RECORD_BEGIN:
		step->is_begun = true;
		break;
	case PROGRESS_RECORD_END:
		step->is_begun = step->is_unknown = false;
		break;
	case PROGRESS_RECORD_TURN:
		world->is_turned = true;
		break;
	case PROGRESS_RECORD_UNDO_BEGIN:
		step->is_undoing = true;
		step->is_put_back = false;
		break;
	case PROGRESS_RECORD_UNDO_END:
		step->is_undoing = false;
		break;
	default:
		break;
	}
}

static struct progress_event
write_record(struct world *world, const struct progress_action *action,
    enum fault fault)
{
	const bool has_step = action->record != PROGRESS_RECORD_TURN &&
	    (action->record != PROGRESS_RECORD_CLOSE || action->about_step);

	check_record(world, action);
	if (fault == FAULT_NOT_WRITTEN)
		return (struct progress_event){
			.happening = PROGRESS_NOT_WRITTEN };
	struct jsonline *record = world_append(world,
	    progress_record_name(action->record),
	    has_step ? action->step : world->plan->count);
	if (action->record == PROGRESS_RECORD_END ||
	    action->record == PROGRESS_RECORD_UNDO_END)
		jsonline_set_string(record, "result",
		    progress_step_name(action->result));
	if (action->record == PROGRESS_RECORD_TURN)
		jsonline_set_boolean(record, "asked",
		    world->progress.asked_back);
	remember(world, action);
	return (struct progress_event){ .happening = PROGRESS_WRITTEN };
}

void
world_started(struct world *world, const struct progress_action *action)
{
	struct text token = { 0 };

	text_format(&token, "token %d", ++world->tokens);
	progress_started(&world->progress, text_string(&token));
	jsonline_set_string(world_append(world, "started", action->step),
	    "token", text_string(&token));
	text_release(&token);
}

/* ---- one life ---------------------------------------------------------- */

/* Adds the words that a test knows action by to what. */
static void
describe(const struct world *world, const struct progress_action *action,
    struct text *what)
{
	const char *key = world->plan->steps[action->step].key;

	switch (action->act) {
	case PROGRESS_RECORD:
		text_add(what, progress_record_name(action->record));
		if (action->record == PROGRESS_RECORD_CLOSE)
			text_format(what, " %d", (int)action->code);
		else if (action->record != PROGRESS_RECORD_TURN)
			text_format(what, " %s", key);
		if (action->record == PROGRESS_RECORD_END ||
		    action->record == PROGRESS_RECORD_UNDO_END)
			text_format(what, " %s",
			    progress_step_name(action->result));
		return;
	case PROGRESS_COMMAND:
		text_format(what, "%s %s", plan_part_name(action->part), key);
		return;
	case PROGRESS_AWAIT:
		text_format(what, "await %s", key);
		return;
	case PROGRESS_ASK:
		text_format(what, "ask %s", key);
		return;
	case PROGRESS_PAUSE:
		text_add(what, "pause");
		return;
	case PROGRESS_FINISH:
		text_format(what, "finish %d", (int)action->code);
	}
}

/* Writes down what is done; a pause follows from what was before. */
static void
trace(struct world *world, const char *what)
{
	if (strcmp(what, "pause") == 0)
		return;
	if (world->trace.length > 0)
		text_add(&world->trace, ", ");
	text_add(&world->trace, what);
}

static struct progress_event
carry_out(struct world *world, const struct progress_action *action,
    enum fault fault)
{
	switch (action->act) {
	case PROGRESS_RECORD:
		return write_record(world, action, fault);
	case PROGRESS_COMMAND:
		return world_command(world, action, fault);
	case PROGRESS_AWAIT:
		return world_await(world, action, fault);
	case PROGRESS_PAUSE:
		ck_assert_int_gt(action->duration, 0);
		world_pass(world, action->duration);
		return (struct progress_event){
			.happening = PROGRESS_ELAPSED };
	default:
		return (struct progress_event){
			.happening = PROGRESS_ANSWERED,
			.yes = fault != FAULT_NO };
	}
}

/* Does action; returns whether the run lives on, with what came in *event. */
static bool
step(struct world *world, const struct progress_action *action,
    struct progress_event *event)
{
	struct text what = { 0 };

	world->actions++;
	WORLD_HOLDS(world, world->actions < MOST_ACTIONS);
	world->total++;
	settle(world);
	describe(world, action, &what);
	trace(world, text_string(&what));
	const enum fault fault = world->choose == NULL ||
	    action->act == PROGRESS_FINISH ? FAULT_NONE :
	    world->choose(world, action, text_string(&what));
	text_release(&what);
	world->had |= 1U << fault;
	if (fault == FAULT_STOP)
		progress_stop(&world->progress);
	if (fault == FAULT_KILL_BEFORE || action->act == PROGRESS_FINISH)
		return false;
	*event = carry_out(world, action, fault);
	event->now = world->now;
	return fault != FAULT_KILL && fault != FAULT_CRASH;
}

/* What was begun and is not known to have ended may be anything now. */
static void
die(struct world *world)
{
	trace(world, "KILL");
	for (size_t i = 0; i < world->plan->count; i++)
		world->steps[i].is_unknown = world->steps[i].is_begun;
}

/* A person has looked before saying so. */
static void
decide(struct world *world, const char *word)
{
	struct failure why = { 0 };

	ck_assert_msg(progress_decide(&world->progress, word, &why) == 0,
	    "%s", why.message);
	jsonline_set_string(world_append(world, "resume",
	    world->plan->count), "decided", word);
	for (size_t i = 0; i < world->plan->count; i++) {
		struct world_step *step = &world->steps[i];

		if (!text_begins_with(word, world->plan->steps[i].key))
			continue;
		step->is_unknown = false;
		step->is_begun = false;
	}
}

static void
replay(struct world *world)
{
	struct failure why = { 0 };

	for (size_t i = 0; i < world->records; i++)
		ck_assert_msg(progress_replay(&world->progress,
		    world->journal[i], &why) == 0, "%s", why.message);
}

int
world_live(struct world *world, const char *decided, bool back)
{
	struct progress_event event = { .happening = PROGRESS_GO };
	struct progress_action action;

	world->actions = 0;
	progress_start(&world->progress, world->plan, world->patience);
	replay(world);
	if (back) {
		progress_back(&world->progress);
		jsonline_set_boolean(world_append(world, "resume",
		    world->plan->count), "back", true);
	}
	if (decided != NULL)
		decide(world, decided);
	event.now = world->now;
	do {
		action = progress_next(&world->progress, &event);
	} while (step(world, &action, &event));
	if (action.act != PROGRESS_FINISH)
		die(world);
	else
		world_check_end(world, action.code);
	progress_release(&world->progress);
	return action.act == PROGRESS_FINISH ? (int)action.code : -1;
}
