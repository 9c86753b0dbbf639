#include <config.h>

#include "fleet_child.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../../libcore/base/failure.h"
#include "../../libcore/base/memory.h"
#include "../../libcore/base/words.h"
#include "../../libcore/format/jsonline.h"
#include "../../libcore/run/execution.h"
#include "../../libcore/system/eventloop.h"

enum {
	LINE_LIMIT = 64 << 10,		/* of a longer one the begin is kept */
	DRAIN_ROUNDS = 64		/* at its end; a pipe holds less */
};

struct fleet_child {
	struct eventloop			*loop;
	const struct fleet_child_events		*events;
	void					*cookie;
	pid_t					 pid;	/* 0: has ended */
	int					 output;
	struct text				 line;
	struct fleet_child_news			 news;
};

extern char **environ;

/* Takes what is of interest out of a line of JSON. */
static void
take_record(struct fleet_child *child, const struct jsonline *record)
{
	const char *event = jsonline_string(record, "event");
	const char *title = jsonline_string(record, "title");
	const char *place = jsonline_string(record, "place");
	const char *message = jsonline_string(record, "message");

	if (event == NULL)
		return;
	if (strcmp(event, "begin") == 0 && title != NULL) {
		text_clear(&child->news.step);
		text_format(&child->news.step, "%s: %s",
		    place == NULL ? "" : place, title);
	}
	if (strcmp(event, "close") == 0)
		child->news.asks = jsonline_string(record, "confirm") != NULL;
	/* The end of the program, not of a step. */
	if (strcmp(event, "end") == 0 &&
	    jsonline_string(record, "step") == NULL) {
		child->news.has_changed = jsonline_boolean(record, "changed",
		    false);
		text_clear(&child->news.message);
		if (message != NULL)
			text_add(&child->news.message, message);
	}
}

static void
take_line(struct fleet_child *child)
{
	struct failure ignored = { 0 };
	struct jsonline *record = NULL;

	if (text_string(&child->line)[0] == '{')
		record = jsonline_read(child->line.bytes, child->line.length,
		    &ignored);
	if (record != NULL) {
		take_record(child, record);
	} else if (child->line.length > 0) {
		text_clear(&child->news.message);
		text_add_masked(&child->news.message, child->line.bytes,
		    child->line.length);
		child->events->said(child->cookie,
		    text_string(&child->news.message));
	}
	jsonline_free(record);
	text_clear(&child->line);
}

static void
take_bytes(struct fleet_child *child, const char *bytes, size_t size)
{
	const char *end = bytes + size;

	while (bytes < end) {
		const char *newline = memchr(bytes, '\n',
		    (size_t)(end - bytes));
		const char *next = newline == NULL ? end : newline;

		if (child->line.length < LINE_LIMIT)
			text_add_bytes(&child->line, bytes,
			    (size_t)(next - bytes));
		if (newline != NULL)
			take_line(child);
		bytes = newline == NULL ? end : newline + 1;
	}
}

static void
close_output(struct fleet_child *child)
{
	if (child->output == -1)
		return;
	eventloop_unwatch(child->loop, child->output);
	(void)close(child->output);		/* was only read */
	child->output = -1;
}

/* Reads what is there.  Returns whether there may be more. */
static bool
read_output(struct fleet_child *child)
{
	char bytes[16384];
	const ssize_t size = read(child->output, bytes, sizeof(bytes));

	if (size > 0)
		take_bytes(child, bytes, (size_t)size);
	else if (size == 0)
		close_output(child);
	return (size > 0);
}

static void
output_ready(void *cookie, int events)
{
	(void)events;
	(void)read_output(cookie);
}

static void
child_ended(void *cookie, pid_t pid, struct process_end end)
{
	struct fleet_child *child = cookie;

	(void)pid;
	child->pid = 0;
	for (int i = 0; i < DRAIN_ROUNDS && child->output != -1; i++) {
		if (!read_output(child))
			break;
	}
	close_output(child);
	if (child->line.length > 0)
		take_line(child);
	child->events->ended(child->cookie, end, &child->news);
}

struct fleet_child *
fleet_child_start(struct eventloop *loop, const struct words *argv,
    const struct fleet_child_events *events, void *cookie,
    struct failure *why)
{
	struct words environment = { 0 };
	int ends[2];

	if (pipe(ends) == -1) {
		failure_set_errno(why, EXITCODE_SYSTEM, errno,
		    "cannot make a pipe");
		return (NULL);
	}
	for (int i = 0; i < 2; i++)
		(void)fcntl(ends[i], F_SETFD, FD_CLOEXEC);
	(void)fcntl(ends[0], F_SETFL, O_NONBLOCK);
	/* As if a person typed it: an SSH agent is in the environment. */
	words_add_list(&environment, (const char *const *)environ);
	const struct process_request request = { .argv = argv,
		.environment = &environment, .input = -1, .output = ends[1],
		.error = ends[1] };
	const pid_t pid = process_start(&request, why);
	words_release(&environment);
	(void)close(ends[1]);			/* the child's */
	if (pid == -1) {
		(void)close(ends[0]);		/* was only read */
		return (NULL);
	}
	struct fleet_child *child = memory_make(1, sizeof(*child));
	*child = (struct fleet_child){ .loop = loop, .events = events,
		.cookie = cookie, .pid = pid, .output = ends[0] };
	eventloop_watch(loop, child->output, EVENTLOOP_READ, output_ready,
	    child);
	eventloop_child(loop, pid, child_ended, child);
	return (child);
}

const struct fleet_child_news *
fleet_child_news(const struct fleet_child *child)
{
	return (&child->news);
}

void
fleet_child_ask(const struct fleet_child *child)
{
	if (child->pid > 0)
		process_signal(child->pid, EXECUTION_STOP_SIGNAL);
}

void
fleet_child_free(struct fleet_child *child)
{
	if (child == NULL)
		return;
	close_output(child);
	if (child->pid > 0)
		eventloop_forget_child(child->loop, child->pid);
	text_release(&child->line);
	text_release(&child->news.step);
	text_release(&child->news.message);
	free(child);
}
