#include <config.h>

#include "../../libcore/run/progress.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../libcore/format/journal.h"
#include "../../libcore/run/history.h"
#include "../../libcore/run/standing.h"
#include "unit.h"
#include "world.h"

/*
 * Walks through the state machine of the engine at random: random plans,
 * random trouble, kills at any point, journals torn at any byte, resumed and
 * put back by a person who tells the truth, in any order.  The world checks
 * every rule at every action.  A walk is told by its seed; with NQSTOOLS_SEED
 * in the environment there is only that one, and what happens is written to
 * stderr.  NQSTOOLS_WALKS says how many there are instead of 100,000.
 */

enum {
	BLOCKS = 100,			/* each is a test of Check's */
	WALKS = 100000,
	KILLED_PLANS = 40,
	MOST_FAULTS = 8,
	MOST_LIVES = 60
};

struct walk {
	uint64_t	 state;		/* of the random numbers */
	unsigned	 faults;	/* that may still happen */
	bool		 is_away;	/* the place, for the whole life */
	bool		 is_mute;	/* what is asked there, for a while */
	bool		 is_shown;
};

static unsigned
draw(struct walk *walk, unsigned below)
{
	walk->state ^= walk->state << 13;
	walk->state ^= walk->state >> 7;
	walk->state ^= walk->state << 17;
	return (unsigned)((walk->state >> 20) % below);
}

/* ---- a plan ------------------------------------------------------------ */

/* A person does what is like flags: he does it by half neither way. */
static unsigned
draw_person(struct walk *walk, unsigned flags)
{
	flags &= ~(unsigned)(WORLD_FAILS_HALF | WORLD_SLOW | WORLD_BLIND);
	flags |= WORLD_PERSON;
	if ((flags & (WORLD_IRREVERSIBLE | WORLD_KEEPS)) == 0 &&
	    draw(walk, 3) > 0)
		flags |= WORLD_PUT_BACK;
	return flags;
}

static unsigned
draw_act(struct walk *walk)
{
	static const unsigned ways[] = { 0, 0, 0, WORLD_UNDONE, WORLD_UNDONE,
		WORLD_RESIDUE, WORLD_RESIDUE | WORLD_UNDONE,
		WORLD_IRREVERSIBLE, WORLD_KEEPS };
	static const unsigned tempers[] = { 0, 0, 0, 0, 0, 0, 0, WORLD_FAILS,
		WORLD_FAILS_HALF, WORLD_UNDO_FAILS };
	unsigned flags = ways[draw(walk, 9)] | tempers[draw(walk, 10)];

	if (draw(walk, 4) == 0)
		flags |= WORLD_UNLESS | (draw(walk, 2) == 0 ? WORLD_IS_SO : 0);
	if (draw(walk, 4) == 0)
		flags |= WORLD_SLOW;
	if (draw(walk, 6) == 0)
		flags |= WORLD_BLIND;
	if (draw(walk, 8) == 0)
		flags = draw_person(walk, flags);
	return flags;
}

static void
draw_plan(struct walk *walk, struct world *world)
{
	static const char *const keys[] = { "a", "b", "c", "d", "e", "f" };
	const unsigned count = 1 + draw(walk, 6);

	for (unsigned i = 0; i < count; i++) {
		unsigned flags = draw(walk, 4) == 0 ? WORLD_CHECK :
		    draw_act(walk);

		if (draw(walk, 5) == 0)
			flags |= WORLD_WHEN;
		if (draw(walk, 8) == 0 && (flags & WORLD_PERSON) == 0)
			flags |= WORLD_CONFIRM;
		if (draw(walk, 10) == 0)
			flags |= WORLD_NOT_SO;
		world_add(world, keys[i], flags);
		world->plan->steps[i].retry = draw(walk, 4) == 0 &&
		    (flags & WORLD_PERSON) == 0 ? 2 : 0;
	}
}

/* ---- trouble ----------------------------------------------------------- */

static bool
may_happen_to_command(const struct progress_action *action, enum fault fault)
{
	switch (fault) {
	case FAULT_FAIL:
	case FAULT_FAIL_HALF:
	case FAULT_FAIL_DONE:
	case FAULT_NO_EFFECT:
	case FAULT_LOST_FAILS:
	case FAULT_ENDLESS:
	case FAULT_NOT_WRITTEN:
	case FAULT_TORN:
		return action->part == PLAN_RUN || action->part == PLAN_UNDO;
	case FAULT_NO:
		return action->part == PLAN_CHECK || action->part == PLAN_WHEN;
	case FAULT_CANNOT_TELL:
	case FAULT_BARRED:
		return action->part != PLAN_RUN && action->part != PLAN_UNDO;
	default:
		return true;
	}
}

