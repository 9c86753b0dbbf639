#include <config.h>

#include "runner_inside.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "../base/clock.h"
#include "../base/failure.h"
#include "../base/memory.h"
#include "../base/text.h"
#include "../format/journal.h"
#include "../format/jsonline.h"
#include "../system/eventloop.h"
#include "blame.h"
#include "plan.h"
#include "progress.h"
#include "session.h"

/* How much of the end of a command's output is kept. */
enum { OUTPUT_KEPT = 8192 };

/* How long a command that is out of time may take to end by a signal. */
#define GRACE	(INT64_C(5) * CLOCK_SECOND)

static void
go_on(struct runner *runner, struct progress_event event);

static struct place *
place_of(const struct runner *runner)
{
	return (&runner->places[runner_step(runner)->place]);
}

static void
cancel_timer(struct runner *runner)
{
	runner_await_end(runner);
	eventloop_cancel(runner->request.loop, runner->timer);
	runner->timer = NULL;
}

/* ---- records ----------------------------------------------------------- */

bool
runner_append(struct runner *runner, struct jsonline *record)
{
	struct failure why = { 0 };
	const bool written = journal_append(runner->request.journal, record,
	    &why) == 0;

	if (written) {
		runner->request.events->recorded(runner->request.cookie,
		    record);
	} else {
		failure_hint(&why, "when it can be written again: '%s resume "
		    "%s'", runner->request.program, runner->request.run);
		runner->trouble = why;
	}
	jsonline_free(record);
	return (written);
}

static enum progress_happening
carry_out_record(struct runner *runner)
{
	const struct progress_action *action = &runner->action;

	runner_look_end(runner);
	if (action->record == PROGRESS_RECORD_CLOSE &&
	    runner->request.events->closing != NULL)
		runner->request.events->closing(runner->request.cookie);
	if (action->record == PROGRESS_RECORD_CLOSE &&
	    action->code != EXITCODE_OK)
		runner_record_explain(runner);
	const bool is_written = runner_append(runner,
	    runner_record_make(runner));
	if (action->record == PROGRESS_RECORD_BEGIN ||
	    action->record == PROGRESS_RECORD_UNDO_BEGIN)
		runner->begun = clock_monotonic();
	/* What is known about one step is not said about the next one. */
	runner->act = (struct process_end){ 0 };
	text_clear(&runner->output);
	text_clear(&runner->verdict);
	return (is_written ? PROGRESS_WRITTEN : PROGRESS_NOT_WRITTEN);
}

/* Nothing is begun whose confirmation is not on the disk. */
static struct progress_event
carry_out_question(struct runner *runner)
{
	const struct runner_request *request = &runner->request;
	struct jsonline *record = request->events->confirm(request->cookie,
	    runner_step(runner));
	const bool yes = record != NULL;

	if (yes && !runner_append(runner, record))
		return ((struct progress_event){
		    .happening = PROGRESS_NOT_WRITTEN });
	return ((struct progress_event){ .happening = PROGRESS_ANSWERED,
	    .yes = yes });
}

/* ---- commands ---------------------------------------------------------- */

/* Gives the present command up; how is what is known of its end. */
static void
give_up(struct runner *runner, enum process_how how)
{
	struct place *place = place_of(runner);

	place->session->calls->close(place->session);
	place->is_open = false;
	runner->is_running = false;
	runner_await_end(runner);
	runner->end = (struct process_end){ .how = how };
	go_on(runner, (struct progress_event){ .happening = PROGRESS_ENDED,
	    .end = runner->end });
}

static void
expired(void *cookie)
{
	struct runner *runner = cookie;
	struct session *session = place_of(runner)->session;

	runner->timer = NULL;
	if (runner->action.act == PROGRESS_AWAIT) {
		/* It is not ours to end. */
		give_up(runner, PROCESS_TIMED_OUT);
		return;
	}
	if (runner->expiry == KILLED) {
		/* It does not even die: nobody can say how it ends. */
		give_up(runner, PROCESS_LOST);
		return;
	}
	session->calls->stop(session, runner->expiry == IN_TIME ? SIGTERM :
	    SIGKILL);
	runner->expiry++;
	runner->timer = eventloop_at(runner->request.loop,
	    clock_monotonic() + GRACE, expired, runner);
}

static bool
has_effect(const struct progress_action *action)
{
	return (action->act == PROGRESS_COMMAND &&
	    (action->part == PLAN_RUN || action->part == PLAN_UNDO));
}

