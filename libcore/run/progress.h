#ifndef LIBCORE_RUN_PROGRESS_H
#define LIBCORE_RUN_PROGRESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "../base/exitcode.h"
#include "../system/process.h"
#include "plan.h"

struct failure;
struct journal_records;
struct jsonline;
struct text;

/*
 * How far a run is, and what comes next: the state machine of the engine,
 * a pure function (state, event) -> (state, action).  It knows no clock,
 * file or process; the runner carries each action out and tells what came of
 * it by one event.  Calling sequence:
 *
 *	progress_start, progress_replay for each record of an earlier life,
 *	progress_back to put everything back; then
 *	action = progress_next(event PROGRESS_GO), and progress_next of what
 *	came of it, until the action is PROGRESS_FINISH; progress_release.
 *
 * The rules, which the tests of this module prove by walking all ways:
 *  1. Nothing with an effect is begun before its "begin" record is written;
 *     but clroll's courier copies packages to the stores of nodes ahead of it.
 *  2. A step is done only when its verify said so after its run.
 *     An undo may be repeated at any time.
 *  3. A step that was begun and has no end (a kill of the run or of the
 *     step's command, a lost connection) is never repeated before its old
 *     command, with all that it began, has ended and its verify said that it
 *     is not so; when verify cannot tell, a person decides.  Nor is anything
 *     put back while an old command may run.  But what a person does is begun
 *     by his word, and its command, which only remembers it, may be repeated.
 *  4. When a step fails, what was begun is put back in reverse order, and
 *     each undo is believed only when undone says that it is, or, where there
 *     is none, verify that it is no longer so.  What undone says is put back
 *     already is not undone again.
 *  5. An undo that fails ends the run as NEEDS_PERSON; what lies before it is
 *     not touched, for it may rely on it.  Behind a step that cannot be
 *     put back, only residue is.
 *  6. A place that cannot be reached stops the run where it is.  While
 *     something is at stake it is tried again for a while first, and so is
 *     whatever says there, by exit code 69, that what it needs does not
 *     answer; but a step's run only if it may be repeated.  The way back has
 *     a while of its own.
 *  7. Once a stop was asked for, nothing is begun any more, neither done nor
 *     put back, and nobody is asked; what was begun is carried out to its end.
 *  8. A run that a person leaves as it is does nothing any more, but waits for
 *     what it began.
 */

enum progress_step {
	PROGRESS_WAITING,		/* not begun */
	PROGRESS_BEGUN,			/* begun; nobody knows yet */
	PROGRESS_DONE,
	PROGRESS_SKIPPED,		/* need not be done */
	PROGRESS_FAILED,
	PROGRESS_UNDOING,		/* undo begun */
	PROGRESS_UNDONE,
	PROGRESS_STUCK,			/* undo failed */
	PROGRESS_BLOCKED		/* failed before it was begun */
};

/* What the runner is to do. */
enum progress_act {
	PROGRESS_RECORD,		/* append a record to the journal */
	PROGRESS_COMMAND,		/* run command `part' of the step */
	PROGRESS_AWAIT,			/* wait for the step's old command */
	PROGRESS_PAUSE,			/* wait `duration' */
	PROGRESS_ASK,			/* let a person confirm the step */
	PROGRESS_FINISH			/* the run ends with `code' */
};

/* What a record says; its words in the journal: progress_record_name(). */
enum progress_record {
	PROGRESS_RECORD_BEGIN,		/* the step's act comes next */
	PROGRESS_RECORD_END,		/* `result': DONE, SKIPPED, FAILED */
	PROGRESS_RECORD_TURN,		/* from here on back */
	PROGRESS_RECORD_UNDO_BEGIN,
	PROGRESS_RECORD_UNDO_END,	/* `result': UNDONE, STUCK */
	PROGRESS_RECORD_CLOSE		/* the run ends with `code' */
};