static bool
may_happen(const struct progress_action *action, enum fault fault)
{
	if (fault == FAULT_KILL_BEFORE || fault == FAULT_KILL ||
	    fault == FAULT_CRASH || fault == FAULT_STOP || fault == FAULT_LEAP)
		return true;
	switch (action->act) {
	case PROGRESS_RECORD:
		return fault == FAULT_NOT_WRITTEN || fault == FAULT_TORN;
	case PROGRESS_ASK:
		return fault == FAULT_NO;
	case PROGRESS_AWAIT:
		return fault == FAULT_LOST || fault == FAULT_UNREACHABLE ||
		    fault == FAULT_DENIED || fault == FAULT_CANNOT_TELL;
	case PROGRESS_COMMAND:
		return may_happen_to_command(action, fault);
	default:
		return false;
	}
}

static enum fault
choose(struct world *world, const struct progress_action *action,
    const char *what)
{
	struct walk *walk = world->cookie;
	enum fault fault = FAULT_NONE;

	if (walk->faults > 0 && draw(walk, 8) == 0) {
		fault = (enum fault)(1 + draw(walk, FAULT_COUNT - 1));
		if (may_happen(action, fault))
			walk->faults--;
		else
			fault = FAULT_NONE;
		walk->is_away = walk->is_away ||
		    (fault == FAULT_UNREACHABLE && draw(walk, 3) == 0);
	}
	if (walk->is_away && fault == FAULT_NONE &&
	    may_happen(action, FAULT_UNREACHABLE))
		fault = FAULT_UNREACHABLE;
	walk->is_mute = fault == FAULT_AWAY ? draw(walk, 2) == 0 :
	    walk->is_mute && draw(walk, 16) > 0;
	if (walk->is_mute && fault == FAULT_NONE &&
	    action->act == PROGRESS_COMMAND)
		fault = FAULT_AWAY;
	if (walk->is_shown)
		(void)fprintf(stderr, "# %s%s%.0d\n", what,
		    fault == FAULT_NONE ? "" : " !", (int)fault);
	return fault;
}

/* ---- a person ---------------------------------------------------------- */

/*
 * What a person says of the step that the run stopped at, after looking, or
 * after making it so; NULL when there is nothing to be said.
 */
static const char *
decide(struct walk *walk, struct world *world, struct text *word)
{
	struct progress progress;
	struct journal_records records = { 0 };
	long long offset = 0;
	struct failure *none = NULL;
	const char *said = NULL;

	if (world->has_process) {
		world->has_process = false;	/* was ended by hand */
		world->steps[world->process_step].truth = world_half(world,
		    world->process_step, world->process_part);
	}
	progress_start(&progress, world->plan, 0);
	(void)journal_read_text("disk", &world->disk, &offset, &records, none);
	for (size_t i = 0; i < records.count; i++)
		(void)progress_replay(&progress, records.list[i], none);
	journal_release_records(&records);
	for (size_t i = 0; i < world->plan->count && said == NULL; i++) {
		struct world_step *step = &world->steps[i];
		const char *key = world->plan->steps[i].key;

		if ((step->flags & WORLD_CHECK) != 0)
			continue;
		if (progress.steps[i] == PROGRESS_BEGUN) {
			if (step->truth != PRESENT)
				step->truth = ABSENT;
			text_format(word, "%s=%s", key,
			    step->truth == PRESENT ? "done" : "again");
			said = text_string(word);
		} else if (progress.steps[i] == PROGRESS_STUCK ||
		    progress.steps[i] == PROGRESS_UNDOING) {
			step->truth = ABSENT;
			text_format(word, "%s=%s", key, draw(walk, 2) == 0 ?
			    "done" : "again");
			said = text_string(word);
		}
	}
	progress_release(&progress);
	return said;
}

/*
 * Lets a person do what the life that has ended with code asked him for, as one
 * that he does, or put it back; mostly, for he may have no time.
 */
static void
obey(struct walk *walk, struct world *world, int code)
{
	struct standing standing;
	struct history history;

	if ((code != EXITCODE_NEEDS_PERSON && (code != EXITCODE_STOPPED ||
	    !world->has_asked)) || draw(walk, 4) == 0)
		return;
	world_read_disk(world, &standing, &history);
	for (size_t i = 0; i < world->plan->count; i++) {
		const struct plan_step *step = &world->plan->steps[i];
		const enum progress_step state = standing.progress.steps[i];

		if (state == PROGRESS_WAITING && world->has_asked &&
		    step->by_person) {
			world_confirm(world, i, false);
			break;
		}
		if (state == PROGRESS_STUCK && step->put_back != NULL) {
			world_confirm(world, i, true);
			break;
		}
	}
	progress_release(&standing.progress);
	journal_release_records(&history.records);
}

/* ---- walks ------------------------------------------------------------- */

