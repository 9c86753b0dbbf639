#include <config.h>

#include "execution.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../base/failure.h"
#include "../base/message.h"
#include "../base/text.h"
#include "../base/words.h"
#include "../format/journal.h"
#include "../format/jsonline.h"
#include "../system/eventloop.h"
#include "command.h"
#include "history.h"
#include "plan.h"
#include "progress.h"
#include "question.h"
#include "runner.h"
#include "show_record.h"
#include "stop_note.h"

static const int stop_signals[] = { SIGINT, SIGTERM, EXECUTION_STOP_SIGNAL };

enum { STOP_SIGNALS = sizeof(stop_signals) / sizeof(stop_signals[0]) };

/* What a run under way has besides its request. */
struct execution_inside {
	struct execution	*execution;
	struct progress		 progress;
	struct journal		*journal;
	struct runner		*runner;
	enum exitcode		 code;
	struct failure		*why;
	int			 signals;	/* SIGINT or SIGTERM */
	bool			 is_stopping;	/* was asked to */
	const struct plan_step	*unconfirmed;	/* it stops there, or NULL */
	struct text		 left;		/* who left it, and why */
};

static void
recorded(void *cookie, const struct jsonline *record)
{
	struct execution_inside *inside = cookie;
	struct command *command = inside->execution->command;
	const char *event = jsonline_string(record, "event");

	if (event != NULL && strcmp(event, "started") == 0)
		inside->execution->has_acted = true;
	/* A question says all of that itself. */
	if (!command->asks || jsonline_text(record, "confirm")[0] == '\0')
		show_record(&command->report, record);
}

static void
said(void *cookie, const struct plan_step *step, const char *bytes,
    size_t size)
{
	struct execution_inside *inside = cookie;
	const struct command *command = inside->execution->command;
	const char *end = bytes + size;

	(void)step;
	if (command->report.form != REPORT_TEXT || command->verbose == 0)
		return;
	while (bytes < end) {
		const char *newline = memchr(bytes, '\n',
		    (size_t)(end - bytes));
		const char *next = newline == NULL ? end : newline;
		struct text line = { 0 };

		text_add_output(&line, bytes, (size_t)(next - bytes));
		message_say(MESSAGE_DETAIL, "%s", text_string(&line));
		text_release(&line);
		bytes = newline == NULL ? end : newline + 1;
	}
}

/* Returns by what the step was confirmed, or NULL. */
static const char *
confirmed_by(const struct execution *execution, const struct plan_step *step)
{
	const struct command *command = execution->command;

	for (size_t i = 0; i < command->answered.count; i++) {
		if (strcmp(step->key, command->answered.list[i]) == 0)
			return ("terminal");
	}
	for (size_t i = 0; i < command->confirmed.count; i++) {
		if (plan_step_is_named(step, command->confirmed.list[i]))
			return ("--confirm");
	}
	/* Of a way back it says that what is lost may be lost. */
	return (command->yes && !execution->back ? "--yes" : NULL);
}

struct jsonline *
execution_confirmed(const struct execution *execution,
    const struct plan_step *step)
{
	const char *terminal = execution->command->terminal;
	const char *how = confirmed_by(execution, step);

	if (how == NULL)
		return (NULL);
	struct jsonline *record = jsonline_make();
	jsonline_set_string(record, "event", "confirmed");
	jsonline_set_string(record, "step", step->key);
	jsonline_set_string(record, "by", how);
	if (step->by_person)
		jsonline_set_boolean(record, "person", true);
	if (strcmp(how, "terminal") == 0 && terminal != NULL)
		jsonline_set_string(record, "terminal", terminal);
	history_sign(record);
	return (record);
}

static struct jsonline *
confirm(void *cookie, const struct plan_step *step)
{
	struct execution_inside *inside = cookie;
	struct jsonline *record = step->by_person ? NULL :
	    execution_confirmed(inside->execution, step);

	inside->unconfirmed = record != NULL ? NULL : step;
	return (record);
}

static const char *
run_name(const struct execution *execution)
{
	return (execution->history != NULL ? execution->history->id :
	    jsonline_string(execution->open, "run"));
}

