#ifndef CLROLL_FLEET_FLEET_H
#define CLROLL_FLEET_FLEET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "../../libcore/base/exitcode.h"

struct failure;
struct jsonline;

/*
 * A fleet: many clusters, a run for each, in waves.  This is what decides which
 * cluster is next: a pure function (state, event) -> (state, action), which
 * knows no clock, file or process.  Calling sequence:
 *
 *	fleet_start; fleet_replay for each record of earlier lives, and for the
 *	one that begins this; then action = fleet_next(event FLEET_GO), and
 *	fleet_next of what came of it, until the action is FLEET_FINISH;
 *	fleet_release.
 *
 * The rules, which the tests of this module prove by walks of random events:
 *  1. A cluster is begun only behind a record that says so, once in a life,
 *     and never again once a record says that it is done or failed.
 *  2. A wave is begun when all clusters of those before it have ended, and the
 *     soak time has passed since.
 *  3. Never do more clusters run at once than jobs, or than the wave has.
 *  4. Nothing is begun while paused, behind a stop, beyond a limit, behind a
 *     canary that did not go well, when a record could not be written, or when
 *     it could not end in time.
 *  5. A life ends when no cluster runs any more, and no sooner.
 */

#define FLEET_NONE	SIZE_MAX

/* How many, or how many of a hundred; value -1: any number. */
struct fleet_limit {
	int64_t	value;
	bool	is_percent;
};

/* How it is gone about. */
struct fleet_rules {
	int64_t			jobs;		/* clusters at once */
	int64_t			canary;		/* clusters of wave 0; 0 */
	struct fleet_limit	batch;		/* of a wave; 0: all others */
	struct fleet_limit	failures;	/* that are borne, in all */
	struct fleet_limit	wave_failures;
	struct fleet_limit	unreachable;	/* in all */
	int64_t			soak;		/* between waves, ns */
	int64_t			takes;		/* a cluster, ns; 0: unknown */
	int64_t			until;		/* clock_wall(); 0: no end */
};

enum fleet_state {
	FLEET_WAITING,
	FLEET_BEGUN,			/* recorded, or runs */
	FLEET_ENDED			/* with `code' */
};

struct fleet_item {
	enum fleet_state	 state;
	size_t			 wave;
	enum exitcode		 code;
	int64_t			 since;		/* clock_monotonic(); once it
						 * has ended, how long */
	bool			 runs;
	bool			 is_late;	/* an earlier life began it */
	bool			 is_asked;	/* to stop */
	bool			 is_forgiven;	/* it counts no more */
	bool			 asks;		/* a person, and stopped */
};

struct fleet_wave {
	size_t	first;
	size_t	count;
	size_t	failed;
	size_t	asking;			/* of these: they wait for a person */
	size_t	away;
};

/* What the driver is to do. */
enum fleet_act {
	FLEET_RECORD,			/* append a record to the journal */
	FLEET_START,			/* begin, or go on with, the run of
					 * `item' */
	FLEET_ASK,			/* ask the run of `item' to stop */
	FLEET_WAIT,			/* for any event, at the latest until
					 * `deadline' (0: for ever) */
	FLEET_FINISH			/* the life ends with `code' */
};

/* What a record says; its words: fleet_record.h. */
enum fleet_record {
	FLEET_RECORD_WAVE,		/* `wave' begins */
	FLEET_RECORD_BEGIN,		/* `item' comes next */
	FLEET_RECORD_RESULT,		/* `item' has ended with `code' */
	FLEET_RECORD_WAVE_END,
	FLEET_RECORD_PAUSE,
	FLEET_RECORD_GO_ON,
	FLEET_RECORD_STOP,		/* `is_urgent': the runs, too */
	FLEET_RECORD_CLOSE		/* `code', `halt' */
};

/* Why nothing is begun any more. */
enum fleet_halt {
	FLEET_GOES_ON,
	FLEET_CANARY_FAILED,
	FLEET_ASKED,			/* a person, and not too many failed */
	FLEET_WAVE_FAILED,
	FLEET_MANY_FAILED,
	FLEET_MANY_AWAY,
	FLEET_STOPPED,
	FLEET_OUT_OF_TIME,
	FLEET_NOT_WRITTEN
};

