#include <config.h>

#include "runner_inside.h"

#include <stdlib.h>
#include <string.h>

#include "../base/clock.h"
#include "../format/jsonline.h"
#include "../system/eventloop.h"
#include "blame.h"
#include "history.h"
#include "plan.h"
#include "session.h"

/* What is waited for so long is told; most of it has ended long ago. */
#define TELL_PAUSE	CLOCK_SECOND

/* Returns when the command of token was started, or NULL. */
static const char *
find_start(const struct runner *runner, const char *token)
{
	const struct history *history = runner->request.history;
	const char *time = history == NULL ? NULL :
	    history_find_start(history, token);

	if (time == NULL)
		time = runner->started;
	return (time[0] == '\0' ? NULL : time);
}

/* Writes down that, and until when, something is waited for. */
static void
tell(void *cookie)
{
	struct runner *runner = cookie;
	const struct plan_step *step = runner_step(runner);
	struct jsonline *record = jsonline_make();
	char until[CLOCK_TEXT_ROOM];

	runner->teller = NULL;
	runner->told = runner->action.step + 1;
	clock_show(clock_wall() + step->timeout - TELL_PAUSE, until);
	jsonline_set_string(record, "event", "await");
	jsonline_set_string(record, "step", step->key);
	jsonline_set_string(record, "place",
	    runner->request.plan->places.list[step->place]);
	if (runner->awaited.pid != 0)
		jsonline_set_integer(record, "pid", runner->awaited.pid);
	if (runner->awaited.since[0] != '\0')
		jsonline_set_string(record, "since", runner->awaited.since);
	jsonline_set_string(record, "until", until);
	/* Without it on the disk the wait goes on all the same. */
	(void)runner_append(runner, record);
}

void
runner_await_begin(struct runner *runner)
{
	const char *token = runner->action.token;
	const char *since = find_start(runner, token);

	runner->awaited = (struct awaited){ .pid = session_process(token) };
	if (since != NULL && strlen(since) < sizeof(runner->awaited.since))
		memcpy(runner->awaited.since, since, strlen(since) + 1);
	if (runner->told == runner->action.step + 1)
		return;
	runner->teller = eventloop_at(runner->request.loop,
	    clock_monotonic() + TELL_PAUSE, tell, runner);
}

void
runner_await_end(struct runner *runner)
{
	eventloop_cancel(runner->request.loop, runner->teller);
	runner->teller = NULL;
}

/* Whether what is asked is how a step stands that this life has not begun. */
static bool
is_looking(const struct runner *runner)
{
	return (runner->begun == 0 && (runner->part == PLAN_VERIFY ||
	    runner->part == PLAN_UNDONE));
}

/* Tells that it takes long, and, once something is said of it, what. */
static void
tell_look(void *cookie)
{
	struct runner *runner = cookie;
	const struct runner_request *request = &runner->request;
	const struct plan_step *step = runner_step(runner);
	const struct blame answer = {
		.verdict = text_string(&runner->verdict) };
	struct text said = { 0 };

	blame_show_answer(&answer, &said);
	const enum looked looked = said.length > 0 ? LOOKED_SAID : LOOKED_LONG;
	if (looked > runner->looked && request->events->looking != NULL) {
		struct text words = { 0 };

		text_format(&words, "finding out how step '%s' stands on %s "
		    "takes a while", step->key,
		    request->plan->places.list[step->place]);
		text_add_masked(&words, text_string(&said), said.length);
		request->events->looking(request->cookie,
		    text_string(&words));
		text_release(&words);
		runner->looked = looked;
	}
	text_release(&said);
	runner->looker = runner->looked == LOOKED_SAID ? NULL :
	    eventloop_at(request->loop, clock_monotonic() + TELL_PAUSE,
	    tell_look, runner);
}

void
runner_look_begin(struct runner *runner)
{
	if (runner->looker == NULL && runner->looked != LOOKED_SAID &&
	    is_looking(runner))
		runner->looker = eventloop_at(runner->request.loop,
		    clock_monotonic() + TELL_PAUSE, tell_look, runner);
}

void
runner_look_end(struct runner *runner)
{
	eventloop_cancel(runner->request.loop, runner->looker);
	runner->looker = NULL;
	runner->looked = LOOKED_NOT;
}

void
runner_await_show(const struct runner *runner, struct text *text)
{
	const struct awaited *awaited = &runner->awaited;

	if (awaited->pid != 0)
		text_format(text, "process %lld", (long long)awaited->pid);
	if (awaited->since[0] != '\0')
		text_format(text, "%ssince %s", awaited->pid != 0 ? ", " : "",
		    awaited->since);
}

bool
runner_show_work(const struct runner *runner, struct text *text)
{
	const struct progress *progress = runner->request.progress;
	const struct plan *plan = progress->plan;
	const char *token = progress->at < plan->count ?
	    progress->tokens[progress->at] : NULL;

	if (token == NULL)
		return (false);
	const struct plan_step *step = &plan->steps[progress->at];
	const int64_t pid = session_process(token);
	text_format(text, "step '%s' %s on %s", step->key,
	    runner->is_running ? "still runs" : "may still run",
	    plan->places.list[step->place]);
	if (pid != 0)
		text_format(text, ", process %lld", (long long)pid);
	return (true);
}