static void
finished(void *cookie, enum exitcode code, const struct failure *why)
{
	struct execution_inside *inside = cookie;
	const struct command *command = inside->execution->command;

	inside->code = code;
	if (why->message[0] != '\0' && code != EXITCODE_OK) {
		*inside->why = *why;
		inside->why->code = code;
	}
	const struct plan_step *stuck = code == EXITCODE_NEEDS_PERSON ?
	    progress_person(&inside->progress) : NULL;
	if (stuck != NULL)
		failure_hint(inside->why, "put it back, so that %s; then '%s "
		    "resume --confirm %s %s'", stuck->put_back,
		    command->program, stuck->key,
		    run_name(inside->execution));
	if (inside->unconfirmed != NULL && code == EXITCODE_STOPPED &&
	    command->asks)
		*inside->why = (struct failure){ 0 };	/* is asked first */
	else if (inside->unconfirmed != NULL && code == EXITCODE_STOPPED)
		question_hint(command->program, inside->unconfirmed->key,
		    run_name(inside->execution), inside->why);
	eventloop_stop(inside->execution->loop);
}

static void
closing(void *cookie)
{
	struct execution_inside *inside = cookie;
	struct execution *execution = inside->execution;

	if (execution->closing != NULL)
		execution->closing(execution->cookie, execution);
}

static void
looking(void *cookie, const char *words)
{
	(void)cookie;
	message_say(MESSAGE_NOTE, "%s", words);
}

static const struct runner_events runner_events = {
	recorded, said, confirm, finished, closing, looking
};

/* Lets the journal say who asks for the stop, as far as he can be known. */
static void
record_stop(struct execution_inside *inside, int signal)
{
	struct execution *execution = inside->execution;
	struct jsonline *record = jsonline_make();

	if (signal == EXECUTION_STOP_SIGNAL)
		stop_note_take(execution->path, record);
	else
		jsonline_set_string(record, "signal", signal == SIGINT ?
		    "SIGINT" : "SIGTERM");
	jsonline_set_string(record, "event", "stop-asked");
	execution_record(execution, record);
	jsonline_free(record);
	inside->is_stopping = true;
}

/* Leaves at once, which is safe: the journal is whole.  Says what goes on. */
static void
leave_at_once(const struct execution_inside *inside)
{
	const char *id = run_name(inside->execution);
	const char *program = inside->execution->command->program;
	struct failure why = { 0 };
	struct text work = { 0 };
	const bool works = runner_show_work(inside->runner, &work);

	failure_set(&why, EXITCODE_STOPPED, "left at once: run %s stays where "
	    "it is%s%s", id, works ? ", and " : "", text_string(&work));
	failure_hint(&why, "'%s status %s' shows it, '%s resume %s' %sgoes on",
	    program, id, program, id, works ?
	    "waits for what still runs, and " : "");
	message_failure(&why);
	_exit(EXITCODE_STOPPED);
}

static void
asked_to_stop(void *cookie, int signal)
{
	struct execution_inside *inside = cookie;
	const bool by_verb = signal == EXECUTION_STOP_SIGNAL;

	if (!by_verb && inside->signals++ > 0)
		leave_at_once(inside);
	message_say(MESSAGE_NOTE, "stopping at the next safe point%s",
	    by_verb ? ", as 'stop' asks" : "; once more to leave at once");
	if (!inside->is_stopping)
		record_stop(inside, signal);
	runner_stop(inside->runner);
}

/* Brings progress to where the earlier lives of the run left it. */
static int
take_up(struct execution_inside *inside, struct failure *why)
{
	const struct execution *execution = inside->execution;
	const struct history *history = execution->history;

	if (history != NULL && progress_replay_all(&inside->progress,
	    &history->records, why) == -1)
		return (-1);
	if (execution->back)
		progress_back(&inside->progress);
	if (execution->leave != NULL)
		progress_leave(&inside->progress);
	return (execution->decided == NULL ? 0 :
	    progress_decide(&inside->progress, execution->decided, why));
}

/*
 * Makes the journal of a new run.  One without a record is left from a life
 * that was killed before it began.
 */
static struct journal *
make_journal(const char *path, struct failure *why)
{
	if (!history_never_began(path))
		return (journal_create(path, why));
	message_say(MESSAGE_NOTE, "this run was to begin once before, and was "
	    "broken off before anything was done");
	return (journal_open(path, why));
}

