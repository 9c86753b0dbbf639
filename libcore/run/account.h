#ifndef LIBCORE_RUN_ACCOUNT_H
#define LIBCORE_RUN_ACCOUNT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "../base/clock.h"
#include "standing.h"

struct history;
struct jsonline;
struct text;

/*
 * What a run has done, told to who was not there: the journal, put in order.
 * Calling sequence: account_make, account_text, account_page, ...,
 * account_release.  All of this is borrowed from the history and the standing
 * that it is made of, and pure.
 */

/* A life of the run: from its begin to its end, or to being killed. */
struct account_life {
	const struct jsonline	*begin;		/* "open", "resume" */
	const struct jsonline	*close;		/* or NULL */
	const struct jsonline	*stop;		/* who asked for it, or NULL */
	int64_t			 from;		/* wall clock */
	int64_t			 until;		/* of its last record */
};

/* Something that was done: a step, or its undo. */
struct account_act {
	size_t			 step;		/* number of the plan's */
	bool			 is_undo;
	const struct jsonline	*confirmed;	/* who did, or NULL */
	const struct jsonline	*begin;		/* NULL: was not begun */
	const struct jsonline	*end;		/* NULL: nobody saw it */
	int64_t			 from;
	int64_t			 until;
};

/* An interruption of the service. */
struct account_outage {
	const struct jsonline	*record;
	int64_t			 from;
	int64_t			 until;
};

struct account {
	const struct history	*history;
	const struct standing	*standing;
	enum standing_state	 state;
	const char		*program;	/* "nqsupd" */
	struct account_life	*lives;
	size_t			 life_count;
	struct account_act	*acts;
	size_t			 act_count;
	struct account_outage	*outages;
	size_t			 outage_count;
	const struct jsonline	*confirmed;	/* the last, or NULL */
	const struct jsonline	*outage_sum;	/* or NULL: not measured */
	const struct jsonline	*before;	/* what was found, or NULL */
	const struct jsonline	*after;
	const struct account_act *failed;	/* the first one, or NULL */
};

/*
 * Makes the account of history, which stands like standing and state.
 */
void
account_make(struct account *account, const struct history *history,
    const struct standing *standing, enum standing_state state);

void
account_release(struct account *account);

/* Returns the last act for step that is an undo, or that is none, or NULL. */
const struct account_act *
account_last_act(const struct account *account, size_t step, bool is_undo);

/* Adds in words how the run stands: "failed, and put back". */
void
account_show_verdict(const struct account *account, struct text *text);

/* Adds a sentence or two on why it stands like that, and what is to do. */
void
account_show_reason(const struct account *account, struct text *text);

/*
 * Returns what came of act, in a word of the journal, or in words where there
 * is none: the last act of a run that goes on is under way.
 */
const char *
account_result(const struct account *account, const struct account_act *act);

/* Adds how long act took: "1.495 s", or "" when nobody knows. */
void
account_show_took(const struct account_act *act, struct text *text);

/* Adds a wall clock's time: "2026-01-02 03:04:05 UTC". */
void
account_show_time(int64_t wall, struct text *text);

/* Adds a duration: "1.495 s", "2 min 05 s", "3 h 12 min". */
void
account_show_duration(int64_t duration, struct text *text);

/*
 * Adds how long users were without the service in all lives, and how often.
 * Returns false when that was not measured.
 */
bool
account_show_outages(const struct account *account, struct text *text);

/* Returns the words for how a step stands: "not begun", "put back". */
const char *
account_state_name(enum progress_step state);

/* Adds "19 steps: 17 done, 2 skipped". */
void
account_show_counts(const struct account *account, struct text *text);

#endif
