#include <config.h>

#include "local_session.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../base/clock.h"
#include "../base/failure.h"
#include "../base/memory.h"
#include "../base/number.h"
#include "../base/text.h"
#include "../system/eventloop.h"
#include "../system/fileio.h"
#include "../system/process.h"
#include "session.h"

/* How often an orphaned command is looked at. */
#define AWAIT_PAUSE	INT64_C(50000000)

/* How long the output of a command that has ended is still read. */
#define DRAIN		INT64_C(200000000)

struct local_session {
	struct session		 session;
	struct eventloop	*loop;
	char			*path;
	const struct words	*environment;
	pid_t			 pid;		/* 0: no command runs */
	int			 outputs[2];	/* of the command, -1 closed */
	bool			 has_ended;
	struct process_end	 end;
	struct eventloop_timer	*timer;
	int64_t			 awaited;	/* pid of an orphan, 0: none */
	char			 identity[PROCESS_IDENTITY_ROOM];
	struct failure		 why;		/* a start that failed */
};

static void
tell_opened(void *cookie)
{
	struct local_session *local = cookie;

	local->timer = NULL;
	local->session.events->opened(local->session.cookie);
}

static void
open_session(struct session *session)
{
	struct local_session *local = (struct local_session *)session;

	local->timer = eventloop_at(local->loop, clock_monotonic(),
	    tell_opened, local);
}

static void
close_output(struct local_session *local, int which)
{
	if (local->outputs[which] == -1)
		return;
	eventloop_unwatch(local->loop, local->outputs[which]);
	(void)close(local->outputs[which]);	/* was only read */
	local->outputs[which] = -1;
}

/* Tells the end, once the command has ended and its output is read. */
static void
tell_end(struct local_session *local)
{
	const struct process_end end = local->end;

	eventloop_cancel(local->loop, local->timer);
	local->timer = NULL;
	close_output(local, 0);
	close_output(local, 1);
	local->pid = 0;
	local->session.events->ended(local->session.cookie, end);
}

static void
drained(void *cookie)
{
	struct local_session *local = cookie;

	local->timer = NULL;
	tell_end(local);
}

/*
 * Reads what is there.  A daemon that the command left behind may hold the
 * pipe open for ever, so the end of output is not waited for beyond DRAIN.
 */
static void
read_output(struct local_session *local, int which)
{
	char bytes[16384];
	const ssize_t size = read(local->outputs[which], bytes,
	    sizeof(bytes));

	if (size > 0) {
		local->session.events->output(local->session.cookie, bytes,
		    (size_t)size, which == 1);
		return;
	}
	if (size == -1 && (errno == EAGAIN || errno == EINTR))
		return;
	close_output(local, which);
	if (local->has_ended && local->outputs[0] == -1 &&
	    local->outputs[1] == -1)
		tell_end(local);
}

static void
output_ready(void *cookie, int events)
{
	(void)events;
	read_output(cookie, 0);
}

static void
error_ready(void *cookie, int events)
{
	(void)events;
	read_output(cookie, 1);
}

static void
child_ended(void *cookie, pid_t pid, struct process_end end)
{
	struct local_session *local = cookie;

	(void)pid;
	local->has_ended = true;
	local->end = end;
	if (local->outputs[0] == -1 && local->outputs[1] == -1)
		tell_end(local);
	else
		local->timer = eventloop_at(local->loop,
		    clock_monotonic() + DRAIN, drained, local);
}

/* Tells that the program could not be started, from the loop. */
static void
tell_not_started(void *cookie)
{
	struct local_session *local = cookie;
	struct text text = { 0 };

	local->timer = NULL;
	text_format(&text, "%s\n", local->why.message);
	local->session.events->output(local->session.cookie,
	    text_string(&text), text.length, true);
	text_release(&text);
	local->session.events->ended(local->session.cookie,
	    (struct process_end){ .how = PROCESS_EXITED, .code = 127 });
}

static void
refuse_start(struct local_session *local, const struct failure *why)
{
	local->why = *why;
	local->timer = eventloop_at(local->loop, clock_monotonic(),
	    tell_not_started, local);
}

static int
make_pipe(int ends[2], struct failure *why)
{
	if (pipe(ends) == -1) {
		failure_set_errno(why, EXITCODE_SYSTEM, errno,
		    "cannot make a pipe");
		return (-1);
	}
	for (int i = 0; i < 2; i++)
		(void)fcntl(ends[i], F_SETFD, FD_CLOEXEC);
	(void)fcntl(ends[0], F_SETFL, O_NONBLOCK);
	return (0);
}

