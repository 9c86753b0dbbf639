#include <config.h>

#include "world.h"

#include <stdlib.h>
#include <string.h>

#include "../../libcore/base/failure.h"
#include "../../libcore/base/memory.h"
#include "../../libcore/format/journal.h"
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
	text_release(&world->disk);
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
	if ((flags & WORLD_PERSON) != 0) {
		step->by_person = true;
		step->confirm = memory_copy_string("he has done it");
		step->within = 0;
	}
	if ((flags & WORLD_PUT_BACK) != 0)
		step->put_back = memory_copy_string("it is put back");
	for (int part = 0; part < PLAN_PARTS; part++)
		step->commands[part].is_tool = (flags & WORLD_BARRED) != 0;
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

/* What is there of a record whose end did not reach the disk. */
static void
tear(struct world *world, struct text *line)
{
	const size_t whole = line->length;

	line->length = world_draw(world, (unsigned)whole);
	if (world_draw(world, 4) > 0)
		return;
	/* Its size was written before its bytes. */
	while (line->length < whole)
		line->bytes[line->length++] = '\0';
}

void
world_append(struct world *world, struct jsonline *record, enum fault fault)
{
	struct text line = { 0 };

	jsonline_show(record, &line);
	if (fault == FAULT_TORN || fault == FAULT_NOT_WRITTEN)
		tear(world, &line);
	text_add_bytes(&world->disk, line.bytes, line.length);
	text_release(&line);
	jsonline_free(record);
}

struct jsonline *
world_record(const struct world *world, const char *event, size_t at)
{
	struct jsonline *record = jsonline_make();

	jsonline_set_string(record, "event", event);
	if (at < world->plan->count)
		jsonline_set_string(record, "step",
		    world->plan->steps[at].key);
	return record;
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

	world_check_record(world, action);
	struct jsonline *record = world_record(world,
	    progress_record_name(action->record),
	    has_step ? action->step : world->plan->count);
	if (action->record == PROGRESS_RECORD_END ||
	    action->record == PROGRESS_RECORD_UNDO_END)
		jsonline_set_string(record, "result",
		    progress_step_name(action->result));
	if (action->record == PROGRESS_RECORD_TURN)
		jsonline_set_boolean(record, "asked",
		    world->progress.asked_back);
	if (action->record == PROGRESS_RECORD_CLOSE)
		jsonline_set_integer(record, "exit", (int)action->code);
	world_append(world, record, fault);
	if (fault == FAULT_NOT_WRITTEN || fault == FAULT_TORN)
		return (struct progress_event){
			.happening = PROGRESS_NOT_WRITTEN };
	remember(world, action);
	return (struct progress_event){ .happening = PROGRESS_WRITTEN };
}

void
world_started(struct world *world, const struct progress_action *action,
    enum fault fault)
{
	struct jsonline *record = world_record(world, "started",
	    action->step);
	struct text token = { 0 };

	text_format(&token, "token %d", ++world->tokens);
	progress_started(&world->progress, text_string(&token));
	jsonline_set_string(record, "token", text_string(&token));
	world_append(world, record, fault);
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
		if (world->plan->steps[action->step].by_person)
			world->has_asked = true;
		return (struct progress_event){
			.happening = PROGRESS_ANSWERED,
			.yes = fault != FAULT_NO && !world->has_asked };
	}
}

/* Asks what goes wrong with action, known as what. */
static enum fault
choose(struct world *world, const struct progress_action *action,
    const char *what)
{
	enum fault fault = FAULT_NONE;

	world->total++;
	if (world->choose != NULL)
		fault = world->choose(world, action, what);
	world->had |= 1U << fault;
	if (fault == FAULT_LEAP)
		world->ahead += (1 + (int64_t)world_draw(world, 100000)) *
		    WORLD_SECOND;
	return fault;
}

static bool
is_deadly(enum fault fault)
{
	return fault == FAULT_KILL_BEFORE || fault == FAULT_KILL ||
	    fault == FAULT_CRASH || fault == FAULT_TORN;
}

/* Does action; returns whether the run lives on, with what came in *event. */
static bool
step(struct world *world, const struct progress_action *action,
    struct progress_event *event)
{
	struct text what = { 0 };

	WORLD_HOLDS(world, RULE_ENDS, world->actions < MOST_ACTIONS);
	world->actions++;
	settle(world);
	describe(world, action, &what);
	trace(world, text_string(&what));
	world_check_stop(world, action);
	const enum fault fault = action->act == PROGRESS_FINISH ? FAULT_NONE :
	    choose(world, action, text_string(&what));
	text_release(&what);
	if (fault == FAULT_STOP)
		progress_stop(&world->progress);
	if (fault == FAULT_KILL_BEFORE || action->act == PROGRESS_FINISH)
		return false;
	*event = carry_out(world, action, fault);
	event->now = world->now + world->ahead;
	world_listen(world, action, event);
	return !is_deadly(fault);
}

