#ifndef TESTS_UNIT_WORLD_H
#define TESTS_UNIT_WORLD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <check.h>

#include "../../libcore/base/text.h"
#include "../../libcore/format/jsonline.h"
#include "../../libcore/run/plan.h"
#include "../../libcore/run/progress.h"

struct history;
struct standing;

/*
 * A simulated world in which the state machine of the engine can be run: a
 * node where each step's effect is there, half there or not there; a journal;
 * a clock; and whatever can go wrong.  It carries out each action as the
 * runner and a session would, and fails the test as soon as a rule of
 * progress.h is broken.  Calling sequence: world_start, world_add for each
 * step, world_live for each life of the run, world_release.
 */

/*
 * What a run must keep, whatever goes wrong.  world_rules.c has them as
 * sentences, and checks them.
 */
enum world_rule {
	RULE_RECORDED, RULE_LOOKED, RULE_ALONE, RULE_BELIEVED, RULE_ORDER,
	RULE_WAY, RULE_STOPS, RULE_ENDS, RULE_OUTCOME, RULE_STATUS,
	RULE_WRITTEN, RULE_LEFT, RULE_PATIENCE, RULE_PERSON
};

/* Of a step's effect. */
enum truth { ABSENT, HALF, PRESENT };

/* What a step of a world is like. */
enum {
	WORLD_CHECK = 1,		/* has no effect */
	WORLD_WHEN = 2,
	WORLD_UNLESS = 4,
	WORLD_UNDONE = 8,
	WORLD_IRREVERSIBLE = 16,	/* else it has an undo */
	WORLD_KEEPS = 32,
	WORLD_RESIDUE = 64,
	WORLD_CONFIRM = 128,
	WORLD_IS_SO = 256,		/* its effect is there at first */
	WORLD_NOT_SO = 512,		/* when, check: the answer is no */
	WORLD_FAILS = 1024,		/* its run always fails */
	WORLD_FAILS_HALF = 2048,	/* and leaves half of the effect */
	WORLD_UNDO_FAILS = 4096,
	WORLD_BLIND = 8192,		/* verify: half there, cannot tell */
	WORLD_SLOW = 16384,		/* the effect is seen later */
	WORLD_BARRED = 32768,		/* an adapter's no: in vain */
	WORLD_PERSON = 65536,		/* a person does it, and confirms it:
					 * run only remembers that */
	WORLD_PUT_BACK = 131072		/* and puts it back: undo only says
					 * that he is to */
};

/* What may happen while an action is carried out. */
enum fault {
	FAULT_NONE,
	FAULT_FAIL,			/* run: exit code 1, no effect */
	FAULT_FAIL_HALF,		/* the same with half of the effect */
	FAULT_FAIL_DONE,		/* the same with all of it */
	FAULT_NO_EFFECT,		/* run: exit code 0 all the same */
	FAULT_NO,			/* a question: no; a person: no */
	FAULT_CANNOT_TELL,		/* a question: exit code 5 */
	FAULT_BARRED,			/* the same, exit code 76 */
	FAULT_AWAY,			/* exit code 69, no effect */
	FAULT_TIME,			/* out of time, half of the effect */
	FAULT_SIGNAL,			/* killed, half of the effect */
	FAULT_LOST_EARLY,		/* lost, was not even started */
	FAULT_LOST,			/* lost, goes on and does it */
	FAULT_LOST_FAILS,		/* lost, goes on and does half of it */
	FAULT_ENDLESS,			/* lost, goes on for ever */
	FAULT_UNREACHABLE,
	FAULT_DENIED,
	FAULT_NOT_WRITTEN,		/* a record; that it was started */
	FAULT_STOP,			/* a stop is asked for just before */
	FAULT_LEAP,			/* the clock leaps forward */
	/* The end of this life of the run: */
	FAULT_KILL_BEFORE,		/* before it is carried out */
	FAULT_KILL,			/* when it is; a command goes on */
	FAULT_CRASH,			/* the node too: half of the effect */
	FAULT_TORN,			/* a record: part of it is there */
	FAULT_COUNT
};

struct world_step {
	unsigned	 flags;
	enum truth	 truth;
	int64_t		 seen_at;	/* when verify sees it */
	bool		 is_begun;	/* record "begin", no end */
	bool		 is_undoing;	/* record "undo-begin", no end */
	bool		 is_unknown;	/* ran, and nobody knows what came */
	bool		 is_verified;	/* since it ran last */
	bool		 is_put_back;	/* was asked since its undo ran last */
	bool		 is_confirmed;	/* a person has done it */
};