struct fleet_action {
	enum fleet_act		act;
	enum fleet_record	record;
	size_t			item;
	size_t			wave;
	enum exitcode		code;
	bool			asks;		/* RESULT */
	enum fleet_halt		halt;
	int64_t			duration;	/* RESULT: of this life */
	int64_t			deadline;
	bool			is_urgent;
};

/* What came of the last action; the last five only of a FLEET_WAIT. */
enum fleet_happening {
	FLEET_GO,			/* the first event */
	FLEET_WRITTEN,			/* RECORD: it is on the disk */
	FLEET_UNWRITTEN,		/* RECORD: it is not */
	FLEET_STARTED,			/* START */
	FLEET_UNSTARTED,		/* START: `code' */
	FLEET_TICK,			/* ASK; WAIT: time has passed */
	FLEET_RUN_ENDED,		/* that of `item', with `code' */
	FLEET_PAUSE,
	FLEET_GO_ON,
	FLEET_STOP			/* `is_urgent': the runs, too */
};

struct fleet_event {
	enum fleet_happening	happening;
	int64_t			now;		/* clock_monotonic() */
	int64_t			wall;		/* clock_wall() */
	size_t			item;
	enum exitcode		code;
	bool			asks;		/* RUN_ENDED: a step of it must
						 * be confirmed */
	bool			is_urgent;
};

struct fleet {
	struct fleet_rules	 rules;
	struct fleet_item	*items;
	size_t			 count;
	struct fleet_wave	*waves;
	size_t			 wave_count;
	size_t			 wave;		/* the present one */
	bool			 is_in_wave;	/* else before or behind it */
	bool			 is_behind;	/* it, and soaking */
	int64_t			 soaked;	/* when */
	size_t			 next;		/* none before it waits */
	size_t			 running;
	size_t			 failed;	/* that count */
	size_t			 asking;	/* of these */
	size_t			 away;
	bool			 is_paused;
	bool			 is_stopped;
	bool			 is_urgent;
	bool			 is_broken;	/* the journal is */
	bool			 is_out_of_time;
	unsigned		 requests;	/* 1 << record: to be made */
	size_t			 ending;	/* item to be recorded */
	enum fleet_record	 record;	/* that is being written */
	size_t			 at;		/* its item */
	int64_t			 longest;	/* that a cluster took */
	bool			 is_closed;
};

/* Divides count clusters, at least one, into waves by rules.  All wait. */
void
fleet_start(struct fleet *fleet, const struct fleet_rules *rules,
    size_t count);

void
fleet_release(struct fleet *fleet);

/*
 * Takes in a record of the journal: one that fleet_record_make() made, or
 * "resume" with rules, which begins another life.  In that one waits again
 * what was begun, or ended otherwise than done or failed, so that its run is
 * gone on with; and what failed before a life that came to its end counts no
 * more, for a person has seen it.  Returns 0, or -1 with why set (DATA) when
 * the record speaks of what there is not.
 */
int
fleet_replay(struct fleet *fleet, const struct jsonline *record,
    struct failure *why);

/* Returns the next action after event. */
struct fleet_action
fleet_next(struct fleet *fleet, const struct fleet_event *event);

/* Reads "N" or "N%", up to 100%.  Returns 0, or -1. */
int
fleet_limit_read(const char *string, struct fleet_limit *limit);

/* Returns how many of all limit allows; SIZE_MAX when any number. */
size_t
fleet_limit_of(const struct fleet_limit *limit, size_t all);

/* Whether a run that ended with code did, or need not do, all it was for. */
bool
fleet_is_good(enum exitcode code);

/*
 * Whether nothing is left to do of a run that ended with code: also when it
 * failed and all was put back, or when a person left it as it is.
 */
bool
fleet_is_over(enum exitcode code);

/* Returns the worst code of all that ended, or STOPPED when some wait. */
enum exitcode
fleet_code(const struct fleet *fleet);

/* Returns why nothing more is begun, at this moment. */
enum fleet_halt
fleet_why_halted(const struct fleet *fleet);

#endif
