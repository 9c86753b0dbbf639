#include <config.h>

#include "runner.h"

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
#include "plan.h"
#include "progress.h"
#include "session.h"

/* How much of the end of a command's output is kept. */
enum { OUTPUT_KEPT = 8192 };

/* How long a command that is out of time may take to end by a signal. */
#define GRACE	(INT64_C(5) * CLOCK_SECOND)

/* What has been sent to a command that is out of time. */
enum expiry { IN_TIME, TERMINATED, KILLED };

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
	struct eventloop_timer	*timer;		/* a pause, or a time limit */
	enum expiry		 expiry;
	bool			 is_running;	/* a command of ours runs */
	int64_t			 begun;		/* when the step was */
	bool			 is_broken;	/* a record was not written */
	struct process_end	 end;		/* of the last command */
	struct text		 output;	/* of check, run or undo */
	struct text		 verdict;	/* of the last verify */
	struct failure		 blame;		/* the step that failed */
	struct failure		 trouble;	/* with a place, a record */
};

static void
go_on(struct runner *runner, struct progress_event event);

static const struct plan_step *
step_of(const struct runner *runner)
{
	return (&runner->request.plan->steps[runner->action.step]);
}

static struct place *
place_of(const struct runner *runner)
{
	return (&runner->places[step_of(runner)->place]);
}

static void
cancel_timer(struct runner *runner)
{
	eventloop_cancel(runner->request.loop, runner->timer);
	runner->timer = NULL;
}

/* ---- records ----------------------------------------------------------- */

/* Returns the last line of text that says anything, the caller's. */
static char *
last_line(const struct text *text)
{
	const char *bytes = text_string(text);
	size_t end = text->length;

	while (end > 0 && strchr(" \n\r\t", bytes[end - 1]) != NULL)
		end--;
	size_t begin = end;
	while (begin > 0 && bytes[begin - 1] != '\n')
		begin--;
	struct text line = { 0 };
	text_add_bytes(&line, bytes + begin, end - begin);
	text_add(&line, "");
	return (text_take(&line));
}

/* Remembers what went wrong with the present step, for the end of the run. */
static void
blame(struct runner *runner, const struct progress_action *action)
{
	const struct plan_step *step = step_of(runner);
	struct text how = { 0 };
	char *verdict = last_line(&runner->verdict);
	char *output = last_line(&runner->output);
	const char *line = verdict[0] != '\0' ? verdict : output;

	process_show_end(runner->end, &how);
	failure_set(&runner->blame, action->result == PROGRESS_STUCK ?
	    EXITCODE_NEEDS_PERSON : EXITCODE_FAILED,
	    "step '%s' failed: %s (%s)%s%s", step->key,
	    action->why == NULL ? "no reason known" : action->why,
	    text_string(&how), line[0] == '\0' ? "" : ": ", line);
	text_release(&how);
	free(verdict);
	free(output);
}

/* Adds how long the step took, if it was begun. */
static void
describe_time(struct runner *runner, struct jsonline *record)
{
	const int64_t took = clock_monotonic() - runner->begun;
	struct text seconds = { 0 };

	if (runner->begun == 0)
		return;
	text_format(&seconds, "%lld.%03lld",
	    (long long)(took / CLOCK_SECOND),
	    (long long)(took % CLOCK_SECOND / 1000000));
	jsonline_set_string(record, "seconds", text_string(&seconds));
	text_release(&seconds);
	runner->begun = 0;
}

static void
describe_end(struct runner *runner, const struct progress_action *action,
    struct jsonline *record)
{
	struct text how = { 0 };

	jsonline_set_string(record, "result",
	    progress_step_name(action->result));
	if (action->result != PROGRESS_SKIPPED) {
		process_show_end(runner->end, &how);
		jsonline_set_string(record, "how", text_string(&how));
		text_release(&how);
	}
	describe_time(runner, record);
	if (runner->output.length > 0)
		jsonline_set_string(record, "output",
		    text_string(&runner->output));
	if (action->result == PROGRESS_FAILED ||
	    action->result == PROGRESS_STUCK) {
		if (runner->verdict.length > 0)
			jsonline_set_string(record, "verdict",
			    text_string(&runner->verdict));
		if (runner->blame.message[0] == '\0' ||
		    action->result == PROGRESS_STUCK)
			blame(runner, action);
	}
}

