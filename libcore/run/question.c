#include <config.h>

#include "question.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "../base/failure.h"
#include "../base/memory.h"
#include "../base/message.h"
#include "../base/text.h"
#include "../format/jsonline.h"
#include "../format/report.h"
#include "../system/eventloop.h"
#include "../system/fileio.h"
#include "command.h"
#include "history.h"

/* More is no answer of a person. */
enum { ANSWER_LIMIT = 256 };

/* What was answered so far. */
enum answer { ANSWER_NONE, ANSWER_YES, ANSWER_NO };

struct question {
	struct eventloop	*loop;
	struct text		 line;
	enum answer		 answer;
};

bool
question_can_ask(const struct command *command)
{
	return (command->report.form == REPORT_TEXT && command->quiet == 0 &&
	    isatty(STDERR_FILENO) && isatty(STDIN_FILENO) &&
	    tcgetpgrp(STDIN_FILENO) == getpgrp());
}

/* Nothing else draws in this line, and no message is said meanwhile. */
static void
write_terminal(const char *string)
{
	/* Who does not see it does not answer. */
	(void)fileio_write(STDERR_FILENO, string, strlen(string));
}

static void
decide(struct question *question, enum answer answer)
{
	question->answer = answer;
	eventloop_stop(question->loop);
}

static void
take_line(struct question *question, const char *line)
{
	if (strcmp(line, "yes") == 0)
		decide(question, ANSWER_YES);
	else if (strcmp(line, "no") == 0)
		decide(question, ANSWER_NO);
	else
		write_terminal("yes or no? ");
}

/* What stands behind an answer is none to the next question. */
static void
take_bytes(struct question *question, const char *bytes, size_t size)
{
	for (size_t i = 0; i < size && question->answer == ANSWER_NONE; i++) {
		if (bytes[i] == '\n') {
			take_line(question, text_string(&question->line));
			text_clear(&question->line);
		} else if (question->line.length < ANSWER_LIMIT) {
			text_add_bytes(&question->line, &bytes[i], 1);
		}
	}
}

static void
typed(void *cookie, int events)
{
	struct question *question = cookie;
	char bytes[ANSWER_LIMIT];
	const ssize_t size = fileio_read_present(STDIN_FILENO, bytes,
	    sizeof(bytes));

	(void)events;
	if (size > 0) {
		take_bytes(question, bytes, (size_t)size);
		return;
	}
	write_terminal("\n");
	decide(question, ANSWER_NO);
}

static void
interrupted(void *cookie, int signal)
{
	(void)signal;
	write_terminal("\n");
	decide(cookie, ANSWER_NO);
}

/* Waits for the answer; what was typed before the question is none. */
static enum answer
listen(void)
{
	struct question question = { .answer = ANSWER_NO };
	struct failure why = { 0 };
	sigset_t signals;
	sigset_t before;

	question.loop = eventloop_make(&why);
	if (question.loop == NULL) {
		message_failure(&why);
		return (ANSWER_NO);
	}
	question.answer = ANSWER_NONE;
	eventloop_watch(question.loop, STDIN_FILENO, EVENTLOOP_READ, typed,
	    &question);
	eventloop_signal(question.loop, SIGINT, interrupted, &question);
	eventloop_signal(question.loop, SIGTERM, interrupted, &question);
	/* The caller may let them wait for what is no more. */
	(void)sigemptyset(&signals);
	(void)sigaddset(&signals, SIGINT);
	(void)sigaddset(&signals, SIGTERM);
	(void)sigprocmask(SIG_UNBLOCK, &signals, &before);
	if (eventloop_run(question.loop, &why) == -1) {
		message_failure(&why);
		question.answer = ANSWER_NO;
	}
	(void)sigprocmask(SIG_SETMASK, &before, NULL);
	eventloop_unwatch(question.loop, STDIN_FILENO);
	eventloop_free(question.loop);
	text_release(&question.line);
	return (question.answer);
}