struct progress_action {
	enum progress_act	 act;
	size_t			 step;		/* index in the plan */
	enum plan_part		 part;		/* COMMAND */
	enum progress_record	 record;	/* RECORD */
	enum progress_step	 result;	/* RECORD of an end */
	const char		*why;		/* RECORD: in words, or NULL */
	const char		*token;		/* AWAIT */
	int64_t			 duration;	/* PAUSE, nanoseconds */
	enum exitcode		 code;		/* CLOSE, FINISH */
	bool			 about_step;	/* CLOSE: because of the step */
	bool			 asks;		/* CLOSE: to be confirmed */
	bool			 is_barrier;	/* CLOSE: step bars the way, if
						 * it was done */
	bool			 is_undecided;	/* CLOSE: verify cannot tell */
};

/* What came of the last action. */
enum progress_happening {
	PROGRESS_GO,			/* the first event */
	PROGRESS_WRITTEN,		/* RECORD: it is on the disk */
	PROGRESS_NOT_WRITTEN,		/* RECORD: it is not */
	PROGRESS_ENDED,			/* COMMAND, AWAIT: as `end' says; of an
					 * AWAIT: exit code 0, the old command
					 * has ended; out of time, it runs */
	PROGRESS_UNREACHABLE,		/* COMMAND, AWAIT: was not begun, for
					 * the place could not be reached;
					 * `code' */
	PROGRESS_ELAPSED,		/* PAUSE */
	PROGRESS_ANSWERED		/* ASK: `yes' */
};

struct progress_event {
	enum progress_happening	happening;
	int64_t			now;		/* clock_monotonic() */
	struct process_end	end;
	enum exitcode		code;
	bool			yes;
};

/* What the machine waits for; only progress*.c look at it. */
enum progress_phase {
	PROGRESS_PHASE_GO, PROGRESS_PHASE_WHEN, PROGRESS_PHASE_UNLESS,
	PROGRESS_PHASE_ASK, PROGRESS_PHASE_BEGIN, PROGRESS_PHASE_CHECK,
	PROGRESS_PHASE_RUN, PROGRESS_PHASE_VERIFY, PROGRESS_PHASE_DECIDE,
	PROGRESS_PHASE_AWAIT, PROGRESS_PHASE_END, PROGRESS_PHASE_TURN,
	PROGRESS_PHASE_UNDO_LOOK, PROGRESS_PHASE_UNDO_BEGIN,
	PROGRESS_PHASE_UNDO,
	PROGRESS_PHASE_UNDO_VERIFY, PROGRESS_PHASE_UNDO_END,
	PROGRESS_PHASE_CLOSE, PROGRESS_PHASE_FINISHED
};

struct progress {
	const struct plan	 *plan;
	enum progress_step	 *steps;	/* one for each of the plan's */
	char			**tokens;	/* of commands begun, or NULL */
	size_t			  at;
	enum plan_part		  part;		/* of the last command */
	bool			  back;		/* putting back */
	bool			  asked_back;	/* as a person asked */
	bool			  leaves;	/* all as it is, as asked */
	bool			  left;		/* it is over by that */
	bool			  beyond;	/* an irreversible one: */
	size_t			  barrier;
	bool			  stop;		/* at the next safe point */
	enum progress_phase	  phase;
	enum progress_step	  result;	/* of the record to write */
	const char		 *why;
	int64_t			  attempts;	/* of run or undo */
	int64_t			  broken;	/* off, of the step */
	bool			  settles;	/* an awaited run has ended */
	int64_t			  struck_since;	/* what is awaited was killed in
						 * this life; 0 */
	int64_t			  deadline;	/* of verify becoming true; 0 */
	int64_t			  barred_since;	/* verify says so; 0 */
	int64_t			  lost_since;	/* 0: place answers */
	int64_t			  patience;	/* for a lost place, ns */
	enum exitcode		  code;
};

/*
 * Begins at the first step of plan, which is borrowed.  A place that was
 * lost while something was at stake is tried again for patience nanoseconds.
 */
void
progress_start(struct progress *progress, const struct plan *plan,
    int64_t patience);

void
progress_release(struct progress *progress);