static void
start_command(struct runner *runner)
{
	const struct plan_command *from =
	    &runner_step(runner)->commands[runner->action.part];
	const struct session_command command = { .argv = &from->argv,
	    .input = from->input, .has_effect = has_effect(&runner->action) };
	struct session *session = place_of(runner)->session;

	runner->part = runner->action.part;
	if (runner->action.part == PLAN_VERIFY ||
	    runner->action.part == PLAN_UNDONE)
		text_clear(&runner->verdict);
	else
		text_clear(&runner->output);
	runner_look_begin(runner);
	session->calls->start(session, &command);
}

/* Carries out the present command, or the wait for one, at its open place. */
static void
carry_out_there(struct runner *runner)
{
	struct session *session = place_of(runner)->session;

	runner->expiry = IN_TIME;
	runner->is_running = true;
	runner->timer = eventloop_at(runner->request.loop,
	    clock_monotonic() + runner_step(runner)->timeout, expired, runner);
	if (runner->action.act == PROGRESS_AWAIT) {
		runner_await_begin(runner);
		session->calls->await(session, runner->action.token);
	} else {
		start_command(runner);
	}
}

/* Whether something of place is being carried out. */
static bool
is_at(const struct runner *runner, const struct place *place)
{
	return ((runner->action.act == PROGRESS_COMMAND ||
	    runner->action.act == PROGRESS_AWAIT) &&
	    place == place_of(runner));
}

/* ---- what sessions tell ------------------------------------------------ */

static void
opened(void *cookie)
{
	struct place *place = cookie;

	place->is_open = true;
	if (is_at(place->runner, place) && !place->runner->is_running)
		carry_out_there(place->runner);
}

static void
failed(void *cookie, const struct failure *why)
{
	struct place *place = cookie;
	struct runner *runner = place->runner;
	const bool was_open = place->is_open;

	place->is_open = false;
	if (was_open || !is_at(runner, place))
		return;
	runner->trouble = *why;
	go_on(runner, (struct progress_event){
	    .happening = PROGRESS_UNREACHABLE, .code = why->code });
}

static bool
started(void *cookie, const char *token)
{
	struct place *place = cookie;
	struct runner *runner = place->runner;

	if (!is_at(runner, place) || !has_effect(&runner->action))
		return (true);
	progress_started(runner->request.progress, token);
	struct jsonline *record = jsonline_make();
	jsonline_set_string(record, "event", "started");
	jsonline_set_string(record, "step", runner_step(runner)->key);
	jsonline_set_string(record, "token", token);
	clock_show(clock_wall(), runner->started);
	runner->told = 0;
	runner->is_broken = !runner_append(runner, record);
	return (!runner->is_broken);
}

/* Keeps the end of what was said. */
static void
keep(struct text *text, const char *bytes, size_t size)
{
	text_add_bytes(text, bytes, size);
	if (text->length > 2 * (size_t)OUTPUT_KEPT) {
		struct text tail = { 0 };

		text_add(&tail, "...");
		text_add_bytes(&tail, text->bytes + text->length -
		    OUTPUT_KEPT, OUTPUT_KEPT);
		text_release(text);
		*text = tail;
	}
}

static void
said(void *cookie, const char *bytes, size_t size, bool is_error)
{
	struct place *place = cookie;
	struct runner *runner = place->runner;
	const struct runner_request *request = &runner->request;

	(void)is_error;
	if (!is_at(runner, place) || runner->action.act == PROGRESS_AWAIT)
		return;
	keep(runner->action.part == PLAN_VERIFY ||
	    runner->action.part == PLAN_UNDONE ? &runner->verdict :
	    &runner->output, bytes, size);
	if (has_effect(&runner->action))
		request->events->said(request->cookie, runner_step(runner),
		    bytes, size);
}

static void
lost(void *cookie)
{
	struct runner *runner = cookie;

	runner->timer = NULL;
	go_on(runner, (struct progress_event){ .happening = PROGRESS_ENDED,
	    .end = runner->end });
}