static void
put_question(const char *program, const struct history *history)
{
	const struct jsonline *close = history->close;
	struct text text = { 0 };

	text_add(&text, "\nstep '");
	jsonline_add_masked(close, "step", &text);
	text_format(&text, "' [%lld/%lld] ",
	    (long long)jsonline_integer(close, "number", 0),
	    (long long)jsonline_integer(close, "of", 0));
	jsonline_add_masked(close, "place", &text);
	text_add(&text, ": ");
	jsonline_add_masked(close, "title", &text);
	text_add(&text, "\nis to be done only if this is so:\n        ");
	jsonline_add_masked(close, "confirm", &text);
	text_format(&text, "\n'yes' goes on with the run; 'no' leaves it as it "
	    "is, with nothing of this step\ndone, to be gone on with, or put "
	    "back, by '%s resume' or '%s rollback'\nis it so, yes or no? ",
	    program, program);
	write_terminal(text_string(&text));
	text_release(&text);
}

/* Says what the run of history waits for, as where nobody can be asked. */
static void
tell_waiting(const char *program, const struct history *history)
{
	struct failure why = { 0 };

	failure_set(&why, EXITCODE_STOPPED, "step '%s' must be confirmed: %s",
	    history->at, history->confirm);
	question_hint(program, history->at, history->id, &why);
	message_failure(&why);
}

/* Takes the confirmation of step, given at the terminal, into command. */
static void
confirm(struct command *command, const char *step)
{
	const char *terminal = ttyname(STDIN_FILENO);

	words_add(&command->answered, step);
	free(command->terminal);
	command->terminal = terminal == NULL ? NULL :
	    memory_copy_string(terminal);
}

/* Returns the record by which the last life of process pid ended, or NULL. */
static const struct jsonline *
find_close(const struct history *history, pid_t pid)
{
	const struct jsonline *close = NULL;
	bool is_its = false;

	for (size_t i = 0; i < history->records.count; i++) {
		const struct jsonline *record = history->records.list[i];
		const char *event = jsonline_text(record, "event");

		if (strcmp(event, "open") == 0 || strcmp(event, "resume") == 0)
			is_its = jsonline_integer(record, "pid", 0) ==
			    (int64_t)pid;
		else if (is_its && strcmp(event, "close") == 0)
			close = record;
	}
	return (close);
}

/* Whether what the run of history, which is closed, asked for was confirmed. */
static bool
was_confirmed(const struct history *history)
{
	bool is_confirmed = false;

	for (size_t i = 0; i < history->records.count; i++) {
		const struct jsonline *record = history->records.list[i];
		const char *event = jsonline_text(record, "event");

		if (strcmp(event, "close") == 0)
			is_confirmed = false;
		else if (strcmp(event, "confirmed") == 0)
			is_confirmed = true;
	}
	return (is_confirmed);
}

static void
tell_taken_up(const char *program, const char *id)
{
	struct failure why = { 0 };

	failure_set(&why, EXITCODE_STOPPED, "run %s was taken up by somebody "
	    "else before its step could be confirmed here", id);
	failure_hint(&why, "'%s follow %s' shows how it goes on", program, id);
	message_failure(&why);
}

/* Asks for what the run of history, which is closed, waits for. */
static bool
ask(struct command *command, const struct history *history)
{
	/* What was typed for want of patience is no answer. */
	(void)tcflush(STDIN_FILENO, TCIFLUSH);
	put_question(command->program, history);
	const bool is_confirmed = listen() == ANSWER_YES;
	if (is_confirmed)
		confirm(command, history->at);
	else
		tell_waiting(command->program, history);
	return (is_confirmed);
}

bool
question_ask(struct command *command, const char *directory, const char *id,
    pid_t pid)
{
	struct history history = { 0 };
	struct failure why = { 0 };
	bool is_confirmed = false;
	const int rc = history_read(directory, id, &history, &why);
	const struct jsonline *close = find_close(&history, pid);

	if (rc == -1)
		message_failure(&why);
	else if (close == NULL || jsonline_text(close, "confirm")[0] == '\0')
		is_confirmed = false;		/* what it is was said */
	else if (!history.is_closed || history.close != close ||
	    history.at == NULL || (was_confirmed(&history) &&
	    !words_has(&command->answered, history.at)))
		tell_taken_up(command->program, id);
	else if (!was_confirmed(&history))
		is_confirmed = ask(command, &history);
	history_release(&history);
	return (is_confirmed);
}

void
question_hint(const char *program, const char *step, const char *id,
    struct failure *why)
{
	failure_hint(why, "when it is so: '%s resume --confirm %s %s'",
	    program, step, id);
}