/* Starts the program with its ends of the pipes. */
static int
start_program(struct local_session *local,
    const struct session_command *command, struct failure *why)
{
	int output[2] = { -1, -1 };
	int error[2] = { -1, -1 };
	struct process_request request = { .argv = command->argv,
	    .path = local->path, .environment = local->environment,
	    .input = -1, .session = true };
	int rc = -1;

	if (command->input != NULL) {
		request.input = fileio_open(AT_FDCWD, command->input,
		    O_RDONLY, 0);
		if (request.input == -1) {
			failure_set_errno(why, EXITCODE_FAILED, errno,
			    "cannot read '%s'", command->input);
			goto out;
		}
	}
	if (make_pipe(output, why) == -1 || make_pipe(error, why) == -1)
		goto out;
	request.output = output[1];
	request.error = error[1];
	local->pid = process_start(&request, why);
	if (local->pid == -1) {
		local->pid = 0;
		goto out;
	}
	local->outputs[0] = output[0];
	local->outputs[1] = error[0];
	output[0] = error[0] = -1;
	rc = 0;
out:
	for (int i = 0; i < 2; i++) {
		if (output[i] != -1)
			(void)close(output[i]);	/* only read, or the child's */
		if (error[i] != -1)
			(void)close(error[i]);
	}
	if (request.input != -1)
		(void)close(request.input);	/* was only read */
	return (rc);
}

static void
start_command(struct session *session, const struct session_command *command)
{
	struct local_session *local = (struct local_session *)session;
	struct failure why = { 0 };
	char identity[PROCESS_IDENTITY_ROOM];

	local->has_ended = false;
	if (start_program(local, command, &why) == -1) {
		refuse_start(local, &why);
		return;
	}
	eventloop_watch(local->loop, local->outputs[0], EVENTLOOP_READ,
	    output_ready, local);
	eventloop_watch(local->loop, local->outputs[1], EVENTLOOP_READ,
	    error_ready, local);
	eventloop_child(local->loop, local->pid, child_ended, local);
	if (process_identity(local->pid, identity) == 0) {
		struct text token = { 0 };

		text_format(&token, "%lld %s", (long long)local->pid,
		    identity);
		session->events->started(session->cookie,
		    text_string(&token));
		text_release(&token);
	}
}

static void
look_at_orphan(void *cookie)
{
	struct local_session *local = cookie;

	local->timer = NULL;
	if (local->awaited > 0 && process_is_alive((pid_t)local->awaited,
	    local->identity)) {
		local->timer = eventloop_at(local->loop, clock_monotonic() +
		    AWAIT_PAUSE, look_at_orphan, local);
		return;
	}
	local->session.events->ended(local->session.cookie,
	    (struct process_end){ .how = PROCESS_LOST });
}

static void
await_command(struct session *session, const char *token)
{
	struct local_session *local = (struct local_session *)session;
	const char *blank = strchr(token, ' ');

	local->awaited = 0;
	if (blank != NULL && strlen(blank + 1) < sizeof(local->identity)) {
		struct text number = { 0 };

		text_add_bytes(&number, token, (size_t)(blank - token));
		if (number_read(text_string(&number), 1, INT32_MAX,
		    &local->awaited) == -1)
			local->awaited = 0;
		text_release(&number);
		memcpy(local->identity, blank + 1, strlen(blank + 1) + 1);
	}
	local->timer = eventloop_at(local->loop, clock_monotonic(),
	    look_at_orphan, local);
}

static void
stop_command(struct session *session, int signal)
{
	struct local_session *local = (struct local_session *)session;

	if (local->pid > 0)
		process_signal(local->pid, signal);
}

static void
close_session(struct session *session)
{
	struct local_session *local = (struct local_session *)session;

	eventloop_cancel(local->loop, local->timer);
	local->timer = NULL;
	close_output(local, 0);
	close_output(local, 1);
	if (local->pid > 0 && !local->has_ended)
		eventloop_forget_child(local->loop, local->pid);
	local->pid = 0;
	local->awaited = 0;
}

static void
free_session(struct session *session)
{
	struct local_session *local = (struct local_session *)session;

	close_session(session);
	free(local->path);
	free(local);
}

static const struct session_calls local_calls = {
	open_session, start_command, await_command, stop_command,
	close_session, free_session
};

struct session *
local_session_make(struct eventloop *loop, const char *path,
    const struct words *environment)
{
	struct local_session *local = memory_make(1, sizeof(*local));

	local->session.calls = &local_calls;
	local->loop = loop;
	local->path = memory_copy_string(path);
	local->environment = environment;
	local->outputs[0] = local->outputs[1] = -1;
	return (&local->session);
}