/*
 * Takes in a record of the journal.  Returns 0, or -1 with why set (DATA)
 * when it speaks of a step that the plan does not have.
 */
int
progress_replay(struct progress *progress, const struct jsonline *record,
    struct failure *why);

/* The same for all of records, in turn, up to one that does not fit. */
int
progress_replay_all(struct progress *progress,
    const struct journal_records *records, struct failure *why);

/*
 * Lets the run put back all that was done, as a person asked.  It is to be
 * recorded as "back", true, of an event "resume".
 */
void
progress_back(struct progress *progress);

/*
 * Lets the run end where it is, as a person asked: once no command of it runs
 * any more it is over, neither done nor put back, with the code PARTIAL, which
 * no other run has.  A life that is killed before was never asked to.  It is to
 * be recorded as "leave", why, of an event "resume".
 */
void
progress_leave(struct progress *progress);

/*
 * Takes a person's word, "STEP=done" or "STEP=again", for a step that was
 * begun and has no end, or whose undo was.  Returns 0, or -1 with why set
 * (USAGE).  It is to be recorded as "decided" of an event "resume".
 */
int
progress_decide(struct progress *progress, const char *word,
    struct failure *why);

/*
 * Takes such a word apart.  Returns 0 with key and *done set, or -1 when it is
 * none.
 */
int
progress_read_word(const char *word, struct text *key, bool *done);

/*
 * Takes in that the command under way has been started as token, by which
 * it can be awaited.
 */
void
progress_started(struct progress *progress, const char *token);

/*
 * Asks for a stop at the next safe point: before a step is begun, or, on the
 * way back, before it is put back.
 */
void
progress_stop(struct progress *progress);

/* Returns the next action after event. */
struct progress_action
progress_next(struct progress *progress, const struct progress_event *event);

/*
 * Returns whether the exit code of a command that was asked whether something
 * is so, and ended as end, says no: 1 or 3, or, if the command is an adapter's
 * (is_tool), 76 (BARRED).  Other programs mean what they will by that.
 */
bool
progress_means_no(const struct process_end *end, bool is_tool);

/*
 * Returns whether all steps that do the work were passed over, and there are
 * some: those with an effect that neither is kept nor a residue.
 */
bool
progress_was_passed_over(const struct progress *progress);

/* Returns whether any step has, or may have, had an effect that stands. */
bool
progress_has_effect(const struct progress *progress);

/*
 * Returns whether any step has, or may have, left something that is not to be
 * put back, for the step keeps it.
 */
bool
progress_has_kept(const struct progress *progress);

/* The same of the step at. */
bool
progress_keeps(const struct progress *progress, size_t at);

/* Returns whether a command of any step may still run, for all we know. */
bool
progress_is_at_work(const struct progress *progress);

/*
 * Returns a copy of how the steps stand, the caller's, for
 * progress_has_changed: whether anything is otherwise now, by what was done.
 * What was done and put back since is as it was.
 */
enum progress_step *
progress_copy(const struct progress *progress);
bool
progress_has_changed(const struct progress *progress,
    const enum progress_step *before);

/*
 * Returns whether there is nothing to resume: all steps are done, or none
 * has an effect and the run was closed, or a person left it as it is; and no
 * command may still run.
 */
bool
progress_is_over(const struct progress *progress);

/*
 * Returns the step key, at which the run has ended, if it bars the way back,
 * for it was done, in part at least, and cannot be put back; or NULL, also when
 * key is.
 */
const struct plan_step *
progress_barrier(const struct progress *progress, const char *key);

/*
 * Returns the first step on the way back that cannot be put back and whose
 * effect stands, or may stand, or NULL.
 */
const struct plan_step *
progress_barrier_ahead(const struct progress *progress);

/*
 * Returns the step that was to be put back, and only by a person can be, or
 * NULL.
 */
const struct plan_step *
progress_person(const struct progress *progress);

/* Return the words of the journal: "waiting", "begun"; "begin", "end". */
const char *
progress_step_name(enum progress_step step);
const char *
progress_record_name(enum progress_record record);

#endif