/* Returns the record that begins a later life of the run, the caller's. */
static struct jsonline *
make_resume_record(struct execution_inside *inside)
{
	const struct execution *execution = inside->execution;
	struct jsonline *record = jsonline_make();

	jsonline_set_string(record, "event", "resume");
	jsonline_set_string(record, "run", execution->history->id);
	history_sign(record);
	if (execution->decided != NULL)
		jsonline_set_string(record, "decided", execution->decided);
	if (execution->decided != NULL && execution->insists)
		jsonline_set_boolean(record, "insists", true);
	if (execution->back)
		jsonline_set_boolean(record, "back", true);
	if (execution->approved != NULL)
		jsonline_set_string(record, "approved", execution->approved);
	if (execution->leave != NULL) {
		const char *login = jsonline_string(record, "login");
		const char *user = jsonline_string(record, "user");

		jsonline_set_string(record, "leave", execution->leave);
		text_format(&inside->left, "left as it is, as %s asked: %s",
		    login != NULL ? login : user != NULL ? user : "a person",
		    execution->leave);
	}
	return (record);
}

/* Opens the journal, with the record that begins this life of the run. */
static int
open_journal(struct execution_inside *inside, struct failure *why)
{
	const struct execution *execution = inside->execution;
	struct jsonline *record;

	if (execution->open != NULL) {
		inside->journal = make_journal(execution->path, why);
		record = jsonline_copy(execution->open);
	} else {
		inside->journal = journal_open(execution->path, why);
		record = make_resume_record(inside);
	}
	int rc = -1;
	if (inside->journal != NULL)
		rc = journal_append(inside->journal, record, why);
	if (rc == 0) {
		recorded(inside, record);
	} else if (inside->journal != NULL && execution->open != NULL) {
		/* A run that nobody can read anything of is none. */
		(void)unlink(execution->path);
		failure_hint(why, "nothing was begun");
	}
	jsonline_free(record);
	return (rc);
}

static void
run_loop(struct execution_inside *inside, struct failure *why)
{
	struct execution *execution = inside->execution;
	const struct runner_request request = {
		.loop = execution->loop,
		.plan = execution->plan,
		.progress = &inside->progress,
		.sessions = execution->sessions,
		.journal = inside->journal,
		.program = execution->command->program,
		.run = run_name(execution),
		.left = text_string(&inside->left),
		.history = execution->history,
		.events = &runner_events,
		.cookie = inside,
	};

	sigset_t before;

	(void)signal(SIGHUP, SIG_IGN);
	inside->runner = runner_start(&request);
	for (size_t i = 0; i < STOP_SIGNALS; i++)
		eventloop_signal(execution->loop, stop_signals[i],
		    asked_to_stop, inside);
	stop_signals_let(&before);
	if (execution->begun != NULL)
		execution->begun(execution->cookie, execution);
	if (eventloop_run(execution->loop, why) == -1)
		inside->code = why->code;
	if (execution->ending != NULL)
		execution->ending(execution->cookie, execution);
	stop_signals_restore(&before);
	for (size_t i = 0; i < STOP_SIGNALS; i++)
		eventloop_signal(execution->loop, stop_signals[i], NULL,
		    NULL);
	runner_free(inside->runner);
	stop_note_remove(execution->path);
}

/* Refuses to begin a run that was stopped while it was prepared. */
static int
check_stopped(const struct execution *execution, struct failure *why)
{
	if (execution->open == NULL ||
	    stop_signals_check(run_name(execution), why) == 0)
		return (0);
	stop_note_remove(execution->path);
	return (-1);
}

enum exitcode
execution_run(struct execution *execution, struct failure *why)
{
	struct execution_inside inside = { .execution = execution,
	    .code = EXITCODE_FAILED, .why = why };

	progress_start(&inside.progress, execution->plan,
	    execution->patience);
	execution->inside = &inside;
	if (check_stopped(execution, why) == -1 ||
	    take_up(&inside, why) == -1 || open_journal(&inside, why) == -1) {
		inside.code = why->code;
	} else {
		enum progress_step *before = progress_copy(&inside.progress);

		run_loop(&inside, why);
		execution->command->report.changed =
		    progress_has_changed(&inside.progress, before);
		free(before);
	}
	execution->inside = NULL;
	journal_close(inside.journal);
	text_release(&inside.left);
	progress_release(&inside.progress);
	return (inside.code);
}

void
execution_record(struct execution *execution, struct jsonline *record)
{
	struct failure why = { 0 };

	if (execution->inside == NULL)
		return;
	if (journal_append(execution->inside->journal, record, &why) == -1) {
		message_failure(&why);
		return;
	}
	recorded(execution->inside, record);
}