/*
 * What was begun and is not known to have ended may be anything now.  What
 * goes on unseen may have been on the machine whose power was cut, or not.
 */
static void
die(struct world *world)
{
	trace(world, "KILL");
	if (world_had(world, FAULT_TORN) && world->has_process &&
	    world_draw(world, 2) == 1) {
		world->has_process = false;
		world_set(world, world->process_step, world_half(world,
		    world->process_step, world->process_part));
	}
	for (size_t i = 0; i < world->plan->count; i++)
		world->steps[i].is_unknown = world->steps[i].is_begun;
}

/* A person has looked before saying so. */
static void
remember_decision(struct world *world, const char *word)
{
	for (size_t i = 0; i < world->plan->count; i++) {
		struct world_step *step = &world->steps[i];

		if (!text_begins_with(word, world->plan->steps[i].key))
			continue;
		step->is_unknown = false;
		step->is_begun = false;
	}
}

/* Reads the journal, and cuts off what is torn. */
static void
replay(struct world *world)
{
	struct journal_records records = { 0 };
	struct failure why = { 0 };
	long long offset = 0;

	if (journal_read_text("disk", &world->disk, &offset, &records,
	    &why) == -1)
		world_broken(world, RULE_WRITTEN, why.message);
	world->disk.length = (size_t)offset;
	for (size_t i = 0; i < records.count; i++) {
		if (progress_replay(&world->progress, records.list[i],
		    &why) == -1)
			world_broken(world, RULE_WRITTEN, why.message);
	}
	journal_release_records(&records);
}

/* What a person asks of a life. */
struct wish {
	const char	*decided;
	bool		 back;
	bool		 leaves;
};

enum fault
world_choose(struct world *world, const char *what)
{
	static const struct progress_action writing = {
		.act = PROGRESS_RECORD, .record = PROGRESS_RECORD_CLOSE };

	return choose(world, &writing, what);
}

/* Writes the record that begins a life; returns whether it lives. */
static bool
begin_life(struct world *world, const struct wish *wish)
{
	const char *event = world->disk.length == 0 ? "open" : "resume";
	const enum fault fault = world_choose(world, event);

	if (fault == FAULT_KILL_BEFORE)
		return false;
	struct jsonline *record = world_record(world, event,
	    world->plan->count);
	if (wish->decided != NULL)
		jsonline_set_string(record, "decided", wish->decided);
	if (wish->back)
		jsonline_set_boolean(record, "back", true);
	if (wish->leaves)
		jsonline_set_string(record, "leave", "it is well");
	world_append(world, record, fault);
	if (fault == FAULT_TORN || fault == FAULT_NOT_WRITTEN)
		return false;
	if (wish->decided != NULL)
		remember_decision(world, wish->decided);
	return !is_deadly(fault);
}

/* Lives until the end, or until it is killed. */
static int
live(struct world *world)
{
	struct progress_event event = { .happening = PROGRESS_GO,
		.now = world->now + world->ahead };
	struct progress_action action;

	do {
		action = progress_next(&world->progress, &event);
	} while (step(world, &action, &event));
	return action.act == PROGRESS_FINISH ? (int)action.code : -1;
}

static int
live_as_wished(struct world *world, const struct wish *wish)
{
	struct failure why = { 0 };
	int code = -1;

	world->actions = 0;
	world->is_silent = world->has_asked = false;
	/* Another machine, or the same after it was started, counts anew. */
	world->ahead = (int64_t)world_draw(world, 1000000) * WORLD_SECOND;
	progress_start(&world->progress, world->plan, world->patience);
	replay(world);
	if (wish->back)
		progress_back(&world->progress);
	if (wish->leaves)
		progress_leave(&world->progress);
	if (wish->decided != NULL && progress_decide(&world->progress,
	    wish->decided, &why) == -1)
		world_broken(world, RULE_OUTCOME, why.message);
	if (begin_life(world, wish))
		code = live(world);
	if (code == -1)
		die(world);
	else
		world_check_end(world, (enum exitcode)code);
	progress_release(&world->progress);
	world_check_disk(world);
	return code;
}

int
world_live(struct world *world, const char *decided, bool back)
{
	return live_as_wished(world, &(struct wish){ .decided = decided,
	    .back = back });
}

int
world_live_to_leave(struct world *world)
{
	return live_as_wished(world, &(struct wish){ .leaves = true });
}
