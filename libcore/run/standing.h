#ifndef LIBCORE_RUN_STANDING_H
#define LIBCORE_RUN_STANDING_H

#include <stdbool.h>

#include "../base/exitcode.h"
#include "../base/failure.h"
#include "progress.h"

struct history;
struct jsonline;
struct plan;
struct plan_step;
struct report;
struct text;

/*
 * How a run stands, by its journal alone: what was done, what was begun, what
 * is left.  Calling sequence: standing_find, look at the fields,
 * standing_release.
 */
struct standing {
	struct plan	*plan;
	struct progress	 progress;
	bool		 has_effect;	/* something done stands, or may, as
					 * what a person is asked for who does
					 * it */
	bool		 has_changed;	/* more stands than residue */
	bool		 is_at_work;	/* a command may still run */
	bool		 is_over;	/* nothing is left to do */
	bool		 is_recorded;	/* by the journal, for want of the
					 * procedure that it began with */
	struct failure	 missing;	/* why that cannot be had, if
					 * is_recorded */
	/* Whether the command of a token still runs; NULL: nobody knows. */
	bool		(*is_alive)(const char *token);
};

/*
 * Replays the journal of history over plan, which it takes.  Returns 0, or -1
 * with why set (DATA); release standing in any case.  Pure.
 */
int
standing_find(struct plan *plan, const struct history *history,
    struct standing *standing, struct failure *why);

/*
 * The same for a run whose plan cannot be made any more, by what its journal
 * tells of it.  What nobody can tell without the procedure counts as an effect
 * that stands, unless the run has ended and says otherwise.
 */
int
standing_find_recorded(const struct history *history,
    struct standing *standing, struct failure *why);

void
standing_release(struct standing *standing);

/* The states of a run. */
enum standing_state {
	STANDING_NOT_BEGUN, STANDING_RUNNING, STANDING_DONE, STANDING_UNDONE,
	STANDING_BROKEN_OFF, STANDING_STOPPED, STANDING_NEEDS_PERSON,
	STANDING_LEFT
};

/* Returns the state; running says whether the run is under way. */
enum standing_state
standing_state(const struct standing *standing, const struct history *history,
    bool running);

/* Returns the words for a state: "running", "broken off". */
const char *
standing_name(enum standing_state state);

/*
 * Returns the exit code of a program that is asked how a run stands:
 * NEEDS_PERSON, STOPPED when it may be resumed, PARTIAL when it was left as it
 * is, else OK.
 */
enum exitcode
standing_code(enum standing_state state);

/* Returns whether all that is left is to put the run back. */
bool
standing_is_back(const struct standing *standing);

/* Returns the step that the run waits for a person to confirm, or NULL. */
const struct plan_step *
standing_asking(const struct standing *standing,
    const struct history *history);

/*
 * Returns the step that bars the way back if it was done, which nobody knows,
 * when the run ended because of that; or NULL.
 */
const struct plan_step *
standing_doubtful(const struct standing *standing,
    const struct history *history);

/*
 * Adds in a line what a person may do about a run that is not over; program is
 * what he would do it by.
 */
void
standing_show_ways(const struct standing *standing,
    const struct history *history, const char *program, struct text *text);

/* A step that is under way, or that may be although the run is not. */
struct standing_work {
	const struct plan_step	*step;		/* or NULL: there is none */
	const struct jsonline	*begin;		/* its record */
	const char		*token;		/* of its command, or NULL */
	const char		*since;		/* it runs, or was begun; "" */
	bool			 is_old;	/* by an earlier life */
	const char		*until;		/* it is waited for, or "" */
};

/*
 * Finds what is under way of the run of history; running says whether the run
 * is: if not, only a command that may have outlived it counts.  Pure.
 */
void
standing_find_work(const struct standing *standing,
    const struct history *history, bool running, struct standing_work *work);

/*
 * Returns "runs" or "ended" for the command of work, as standing->is_alive
 * says, or "unknown".
 */
const char *
standing_work_state(const struct standing *standing,
    const struct standing_work *work);

/* Sets in event what work says: work_step, work_since, ... */
void
standing_describe_work(const struct standing *standing,
    const struct standing_work *work, struct jsonline *event);

/*
 * Adds work in lines: what it is, since when, and until when at most; running
 * says whether its run is under way.
 */
void
standing_show_work(const struct standing *standing,
    const struct standing_work *work, bool running, struct text *text);

/*
 * Writes the run, its state, and how each of its steps stands to report;
 * program is what a person would resume it by.
 */
void
standing_show(const struct standing *standing, const struct history *history,
    enum standing_state state, const char *program, struct report *report);

#endif