static void
ended(void *cookie, struct process_end end)
{
	struct place *place = cookie;
	struct runner *runner = place->runner;

	if (!runner->is_running || !is_at(runner, place))
		return;
	runner->is_running = false;
	cancel_timer(runner);
	if (runner->expiry != IN_TIME && end.how != PROCESS_LOST)
		end.how = PROCESS_TIMED_OUT;
	runner->end = end;
	if (has_effect(&runner->action))
		runner->act = end;
	if (end.how == PROCESS_LOST) {
		/* Behind our back the session tells that it has failed. */
		runner->timer = eventloop_at(runner->request.loop,
		    clock_monotonic(), lost, runner);
		return;
	}
	if (runner->is_broken) {
		go_on(runner, (struct progress_event){
		    .happening = PROGRESS_NOT_WRITTEN });
		return;
	}
	runner->trouble.message[0] = '\0';
	go_on(runner, (struct progress_event){ .happening = PROGRESS_ENDED,
	    .end = end });
}

static const struct session_events session_events = {
	opened, failed, started, said, ended
};

/* ---- what nobody listens to any more ----------------------------------- */

static void
ignore(void *cookie)
{
	(void)cookie;
}

static void
ignore_failed(void *cookie, const struct failure *why)
{
	(void)cookie;
	(void)why;
}

static bool
ignore_started(void *cookie, const char *token)
{
	(void)cookie;
	(void)token;
	return (false);
}

static void
ignore_said(void *cookie, const char *bytes, size_t size, bool is_error)
{
	(void)cookie;
	(void)bytes;
	(void)size;
	(void)is_error;
}

static void
ignore_ended(void *cookie, struct process_end end)
{
	(void)cookie;
	(void)end;
}

static const struct session_events no_events = {
	ignore, ignore_failed, ignore_started, ignore_said, ignore_ended
};

/* ---- the loop ---------------------------------------------------------- */

static void
paused(void *cookie)
{
	struct runner *runner = cookie;

	runner->timer = NULL;
	go_on(runner, (struct progress_event){
	    .happening = PROGRESS_ELAPSED });
}

static void
open_place(struct runner *runner)
{
	struct session *session = place_of(runner)->session;

	session->calls->open(session);
}

/*
 * Feeds event to the machine and carries out what it says, until something
 * must be waited for.
 */
static void
go_on(struct runner *runner, struct progress_event event)
{
	const struct runner_request *request = &runner->request;

	for (;;) {
		event.now = clock_monotonic();
		runner->action = progress_next(request->progress, &event);
		event = (struct progress_event){ 0 };
		switch (runner->action.act) {
		case PROGRESS_RECORD:
			event.happening = carry_out_record(runner);
			break;
		case PROGRESS_ASK:
			event = carry_out_question(runner);
			break;
		case PROGRESS_COMMAND:
		case PROGRESS_AWAIT:
			if (place_of(runner)->is_open)
				carry_out_there(runner);
			else
				open_place(runner);
			return;
		case PROGRESS_PAUSE:
			runner->timer = eventloop_at(request->loop,
			    clock_monotonic() + runner->action.duration,
			    paused, runner);
			return;
		case PROGRESS_FINISH:
			request->events->finished(request->cookie,
			    runner->action.code, runner_record_cause(runner));
			return;
		}
	}
}

static void
begin(void *cookie)
{
	struct runner *runner = cookie;

	runner->timer = NULL;
	go_on(runner, (struct progress_event){ .happening = PROGRESS_GO });
}

struct runner *
runner_start(const struct runner_request *request)
{
	struct runner *runner = memory_make(1, sizeof(*runner));
	const size_t count = request->plan->places.count;

	runner->request = *request;
	if (request->history != NULL)
		(void)blame_find(request->history, &runner->blame);
	runner->places = memory_make(count, sizeof(*runner->places));
	for (size_t i = 0; i < count; i++) {
		runner->places[i].runner = runner;
		runner->places[i].session = request->sessions[i];
		request->sessions[i]->events = &session_events;
		request->sessions[i]->cookie = &runner->places[i];
	}
	runner->timer = eventloop_at(request->loop, clock_monotonic(), begin,
	    runner);
	return (runner);
}

void
runner_stop(struct runner *runner)
{
	progress_stop(runner->request.progress);
}

void
runner_free(struct runner *runner)
{
	if (runner == NULL)
		return;
	cancel_timer(runner);
	runner_look_end(runner);
	/* An idle connection may break at any time. */
	for (size_t i = 0; i < runner->request.plan->places.count; i++) {
		runner->places[i].session->events = &no_events;
		runner->places[i].session->cookie = NULL;
	}
	text_release(&runner->output);
	text_release(&runner->verdict);
	free(runner->places);
	free(runner);
}
