#ifndef LIBCORE_RUN_RUNNER_INSIDE_H
#define LIBCORE_RUN_RUNNER_INSIDE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "../base/clock.h"
#include "../base/failure.h"
#include "../base/text.h"
#include "../system/process.h"
#include "progress.h"
#include "runner.h"

/*
 * What only the runner*.c files see of each other: runner.c carries actions
 * out, runner_record.c puts into words what came of them.
 */

/* What has been sent to a command that is out of time. */
enum expiry { IN_TIME, TERMINATED, KILLED };

/* What was told of a question that takes long. */
enum looked { LOOKED_NOT, LOOKED_LONG, LOOKED_SAID };

/* A command that an earlier life began, or whose connection broke. */
struct awaited {
	int64_t	pid;			/* there, or 0 */
	char	since[CLOCK_TEXT_ROOM];	/* or "" */
};

/* A session and how it stands. */
struct place {
	struct runner	*runner;
	struct session	*session;
	bool		 is_open;
};

struct runner {
	struct runner_request	 request;
	struct place		*places;
	struct progress_action	 action;	/* the one under way */
	enum plan_part		 part;		/* of the last command */
	struct eventloop_timer	*timer;		/* a pause, or a time limit */
	enum expiry		 expiry;
	bool			 is_running;	/* a command of ours runs */
	int64_t			 begun;		/* when the step was */
	bool			 is_broken;	/* a record was not written */
	struct process_end	 end;		/* of the last command */
	struct process_end	 act;		/* of the last run or undo */
	struct awaited		 awaited;	/* the last one */
	struct eventloop_timer	*teller;	/* of what is awaited */
	size_t			 told;		/* the step of it, plus one */
	struct eventloop_timer	*looker;	/* tells of a long question */
	enum looked		 looked;	/* what it told of the step */
	char			 started[CLOCK_TEXT_ROOM]; /* last act */
	struct text		 output;	/* of check, run or undo */
	struct text		 verdict;	/* of the last verify */
	struct failure		 blame;		/* the step that failed */
	struct failure		 trouble;	/* with a place, a record */
};

/* Returns the step that the present action is about. */
const struct plan_step *
runner_step(const struct runner *runner);

/* Returns the record that the present action asks for, the caller's. */
struct jsonline *
runner_record_make(struct runner *runner);

/* Appends record, which it takes, to the journal.  Returns whether it could. */
bool
runner_append(struct runner *runner, struct jsonline *record);

/*
 * The wait for a command begins, and ends: if it lasts, the journal tells of
 * it, once in a life.  Who reads it must know that nothing hangs, or what does.
 */
void
runner_await_begin(struct runner *runner);
void
runner_await_end(struct runner *runner);

/*
 * A question of how a step stands begins, and all such questions are over: who
 * takes a run up is told if they take long, and what they say of that.
 */
void
runner_look_begin(struct runner *runner);
void
runner_look_end(struct runner *runner);

/* Adds to text what is known of the command that was waited for last. */
void
runner_await_show(const struct runner *runner, struct text *text);

/* Makes trouble say what keeps the run from going on, as it is closed. */
void
runner_record_explain(struct runner *runner);

/*
 * Returns what the end of the run is because of: a step that failed, unless
 * the end is about something worse.
 */
const struct failure *
runner_record_cause(const struct runner *runner);

#endif