/* Lives until the run is over, or nobody but a person could do more. */
static void
walk_to_end(struct walk *walk, struct world *world)
{
	struct text word = { 0 };
	const char *decided = NULL;
	bool back = false;
	bool leaves = false;

	for (int lives = 0;; lives++) {
		WORLD_HOLDS(world, RULE_ENDS, lives < MOST_LIVES);
		if (lives > MOST_LIVES / 2)
			walk->faults = 0;
		walk->is_away = walk->is_mute = false;
		const int code = leaves ? world_live_to_leave(world) :
		    world_live(world, decided, back);
		if (walk->is_shown)
			(void)fprintf(stderr, "# = %d\n", code);
		obey(walk, world, code);
		decided = NULL;
		back = draw(walk, 8) == 0;
		text_clear(&word);
		if (code == EXITCODE_NEEDS_PERSON || draw(walk, 6) == 0)
			decided = decide(walk, world, &word);
		leaves = decided == NULL && code != EXITCODE_OK &&
		    code != EXITCODE_FAILED &&
		    (code == EXITCODE_NEEDS_PERSON || draw(walk, 16) == 0);
		if (code == EXITCODE_PARTIAL)
			break;
		if ((code == EXITCODE_OK || code == EXITCODE_FAILED) &&
		    draw(walk, 3) > 0)
			break;
	}
	text_release(&word);
}

static void
walk_once(uint64_t seed, bool is_shown)
{
	struct walk walk = { .is_shown = is_shown };
	struct world world;

	walk.state = (seed + 1) * UINT64_C(0x9e3779b97f4a7c15);
	walk.faults = draw(&walk, MOST_FAULTS + 1);
	world_start(&world);
	world.choose = choose;
	world.cookie = &walk;
	world.seed = seed;
	world.chance = walk.state;
	draw_plan(&walk, &world);
	if (is_shown)
		(void)fprintf(stderr, "# seed %llu\n",
		    (unsigned long long)seed);
	walk_to_end(&walk, &world);
	world_release(&world);
}

START_TEST(keeps_every_rule_wherever_it_is_led)
{
	const char *seed = getenv("NQSTOOLS_SEED");

	if (seed != NULL) {
		walk_once(strtoull(seed, NULL, 10), true);
		return;
	}
	const char *walks = getenv("NQSTOOLS_WALKS");
	const uint64_t count = (walks != NULL ? strtoull(walks, NULL, 10) :
	    WALKS) / BLOCKS;
	for (uint64_t i = 0; i < count; i++)
		walk_once((uint64_t)_i * count + i, false);
}
END_TEST

/* Kills the run once, at action number `at', in the manner of `fault'. */
struct kill {
	struct walk	 walk;
	int		 at;
	enum fault	 fault;
};

static enum fault
choose_kill(struct world *world, const struct progress_action *action,
    const char *what)
{
	const struct kill *kill = world->cookie;

	(void)action;
	(void)what;
	return world->total == kill->at ? kill->fault : FAULT_NONE;
}

/* Runs the plan of seed; returns how it ended, and the truths in *truths. */
static int
run_and_kill(uint64_t seed, int at, enum fault fault, struct text *truths)
{
	struct kill kill = { .at = at, .fault = fault };
	struct world world;
	int code;

	kill.walk.state = (seed + 1) * UINT64_C(0x9e3779b97f4a7c15);
	world_start(&world);
	draw_plan(&kill.walk, &world);
	/* Whether half of an effect is one is a person's to decide. */
	for (size_t i = 0; i < world.plan->count; i++)
		world.steps[i].flags &= ~(unsigned)WORLD_BLIND;
	world.choose = choose_kill;
	world.cookie = &kill;
	code = world_live(&world, NULL, false);
	if (code == -1)
		code = world_live(&world, NULL, false);
	for (size_t i = 0; i < world.plan->count; i++)
		text_format(truths, " %d", (int)world.steps[i].truth);
	world_release(&world);
	return code;
}

START_TEST(ends_the_same_wherever_it_was_killed)
{
	static const enum fault faults[] = { FAULT_KILL_BEFORE, FAULT_KILL,
		FAULT_CRASH };
	const uint64_t seed = (uint64_t)_i;
	struct text expected = { 0 };
	const int code = run_and_kill(seed, 0, FAULT_NONE, &expected);

	for (size_t i = 0; i < sizeof(faults) / sizeof(faults[0]); i++) {
		for (int at = 1; at < 80; at++) {
			struct text truths = { 0 };
			int killed = run_and_kill(seed, at, faults[i],
			    &truths);

			ck_assert_msg(killed == code &&
			    strcmp(text_string(&truths),
			    text_string(&expected)) == 0,
			    "seed %d, kill %d at %d: %d%s, not %d%s", _i,
			    (int)faults[i], at, killed, text_string(&truths),
			    code, text_string(&expected));
			text_release(&truths);
		}
	}
	text_release(&expected);
}
END_TEST

TCase *
progress_walk_case(void)
{
	TCase *testcase = tcase_create("progress_walk");

	tcase_add_loop_test(testcase, keeps_every_rule_wherever_it_is_led, 0,
	    BLOCKS);
	tcase_add_loop_test(testcase, ends_the_same_wherever_it_was_killed, 0,
	    KILLED_PLANS);
	return testcase;
}
