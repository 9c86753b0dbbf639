#include <config.h>

#include "../../clroll/fleet/fleet.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../clroll/fleet/fleet_record.h"
#include "../../libcore/base/clock.h"
#include "../../libcore/base/failure.h"
#include "../../libcore/format/jsonline.h"
#include "unit.h"

/*
 * Leads the decisions of a fleet through random events: runs that end in any
 * way and order, pauses, stops, kills at any point, records that cannot be
 * written.  The rules of fleet.h are checked at every action by a count of our
 * own.  A walk is told by its seed; with NQSTOOLS_SEED there is only that one.
 */

enum {
	BLOCKS = 20,			/* each is a test of Check's */
	WALKS = 20000,
	MOST_CLUSTERS = 12,
	MOST_LIVES = 30,
	MOST_EVENTS = 2000
};

/* A cluster as it is, whoever decides. */
struct truth {
	bool	runs;
	bool	is_over;		/* its record says done or failed */
	bool	is_forgiven;
	bool	is_asked, has_ended;	/* in some life */
	int	starts;			/* in this life */
	int	code;			/* as recorded; -1: not */
};

struct walk {
	uint64_t		 state;		/* of the random numbers */
	uint64_t		 seed;
	bool			 is_shown;
	struct fleet_rules	 rules;
	struct fleet		 fleet;
	struct truth		 truths[MOST_CLUSTERS];
	size_t			 count;
	struct jsonline		*records[MOST_EVENTS];
	size_t			 record_count;
	int64_t			 now;
	int64_t			 began;		/* this life, when */
	size_t			 wave;		/* as recorded */
	int64_t			 wave_ended;	/* when; -1: not in this life */
	unsigned		 troubles;	/* that may still happen */
	bool			 is_paused;
	bool			 is_stopped;
	bool			 is_broken;
	bool			 is_closed;
	bool			 is_killed;
};

