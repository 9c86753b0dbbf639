#include <config.h>

#include "stop.h"

#include <stdlib.h>
#include <time.h>

#include "../base/clock.h"
#include "../base/failure.h"
#include "../base/text.h"
#include "../format/jsonline.h"
#include "../format/report.h"
#include "../system/filelock.h"
#include "command.h"
#include "execution.h"
#include "history.h"
#include "run_lock.h"
#include "stop_note.h"

/* How often a run is looked at while it is waited for. */
#define LOOK_PAUSE	(CLOCK_SECOND / 20)

static void
say(struct command *command, const struct run_place *place,
    const char *state, const char *words)
{
	struct jsonline *event = jsonline_make();

	jsonline_set_string(event, "event", "stop");
	jsonline_set_string(event, "run", place->id);
	jsonline_set_string(event, "state", state);
	report_line(&command->report, event, "run %s: %s", place->id, words);
	jsonline_free(event);
}

/*
 * Says how the run of history, which is not under way, ended; was_there: while
 * it was waited for.
 */
static enum exitcode
say_ended(struct command *command, const struct run_place *place,
    const struct history *history, bool was_there)
{
	struct text words = { 0 };

	if (!history->is_closed) {
		say(command, place, "broken off",
		    "not under way: it was broken off");
		return (EXITCODE_OK);
	}
	if (history->exit == EXITCODE_STOPPED) {
		say(command, place, "stopped", was_there ? "stopped" :
		    "not under way: it has stopped already");
		return (EXITCODE_OK);
	}
	text_format(&words, "not under way: it ended with exit code %d, %s",
	    history->exit, exitcode_name(history->exit));
	say(command, place, "ended", text_string(&words));
	text_release(&words);
	return (history->exit == EXITCODE_NEEDS_PERSON ?
	    EXITCODE_NEEDS_PERSON : EXITCODE_OK);
}

/*
 * Says how the run, which is not under way, stands; one without a journal has
 * ended before it began, if it was there at all.
 */
static enum exitcode
look_at_ended(struct command *command, const struct run_place *place,
    bool was_there, struct failure *why)
{
	struct history history = { 0 };
	const int rc = history_read(place->directory, place->id, &history,
	    why);
	enum exitcode code = EXITCODE_OK;

	if (rc == -1) {
		code = why->code;
	} else if (rc == 1) {
		code = say_ended(command, place, &history, was_there);
	} else if (was_there) {
		say(command, place, "not begun",
		    "ended before it began, nothing was done");
	} else {
		code = history_refuse_absent(place->directory, place->id,
		    why);
	}
	history_release(&history);
	return (code);
}

/* Waits until the run, which was asked, has ended. */
static enum exitcode
wait_for_end(struct command *command, const struct run_place *place,
    struct failure *why)
{
	const int64_t deadline = clock_monotonic() + command->wait;
	const struct timespec pause = { .tv_nsec = LOOK_PAUSE };
	int running;

	while ((running = run_lock_is_held(place->lock, place->id, why)) == 1
	    && clock_monotonic() < deadline)
		(void)nanosleep(&pause, NULL);	/* too short does no harm */
	if (running == 0)
		return (look_at_ended(command, place, true, why));
	if (running == 1) {
		failure_set(why, EXITCODE_TIMED_OUT,
		    "run %s is still at work on a step", place->id);
		failure_hint(why, "it was asked to stop, and does so behind "
		    "that step; '%s follow %s' shows it", command->program,
		    place->id);
	}
	return (why->code);
}

/*
 * Asks the run to stop, with a note of who asks.  Returns 1, 0 when it is not
 * under way, or -1 with why set.
 */
static int
ask(const struct run_place *place, struct failure *why)
{
	int asked = run_lock_is_held(place->lock, place->id, why);

	if (asked != 1)
		return (asked);
	char *owner = run_lock_owner(place->id);
	char *journal = history_path(place->directory, place->id);
	stop_note_write(journal);
	asked = filelock_signal(place->lock, owner, EXECUTION_STOP_SIGNAL,
	    why);
	if (asked != 1)
		stop_note_remove(journal);
	free(journal);
	free(owner);
	return (asked);
}

enum exitcode
stop_run(struct command *command, const struct run_place *place,
    struct failure *why)
{
	const int asked = ask(place, why);

	if (asked == -1)
		return (why->code);
	if (asked == 0)
		return (look_at_ended(command, place, false, why));
	command->report.changed = true;
	if (command->wait > 0)
		return (wait_for_end(command, place, why));
	say(command, place, "stopping",
	    "asked to stop at its next safe point");
	return (EXITCODE_OK);
}

enum exitcode
stop_none(struct command *command, const char *path, struct failure *why)
{
	struct text who = { 0 };
	const int held = path == NULL ? 0 : filelock_look(path, &who, why);

	if (held == 1)
		report_line(&command->report, NULL, "no run is under way; "
		    "'%s' is held by %s", path, text_string(&who));
	else if (held == 0)
		report_line(&command->report, NULL, "no run is under way");
	text_release(&who);
	return (held == -1 ? why->code : EXITCODE_OK);
}
