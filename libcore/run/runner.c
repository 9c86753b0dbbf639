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
	struct process_end	 end;		/* of the last command */
	struct text		 output;	/* of check, run or undo */
	struct text		 verdict;	/* of the last verify */
	struct failure		 why;
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

/* ---- records --------------------------------------------------------------- */

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
	failure_set(&runner->why, action->result == PROGRESS_STUCK ?
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
		if (runner->why.message[0] == '\0' ||
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
		runner->why = why;
	jsonline_free(record);
	return (written);
}

static enum progress_happening
carry_out_record(struct runner *runner)
{
	const struct progress_action *action = &runner->action;
	const bool closes = action->record == PROGRESS_RECORD_CLOSE;

	if (action->record == PROGRESS_RECORD_BEGIN ||
	    action->record == PROGRESS_RECORD_UNDO_BEGIN) {
		text_clear(&runner->output);
		text_clear(&runner->verdict);
		runner->begun = clock_monotonic();
	}
	if (closes && action->code != EXITCODE_OK &&
	    runner->why.message[0] == '\0')
		failure_set(&runner->why, action->code, "%s",
		    action->why == NULL ? "it failed" : action->why);
	return (append(runner, make_record(runner, action)) ?
	    PROGRESS_WRITTEN : PROGRESS_NOT_WRITTEN);
}

/* ---- commands -------------------------------------------------------------- */

static void
expired(void *cookie)
{
	struct runner *runner = cookie;
	struct session *session = place_of(runner)->session;

	runner->timer = NULL;
	if (runner->expiry == KILLED) {
		/* It does not even die: nobody can say how it ends. */
		session->calls->close(session);
		place_of(runner)->is_open = false;
		runner->is_running = false;
		runner->end = (struct process_end){ .how = PROCESS_LOST };
		go_on(runner, (struct progress_event){
		    .happening = PROGRESS_ENDED, .end = runner->end });
		return;
	}
	session->calls->stop(session, runner->expiry == IN_TIME ? SIGTERM :
	    SIGKILL);
	runner->expiry++;
	runner->timer = eventloop_at(runner->request.loop,
	    clock_monotonic() + GRACE, expired, runner);
}

/* Starts the present command; its place is open. */
static void
start_command(struct runner *runner)
{
	const struct plan_command *from =
	    &step_of(runner)->commands[runner->action.part];
	const struct session_command command = { &from->argv, from->input };
	struct session *session = place_of(runner)->session;

	if (runner->action.part == PLAN_VERIFY ||
	    runner->action.part == PLAN_UNDONE)
		text_clear(&runner->verdict);
	else
		text_clear(&runner->output);
	runner->expiry = IN_TIME;
	runner->is_running = true;
	runner->timer = eventloop_at(runner->request.loop,
	    clock_monotonic() + step_of(runner)->timeout, expired, runner);
	session->calls->start(session, &command);
}

static void
carry_out_command(struct runner *runner)
{
	struct place *place = place_of(runner);

	if (place->is_open)
		start_command(runner);
	else
		place->session->calls->open(place->session);
}

static void
carry_out_await(struct runner *runner)
{
	struct session *session = place_of(runner)->session;

	runner->expiry = IN_TIME;
	runner->is_running = true;
	session->calls->await(session, runner->action.token);
}

/* ---- what sessions tell ---------------------------------------------------- */

static void
opened(void *cookie)
{
	struct place *place = cookie;

	place->is_open = true;
	if (place == place_of(place->runner) &&
	    place->runner->action.act == PROGRESS_COMMAND)
		start_command(place->runner);
}

static void
failed(void *cookie, const struct failure *why)
{
	struct place *place = cookie;
	struct runner *runner = place->runner;
	const bool was_open = place->is_open;

	place->is_open = false;
	if (was_open || place != place_of(runner) ||
	    runner->action.act != PROGRESS_COMMAND)
		return;
	runner->why = *why;
	go_on(runner, (struct progress_event){
	    .happening = PROGRESS_UNREACHABLE, .code = why->code });
}

static void
started(void *cookie, const char *token)
{
	struct place *place = cookie;
	struct runner *runner = place->runner;

	if (runner->action.part != PLAN_RUN &&
	    runner->action.part != PLAN_UNDO)
		return;
	struct jsonline *record = jsonline_make();
	jsonline_set_string(record, "event", "started");
	jsonline_set_string(record, "step", step_of(runner)->key);
	jsonline_set_string(record, "token", token);
	(void)append(runner, record);
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
	if (runner->action.act != PROGRESS_COMMAND)
		return;
	keep(runner->action.part == PLAN_VERIFY ||
	    runner->action.part == PLAN_UNDONE ? &runner->verdict :
	    &runner->output, bytes, size);
	if (runner->action.part == PLAN_RUN ||
	    runner->action.part == PLAN_UNDO)
		request->events->said(request->cookie, step_of(runner), bytes,
		    size);
}

static void
ended(void *cookie, struct process_end end)
{
	struct place *place = cookie;
	struct runner *runner = place->runner;

	if (!runner->is_running || place != place_of(runner))
		return;
	runner->is_running = false;
	cancel_timer(runner);
	if (runner->expiry != IN_TIME && end.how != PROCESS_LOST)
		end.how = PROCESS_TIMED_OUT;
	runner->end = end;
	go_on(runner, (struct progress_event){ .happening = PROGRESS_ENDED,
	    .end = end });
}

static const struct session_events session_events = {
	opened, failed, started, said, ended
};

/* ---- the loop --------------------------------------------------------------- */

static void
paused(void *cookie)
{
	struct runner *runner = cookie;

	runner->timer = NULL;
	go_on(runner, (struct progress_event){
	    .happening = PROGRESS_ELAPSED });
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
			carry_out_command(runner);
			return;
		case PROGRESS_AWAIT:
			carry_out_await(runner);
			return;
		case PROGRESS_PAUSE:
			runner->timer = eventloop_at(request->loop,
			    clock_monotonic() + runner->action.duration,
			    paused, runner);
			return;
		case PROGRESS_FINISH:
			request->events->finished(request->cookie,
			    runner->action.code, &runner->why);
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