static struct jsonline *
make_record(struct runner *runner, const struct progress_action *action)
{
	const struct plan *plan = runner->request.plan;
	struct jsonline *record = jsonline_make();

	jsonline_set_string(record, "event",
	    progress_record_name(action->record));
	switch (action->record) {
	case PROGRESS_RECORD_CLOSE:
		jsonline_set_integer(record, "exit", (int)action->code);
		if (action->about_step)
			jsonline_set_string(record, "step",
			    step_of(runner)->key);
		break;
	case PROGRESS_RECORD_TURN:
		jsonline_set_boolean(record, "asked",
		    runner->request.progress->asked_back);
		break;
	default:
		jsonline_set_string(record, "step", step_of(runner)->key);
		jsonline_set_string(record, "place",
		    plan->places.list[step_of(runner)->place]);
		jsonline_set_integer(record, "number",
		    (int64_t)action->step + 1);
		jsonline_set_integer(record, "of", (int64_t)plan->count);
		jsonline_set_string(record, "title", step_of(runner)->title);
	}
	if (action->record == PROGRESS_RECORD_END ||
	    action->record == PROGRESS_RECORD_UNDO_END)
		describe_end(runner, action, record);
	if (action->why != NULL)
		jsonline_set_string(record, "why", action->why);
	return (record);
}

/* Appends record; takes it. */
static bool
append(struct runner *runner, struct jsonline *record)
{
	struct failure why = { 0 };
	const bool written = journal_append(runner->request.journal, record,
	    &why) == 0;

	if (written)
		runner->request.events->recorded(runner->request.cookie,
		    record);
	else
		runner->trouble = why;
	jsonline_free(record);
	return (written);
}

/* Makes trouble say what keeps the run from going on. */
static void
explain_close(struct runner *runner, const struct progress_action *action)
{
	struct failure *why = &runner->trouble;
	const char *words = action->why == NULL ? "it failed" : action->why;

	if (!action->about_step) {
		failure_set(why, action->code, "%s", words);
		return;
	}
	if (why->message[0] != '\0')
		failure_add(why, "step '%s': %s", step_of(runner)->key,
		    words);
	else
		failure_set(why, action->code, "step '%s': %s",
		    step_of(runner)->key, words);
	if (action->code == EXITCODE_NEEDS_PERSON)
		failure_hint(why, "look whether it is done, then resume with "
		    "--step %s=done or --step %s=again", step_of(runner)->key,
		    step_of(runner)->key);
}

static enum progress_happening
carry_out_record(struct runner *runner)
{
	const struct progress_action *action = &runner->action;

	if (action->record == PROGRESS_RECORD_CLOSE &&
	    action->code != EXITCODE_OK)
		explain_close(runner, action);
	const bool is_written = append(runner, make_record(runner, action));
	if (action->record == PROGRESS_RECORD_BEGIN ||
	    action->record == PROGRESS_RECORD_UNDO_BEGIN)
		runner->begun = clock_monotonic();
	/* What was said about one step is not said about the next one. */
	text_clear(&runner->output);
	text_clear(&runner->verdict);
	return (is_written ? PROGRESS_WRITTEN : PROGRESS_NOT_WRITTEN);
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
	    &step_of(runner)->commands[runner->action.part];
	const struct session_command command = { .argv = &from->argv,
	    .input = from->input, .has_effect = has_effect(&runner->action) };
	struct session *session = place_of(runner)->session;

	if (runner->action.part == PLAN_VERIFY ||
	    runner->action.part == PLAN_UNDONE)
		text_clear(&runner->verdict);
	else
		text_clear(&runner->output);
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
	    clock_monotonic() + step_of(runner)->timeout, expired, runner);
	if (runner->action.act == PROGRESS_AWAIT)
		session->calls->await(session, runner->action.token);
	else
		start_command(runner);
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
	jsonline_set_string(record, "step", step_of(runner)->key);
	jsonline_set_string(record, "token", token);
	runner->is_broken = !append(runner, record);
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
		request->events->said(request->cookie, step_of(runner), bytes,
		    size);
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
 * What the end of the run is because of: a step that failed, unless the end
 * is about something worse.
 */
static const struct failure *
cause_of_end(const struct runner *runner)
{
	const bool is_blamed = runner->blame.message[0] != '\0' &&
	    (runner->action.code == EXITCODE_FAILED ||
	    runner->blame.code == runner->action.code);

	return (is_blamed ? &runner->blame : &runner->trouble);
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
			event.happening = PROGRESS_ANSWERED;
			event.yes = request->events->confirm(request->cookie,
			    step_of(runner));
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
			    runner->action.code, cause_of_end(runner));
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
	text_release(&runner->output);
	text_release(&runner->verdict);
	free(runner->places);
	free(runner);
}