#define HOLDS(walk, what)						\
	ck_assert_msg(what, "seed %llu: does not hold: %s",		\
	    (unsigned long long)(walk)->seed, #what)

static unsigned
draw(struct walk *walk, unsigned below)
{
	walk->state ^= walk->state << 13;
	walk->state ^= walk->state >> 7;
	walk->state ^= walk->state << 17;
	return ((unsigned)((walk->state >> 20) % below));
}

static struct fleet_limit
draw_limit(struct walk *walk)
{
	const unsigned kind = draw(walk, 4);

	if (kind == 0)
		return ((struct fleet_limit){ -1, false });
	return ((struct fleet_limit){ draw(walk, kind == 1 ? 101 : 4),
		kind == 1 });
}

static void
draw_rules(struct walk *walk)
{
	struct fleet_rules *rules = &walk->rules;

	walk->count = 1 + draw(walk, MOST_CLUSTERS);
	rules->jobs = 1 + draw(walk, 5);
	rules->canary = draw(walk, 3);
	rules->batch = (struct fleet_limit){ draw(walk, 5), false };
	rules->failures = draw_limit(walk);
	rules->wave_failures = draw_limit(walk);
	rules->unreachable = draw_limit(walk);
	rules->soak = draw(walk, 2) * 10 * CLOCK_SECOND;
	rules->takes = draw(walk, 2) * 5 * CLOCK_SECOND;
	rules->until = draw(walk, 4) == 0 ? (1 + draw(walk, 200)) *
	    CLOCK_SECOND : 0;
}

/* ---- what must hold ----------------------------------------------------- */

static size_t
count_running(const struct walk *walk)
{
	size_t running = 0;

	for (size_t i = 0; i < walk->count; i++)
		running += walk->truths[i].starts > 0 && walk->truths[i].runs;
	return (running);
}

/* Whether so many of these have ended so, and count, that no more may. */
static bool
is_beyond(const struct walk *walk, bool away, size_t first, size_t count,
    const struct fleet_limit *limit)
{
	size_t bad = 0;

	for (size_t i = first; i < first + count; i++) {
		const struct truth *truth = &walk->truths[i];

		if (truth->code == -1 || truth->code == EXITCODE_OK ||
		    truth->is_forgiven || (truth->is_asked &&
		    truth->code == EXITCODE_STOPPED))
			continue;
		bad += (truth->code == EXITCODE_UNREACHABLE) == away;
	}
	return (limit->value != -1 && bad > (limit->is_percent ? count *
	    (size_t)limit->value / 100 : (size_t)limit->value));
}

static void
check_limits(const struct walk *walk, size_t item)
{
	static const struct fleet_limit none = { 0, false };
	const struct fleet_rules *rules = &walk->rules;
	const struct fleet_wave *first = &walk->fleet.waves[0];
	const struct fleet_wave *wave = first + walk->fleet.wave;

	HOLDS(walk, !is_beyond(walk, false, 0, walk->count,
	    &rules->failures));
	HOLDS(walk, !is_beyond(walk, true, 0, walk->count,
	    &rules->unreachable));
	HOLDS(walk, !is_beyond(walk, false, wave->first, wave->count,
	    &rules->wave_failures));
	if (rules->canary > 0 && walk->fleet.wave == 0) {
		HOLDS(walk, !is_beyond(walk, false, 0, first->count, &none));
		HOLDS(walk, !is_beyond(walk, true, 0, first->count, &none));
		HOLDS(walk, item < first->count);
	}
}

/* The run of item is about to begin. */
static void
check_start(const struct walk *walk, size_t item)
{
	const struct truth *truth = &walk->truths[item];
	const struct fleet_wave *wave = &walk->fleet.waves[walk->wave];
	const struct jsonline *last = walk->records[walk->record_count - 1];

	HOLDS(walk, item < walk->count);
	HOLDS(walk, strcmp(jsonline_string(last, "event"), "begin") == 0);
	HOLDS(walk, jsonline_integer(last, "item", 0) == (int64_t)item + 1);
	HOLDS(walk, !truth->is_over);
	HOLDS(walk, truth->starts == 0);
	HOLDS(walk, !walk->is_paused && !walk->is_stopped &&
	    !walk->is_broken);
	HOLDS(walk, count_running(walk) < (size_t)walk->rules.jobs);
	HOLDS(walk, count_running(walk) < wave->count);
	HOLDS(walk, item < wave->first + wave->count);
	HOLDS(walk, walk->rules.until == 0 ||
	    walk->now + walk->rules.takes <= walk->rules.until);
	check_limits(walk, item);
}

/* A wave is about to begin, or one that was not finished once more. */
static void
check_wave(struct walk *walk, size_t wave)
{
	HOLDS(walk, wave == walk->wave || wave == walk->wave + 1);
	HOLDS(walk, !walk->is_paused && !walk->is_stopped);
	HOLDS(walk, count_running(walk) == 0);
	for (size_t i = 0; i < walk->fleet.waves[wave].first; i++)
		HOLDS(walk, walk->truths[i].has_ended);
	HOLDS(walk, wave == walk->wave || walk->now >=
	    (walk->wave_ended == -1 ? walk->began : walk->wave_ended) +
	    walk->rules.soak);
	walk->wave = wave;
}

static void
check_finish(const struct walk *walk, const struct fleet_action *action)
{
	bool all = true;

	HOLDS(walk, count_running(walk) == 0);
	for (size_t i = 0; i < walk->count; i++) {
		const struct truth *truth = &walk->truths[i];

		all = all && truth->code == EXITCODE_OK;
		HOLDS(walk, action->halt != FLEET_GOES_ON ||
		    truth->is_over || truth->starts == 1);
	}
	HOLDS(walk, walk->is_broken ||
	    (action->code == EXITCODE_OK) == all);
}

/* ---- what is done ------------------------------------------------------- */

static void
keep(struct walk *walk, struct jsonline *record)
{
	walk->records[walk->record_count++] = record;
}

static void
note_result(struct walk *walk, const struct fleet_action *action)
{
	struct truth *truth = &walk->truths[action->item];

	HOLDS(walk, !truth->is_over);
	truth->has_ended = true;
	truth->code = action->code;
	truth->is_over = action->code <= EXITCODE_PARTIAL;	/* 0, 1, 2 */
}

/* Writes a record, or not; or is killed before or behind it. */
static void
write_record(struct walk *walk, const struct fleet_action *action,
    struct fleet_event *event)
{
	const unsigned trouble = walk->troubles > 0 ? draw(walk, 40) : 40;
	HOLDS(walk, !walk->is_broken && !walk->is_closed);
	event->happening = FLEET_WRITTEN;
	walk->troubles -= trouble < 3;
	if (trouble == 0) {
		event->happening = FLEET_UNWRITTEN;
		walk->is_broken = true;
		return;
	}
	walk->is_killed = trouble == 1 || trouble == 2;
	if (trouble == 1)
		return;
	keep(walk, fleet_record_make(&walk->fleet, action, "c", "r"));
	if (action->record == FLEET_RECORD_RESULT)
		note_result(walk, action);
	if (action->record == FLEET_RECORD_WAVE)
		check_wave(walk, action->wave);
	if (action->record == FLEET_RECORD_WAVE_END)
		walk->wave_ended = walk->now;
	walk->is_closed = action->record == FLEET_RECORD_CLOSE;
}

static void
start(struct walk *walk, size_t item, struct fleet_event *event)
{
	struct truth *truth = &walk->truths[item];

	check_start(walk, item);
	truth->starts++;
	truth->runs = truth->is_asked = false;
	truth->code = -1;
	event->happening = FLEET_STARTED;
	if (walk->troubles > 0 && draw(walk, 50) == 0) {
		walk->troubles--;
		event->happening = FLEET_UNSTARTED;
		event->code = EXITCODE_SYSTEM;
		return;
	}
	truth->runs = true;
	if (walk->troubles > 0 && draw(walk, 40) == 0) {
		walk->troubles--;
		walk->is_killed = true;
	}
}

static int
draw_code(struct walk *walk, const struct truth *truth)
{
	static const int bad[] = { EXITCODE_FAILED, EXITCODE_UNREACHABLE,
		EXITCODE_STOPPED, EXITCODE_NEEDS_PERSON, EXITCODE_BUSY,
		EXITCODE_PARTIAL };

	if (truth->is_asked && draw(walk, 2) == 0)
		return (EXITCODE_STOPPED);
	if (walk->troubles == 0 || draw(walk, 5) > 0)
		return (EXITCODE_OK);
	walk->troubles--;
	return (bad[draw(walk, 6)]);
}

/* One of those that run ends.  Returns whether there was one. */
static bool
end_one(struct walk *walk, struct fleet_event *event)
{
	const size_t running = count_running(walk);
	size_t number = running == 0 ? 0 : draw(walk, (unsigned)running);

	if (running == 0)
		return (false);
	for (size_t i = 0;; i++) {
		struct truth *truth = &walk->truths[i];

		if (truth->starts == 0 || !truth->runs || number-- > 0)
			continue;
		truth->runs = false;
		event->happening = FLEET_RUN_ENDED;
		event->item = i;
		event->code = (enum exitcode)draw_code(walk, truth);
		return (true);
	}
}

/* What a person does. */
static void
intervene(struct walk *walk, struct fleet_event *event)
{
	if (walk->is_paused || draw(walk, 3) == 0) {
		event->happening = FLEET_GO_ON;
		walk->is_paused = false;
	} else if (draw(walk, 2) == 0) {
		event->happening = FLEET_PAUSE;
		walk->is_paused = true;
	} else {
		event->happening = FLEET_STOP;
		event->is_urgent = draw(walk, 2) == 0;
		walk->is_stopped = true;
	}
}

static void
wait_for_event(struct walk *walk, const struct fleet_action *action,
    struct fleet_event *event)
{
	event->happening = FLEET_TICK;
	event->is_urgent = false;
	walk->now += draw(walk, 3) * CLOCK_SECOND;
	if (walk->troubles > 0 && draw(walk, 12) == 0) {
		walk->troubles--;
		if (draw(walk, 3) == 0)
			walk->is_killed = true;
		else
			intervene(walk, event);
	} else if (draw(walk, 6) > 0 && end_one(walk, event)) {
		return;
	} else if (action->deadline > walk->now && draw(walk, 2) == 0) {
		walk->now = action->deadline;
	} else if (count_running(walk) == 0 && action->deadline == 0) {
		HOLDS(walk, walk->is_paused);
		event->happening = FLEET_GO_ON;
		walk->is_paused = false;
	}
}

/* ---- walks -------------------------------------------------------------- */

static void
begin_life(struct walk *walk)
{
	struct failure why = { 0 };

	for (size_t i = 0; i < walk->count; i++) {
		struct truth *truth = &walk->truths[i];

		truth->starts = 0;
		truth->is_forgiven = truth->is_over && (truth->is_forgiven ||
		    walk->is_closed);
		if (!truth->is_over)
			truth->code = -1;
	}
	walk->is_paused = walk->is_stopped = walk->is_broken = false;
	walk->is_killed = walk->is_closed = false;
	walk->wave_ended = -1;
	walk->began = walk->now;
	fleet_start(&walk->fleet, &walk->rules, walk->count);
	if (walk->record_count > 0) {
		struct jsonline *record = jsonline_make();

		jsonline_set_string(record, "event", "resume");
		fleet_record_set_rules(record, &walk->rules);
		keep(walk, record);
	}
	for (size_t i = 0; i < walk->record_count; i++)
		ck_assert_int_eq(fleet_replay(&walk->fleet, walk->records[i],
		    &why), 0);
}

/* One life, to its end or until it is killed.  Returns how it ended. */
static struct fleet_action
live(struct walk *walk)
{
	struct fleet_event event = { .happening = FLEET_GO };

	begin_life(walk);
	for (int i = 0; i < MOST_EVENTS; i++) {
		event.now = walk->now;
		event.wall = walk->now;
		const struct fleet_action action = fleet_next(&walk->fleet,
		    &event);
		if (walk->is_shown)
			(void)fprintf(stderr, "# %s%d: act %d record %d item "
			    "%zu code %d\n", i == 0 ? "life " : "", i,
			    (int)action.act, (int)action.record,
			    action.item, (int)action.code);
		if (action.act == FLEET_RECORD) {
			write_record(walk, &action, &event);
		} else if (action.act == FLEET_START) {
			start(walk, action.item, &event);
		} else if (action.act == FLEET_ASK) {
			HOLDS(walk, walk->truths[action.item].runs &&
			    !walk->truths[action.item].is_asked);
			walk->truths[action.item].is_asked = true;
			event.happening = FLEET_TICK;
		} else if (action.act == FLEET_WAIT) {
			wait_for_event(walk, &action, &event);
		} else {
			check_finish(walk, &action);
			return (action);
		}
		if (walk->is_killed)
			return ((struct fleet_action){ 0 });
	}
	ck_abort_msg("seed %llu does not end", (unsigned long long)walk->seed);
}

/* How often the journal says that item is done or failed: once in all. */
static int
count_ends(const struct walk *walk, size_t item)
{
	int ends = 0;

	for (size_t i = 0; i < walk->record_count; i++) {
		const struct jsonline *record = walk->records[i];
		const int64_t code = jsonline_integer(record, "exit", -1);

		ends += strcmp(jsonline_string(record, "event"),
		    "result") == 0 && jsonline_integer(record, "item", 0) ==
		    (int64_t)item + 1 && (code == EXITCODE_OK ||
		    code == EXITCODE_FAILED || code == EXITCODE_PARTIAL);
	}
	return (ends);
}

/* Lives until all clusters are done or failed. */
static void
walk_once(uint64_t seed, bool is_shown)
{
	struct walk walk = { .seed = seed, .is_shown = is_shown };
	bool all = false;

	walk.state = (seed + 1) * UINT64_C(0x9e3779b97f4a7c15);
	draw_rules(&walk);
	walk.troubles = draw(&walk, 12);
	for (size_t i = 0; i < walk.count; i++)
		walk.truths[i].code = -1;
	for (int lives = 0; !all; lives++) {
		HOLDS(&walk, lives < MOST_LIVES);
		(void)live(&walk);
		fleet_release(&walk.fleet);
		/* Another night, and nobody interferes any more. */
		if (lives > MOST_LIVES / 2)
			walk.troubles = 0;
		walk.rules.until = 0;
		all = true;
		for (size_t i = 0; i < walk.count; i++)
			all = all && walk.truths[i].is_over;
	}
	for (size_t i = 0; i < walk.count; i++)
		HOLDS(&walk, count_ends(&walk, i) == 1);
	while (walk.record_count > 0)
		jsonline_free(walk.records[--walk.record_count]);
}

START_TEST(keeps_every_rule_wherever_it_is_led)
{
	const char *seed = getenv("NQSTOOLS_SEED");
	const uint64_t count = WALKS / BLOCKS;

	if (seed != NULL) {
		walk_once(strtoull(seed, NULL, 10), true);
		return;
	}
	for (uint64_t i = 0; i < count; i++)
		walk_once((uint64_t)_i * count + i, false);
}
END_TEST

TCase *
fleet_walk_case(void)
{
	TCase *testcase = tcase_create("fleet_walk");

	tcase_add_loop_test(testcase, keeps_every_rule_wherever_it_is_led, 0,
	    BLOCKS);
	return testcase;
}
