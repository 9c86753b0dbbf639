#ifndef LIBCORE_RUN_PROGRESS_INSIDE_H
#define LIBCORE_RUN_PROGRESS_INSIDE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "progress.h"

/*
 * What only the progress*.c files see of each other: progress.c takes in
 * each event and hands it to the way forward or the way back, both of which
 * answer with an action.  All of this is pure.
 */

/* How long to wait before a verify, a run or a connection is tried again. */
#define PROGRESS_VERIFY_PAUSE	INT64_C(200000000)
#define PROGRESS_REPEAT_PAUSE	INT64_C(1000000000)

/*
 * How long verify may say no to what an awaited command did; then it was not
 * done, and is done again.
 */
#define PROGRESS_SETTLE		INT64_C(10000000000)

/*
 * How long a question must say that waiting is in vain (BARRED) before it is
 * believed: while a cluster changes, such things come and go.
 */
#define PROGRESS_BARRED		INT64_C(30000000000)

/* How often what was broken off is done again in one life of the run. */
enum { PROGRESS_REPEATS = 3 };

/* Why it is. */
#define PROGRESS_AGAIN		"once more, for it was broken off"

/* ---- progress_action.c: what may be answered --------------------------- */

/* Returns the present step. */
const struct plan_step *
progress_present(const struct progress *progress);

/* Returns whether step has the command part. */
bool
progress_step_has(const struct plan_step *step, enum plan_part part);

/* Runs command part of the present step; phase waits for its end. */
struct progress_action
progress_command(struct progress *progress, enum progress_phase phase,
    enum plan_part part);

/* Writes a record; phase waits until it is on the disk. */
struct progress_action
progress_write(struct progress *progress, enum progress_phase phase,
    enum progress_record kind);

/* Waits, to do then once more what the present phase waits for. */
struct progress_action
progress_pause(struct progress *progress, int64_t duration);

/* Ends the run with code. */
struct progress_action
progress_finish(struct progress *progress, enum exitcode code);

/*
 * Closes the journal, for why; then the run ends with code.  The second one
 * is for what is because of the present step.
 */
struct progress_action
progress_close(struct progress *progress, enum exitcode code,
    const char *why);
struct progress_action
progress_close_at(struct progress *progress, enum exitcode code,
    const char *why);

/* Ends this life before the present step, as progress->stop asks. */
struct progress_action
progress_close_stopped(struct progress *progress);

/* Turns to the way back, for why. */
struct progress_action
progress_turn(struct progress *progress, const char *why);

/*
 * Returns whether the command of the present step that was begun last may
 * still run, for all that we know; the second one waits for it.
 */
bool
progress_may_run(const struct progress *progress);
struct progress_action
progress_await(struct progress *progress);

/*
 * Return whether the present step's command said yes, or no: see
 * progress_means_no().
 */
bool
progress_says_yes(const struct progress_event *event);
bool
progress_says_no(const struct progress *progress,
    const struct progress_event *event);

/*
 * Returns whether there is time left for the present step's verify or check
 * to change its mind.  The first call sets when there is none any more.
 */
bool
progress_may_wait(struct progress *progress, int64_t now);

/*
 * Returns whether an adapter's verify or check has said, and says by event, for
 * a while that it is in vain to wait.
 */
bool
progress_is_barred(struct progress *progress,
    const struct progress_event *event);

/*
 * The same as progress_may_wait() for what verify says, by event, of what an
 * awaited command may have done; for a plain no there is less time.
 */
bool
progress_may_settle(struct progress *progress,
    const struct progress_event *event);

/* ---- progress_replay.c: how steps stand -------------------------------- */

/* Forgets the command of step at, which has ended. */
void
progress_forget(struct progress *progress, size_t at);

/* Returns how a step stands that was at before and ends with result. */
enum progress_step
progress_ends_as(enum progress_step before, enum progress_step result);

/* Returns whether step at has, or may have, an effect that stands. */
bool
progress_stands(const struct progress *progress, size_t at);

/* ---- progress_forward.c: the way forward ------------------------------- */

/* Chooses what comes next. */
struct progress_action
progress_forward_go(struct progress *progress);

/* Returns what follows an answer, a command's end, a record. */
struct progress_action
progress_forward_answered(struct progress *progress,
    const struct progress_event *event);
struct progress_action
progress_forward_ended(struct progress *progress,
    const struct progress_event *event);
struct progress_action
progress_forward_written(struct progress *progress);

/* ---- progress_back.c: the way back ------------------------------------- */

/* Chooses what comes next. */
struct progress_action
progress_back_go(struct progress *progress);

/* Asks whether the present step is put back. */
struct progress_action
progress_back_verify(struct progress *progress);

/* Returns what follows a command's end, a record. */
struct progress_action
progress_back_ended(struct progress *progress,
    const struct progress_event *event);
struct progress_action
progress_back_written(struct progress *progress);

#endif