struct world {
	struct plan		*plan;
	struct world_step	*steps;
	struct progress		 progress;
	struct text		 disk;		/* the bytes of the journal */
	struct text		 trace;		/* of what was done */
	int64_t			 now;
	int64_t			 ahead;		/* of it is the run's clock */
	int64_t			 patience;
	/* Chooses what goes wrong with action, known as what. */
	enum fault		(*choose)(struct world *world,
				    const struct progress_action *action,
				    const char *what);
	void			*cookie;
	bool			 is_turned;	/* record "turn" */
	bool			 has_asked;	/* this life, for what a person
						 * does */
	bool			 has_process;	/* something goes on unseen */
	size_t			 process_step;
	enum plan_part		 process_part;
	int64_t			 process_end;	/* when it ends */
	enum truth		 process_truth;	/* what it leaves then */
	unsigned		 had;		/* bits: faults that happened */
	bool			 is_silent;	/* it did not answer last */
	int64_t			 silent_since;	/* by the run's clock */
	int64_t			 heard_at;	/* by it, the last event */
	enum plan_part		 part;		/* of the last command */
	int			 actions;	/* of this life */
	int			 total;		/* of all lives */
	int			 tokens;	/* given so far */
	uint64_t		 seed;		/* of who chooses */
	uint64_t		 chance;	/* for world_draw(); 0: none */
};

/* A step lasts, of a world's time; one out of patience or time longer. */
#define WORLD_SECOND	INT64_C(1000000000)
#define WORLD_TIMEOUT	(100 * WORLD_SECOND)

/* Fails the test, with the seed and the rule, unless condition holds. */
#define WORLD_HOLDS(world, rule, condition)				\
	((condition) ? (void)0 : world_broken(world, rule, #condition))

void
world_start(struct world *world);

/* Frees what world has. */
void
world_release(struct world *world);

/* Adds a step key like flags say and returns its number. */
size_t
world_add(struct world *world, const char *key, unsigned flags);

/*
 * Lets the run live once, after the journal: with a person's decision, asked
 * to put everything back, neither.  Returns the exit code, or -1 when it
 * was killed.
 */
int
world_live(struct world *world, const char *decided, bool back);

/* The same when a person asked to leave all as it is. */
int
world_live_to_leave(struct world *world);

/*
 * Lets a person do step at, or put it back if is_back, and confirm that between
 * two lives, as whoever takes the run up writes it, and tells the nodes; he may
 * be killed meanwhile.
 */
void
world_confirm(struct world *world, size_t at, bool is_back);

/* Chooses what goes wrong with a record, what, that is none of the engine's. */
enum fault
world_choose(struct world *world, const char *what);

/* Returns whether fault happened. */
bool
world_had(const struct world *world, enum fault fault);

/* Carries out a command of a step, with fault; see world.c. */
struct progress_event
world_command(struct world *world, const struct progress_action *action,
    enum fault fault);

/* Carries out the wait for a command that goes on unseen. */
struct progress_event
world_await(struct world *world, const struct progress_action *action,
    enum fault fault);

/*
 * Remembers since when nothing answers, by what came of action; a way back is
 * another matter.
 */
void
world_listen(struct world *world, const struct progress_action *action,
    const struct progress_event *event);

/* Lets time go by. */
void
world_pass(struct world *world, int64_t duration);

/* Leaves the command of action going on unseen, for so long, to leave truth. */
void
world_leave(struct world *world, const struct progress_action *action,
    int64_t duration, enum truth truth);

/* Sets the effect of step at; that it is there may be seen only later. */
void
world_set(struct world *world, size_t at, enum truth truth);

/*
 * Returns what a run, or undo, of step at leaves that does not end: half of the
 * effect, but all that there was if that is a person's.
 */
enum truth
world_half(const struct world *world, size_t at, enum plan_part part);

/* Returns what a run, or undo, of step at leaves that ends well. */
enum truth
world_aim(const struct world *world, const struct progress_action *action);

/* Says that the present command was started, and records it with fault. */
void
world_started(struct world *world, const struct progress_action *action,
    enum fault fault);

/*
 * Returns a record of event about step at, or the plan's count: none; the
 * caller's.
 */
struct jsonline *
world_record(const struct world *world, const char *event, size_t at);

/*
 * Appends record, which it takes, to the journal on the disk.  With FAULT_TORN
 * and FAULT_NOT_WRITTEN only some of its bytes get there.
 */
void
world_append(struct world *world, struct jsonline *record,
    enum fault fault);

/* Returns a number below below; 0 when the world has no chance. */
unsigned
world_draw(struct world *world, unsigned below);

/* Returns what a step was like at first. */
enum truth
world_truth_at_first(const struct world_step *step);

/* Fails the test, for condition, which rule says, does not hold. */
void
world_broken(const struct world *world, enum world_rule rule,
    const char *condition) __attribute__((noreturn));

/* Check what is about to be done at all, to be recorded, to be run. */
void
world_check_stop(const struct world *world,
    const struct progress_action *action);
void
world_check_record(const struct world *world,
    const struct progress_action *action);
void
world_check_act(const struct world *world,
    const struct progress_action *action);

/*
 * Checks that a life may end like that: the world is as the exit code
 * promises, and the journal says so.
 */
void
world_check_end(const struct world *world, enum exitcode code);

/*
 * Reads the journal as "status" does; release the progress of standing and the
 * records of history.
 */
void
world_read_disk(const struct world *world, struct standing *standing,
    struct history *history);

/* Checks that the journal on the disk tells what is done. */
void
world_check_disk(const struct world *world);

#endif
