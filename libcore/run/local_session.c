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
#include "../base/text.h"
#include "../base/words.h"
#include "../system/eventloop.h"
#include "../system/fileio.h"
#include "../system/process.h"
#include "session.h"

/* How often it is looked whether what we wait for is gone. */
#define LOOK_PAUSE	INT64_C(20000000)

/* How long the output of a command that has ended is still read. */
#define DRAIN		INT64_C(200000000)

enum {
	DRAIN_ROUNDS = 64,		/* at its end; a pipe holds less */
	NOT_STARTED = 127		/* as a shell tells it */
};

struct local_session {
	struct session		 session;
	struct eventloop	*loop;
	char			*path;
	const struct words	*environment;
	struct words		 argv;		/* of the command */
	char			*input;		/* of it, or NULL */
	off_t			 input_at;
	bool			 has_effect;	/* it has */
	pid_t			 pid;		/* 0: no command runs */
	char			 identity[PROCESS_IDENTITY_ROOM];
	int			 outputs[2];	/* of the command, -1 closed */
	bool			 is_stopped;	/* it was sent a signal */
	bool			 has_ended;	/* not all its children */
	bool			 is_awaited;	/* it is not ours */
	int64_t			 drained_at;	/* its output, at the latest */
	struct process_end	 end;
	struct eventloop_timer	*timer;
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

/*
 * Reads what is there.  Returns whether there may be more: not so at the end
 * of the output, which is closed then, or when it is empty for now.
 */
static bool
read_output(struct local_session *local, int which)
{
	char bytes[16384];
	const ssize_t size = read(local->outputs[which], bytes,
	    sizeof(bytes));

	if (size > 0) {
		local->session.events->output(local->session.cookie, bytes,
		    (size_t)size, which == 1);
		return (local->outputs[which] != -1);
	}
	if (size == 0)
		close_output(local, which);
	return (false);
}

/* Tells the end; what was written before it is read first. */
static void
tell_end(struct local_session *local)
{
	for (int which = 0; which < 2; which++) {
		for (int i = 0; i < DRAIN_ROUNDS &&
		    local->outputs[which] != -1; i++) {
			if (!read_output(local, which))
				break;
		}
	}
	if (local->pid == 0)
		return;			/* was closed meanwhile */
	eventloop_cancel(local->loop, local->timer);
	local->timer = NULL;
	close_output(local, 0);
	close_output(local, 1);
	local->pid = 0;
	local->session.events->ended(local->session.cookie, local->end);
}

/*
 * The command has ended.  If it was stopped, the end is not told before the
 * last of its children is gone, for its owner believes then that nothing is
 * done any more.  If not, a daemon that it left behind may hold its output
 * open for ever, which is therefore not waited for beyond DRAIN.
 */
static void
look_at_rest(void *cookie)
{
	struct local_session *local = cookie;
	const int64_t now = clock_monotonic();
	const bool waits = local->is_stopped ?
	    process_is_alive(local->pid, local->identity) :
	    (local->outputs[0] != -1 || local->outputs[1] != -1) &&
	    now < local->drained_at;

	local->timer = NULL;
	if (waits)
		local->timer = eventloop_at(local->loop, now + LOOK_PAUSE,
		    look_at_rest, local);
	else
		tell_end(local);
}

static void
output_is_ready(struct local_session *local, int which)
{
	(void)read_output(local, which);
	if (local->has_ended && !local->is_stopped &&
	    local->outputs[0] == -1 && local->outputs[1] == -1)
		tell_end(local);
}

static void
output_ready(void *cookie, int events)
{
	(void)events;
	output_is_ready(cookie, 0);
}

static void
error_ready(void *cookie, int events)
{
	(void)events;
	output_is_ready(cookie, 1);
}

static void
child_ended(void *cookie, pid_t pid, struct process_end end)
{
	struct local_session *local = cookie;

	(void)pid;
	local->has_ended = true;
	local->end = end;
	local->drained_at = clock_monotonic() + DRAIN;
	look_at_rest(local);
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

/* Tells that there is a process, which waits for leave to run the command. */
static bool
tell_started(void *cookie, pid_t pid)
{
	struct local_session *local = cookie;
	struct text token = { 0 };

	local->pid = pid;
	if (process_identity(pid, local->identity) == -1)
		return (!local->has_effect);
	text_format(&token, "%lld %s", (long long)pid, local->identity);
	const bool may_run = local->session.events->started(
	    local->session.cookie, text_string(&token));
	text_release(&token);
	return (may_run || !local->has_effect);
}

/* Starts the program with its ends of the pipes. */
static int
start_program(struct local_session *local, struct failure *why)
{
	int output[2] = { -1, -1 };
	int error[2] = { -1, -1 };
	struct process_request request = { .argv = &local->argv,
	    .path = local->path, .environment = local->environment,
	    .input = -1, .session = true, .may_run = tell_started,
	    .cookie = local };
	int rc = -1;

	if (local->input != NULL) {
		request.input = fileio_open(AT_FDCWD, local->input, O_RDONLY,
		    0);
		if (request.input == -1 || (local->input_at > 0 &&
		    lseek(request.input, local->input_at, SEEK_SET) == -1)) {
			failure_set_errno(why, EXITCODE_FAILED, errno,
			    "cannot read '%s'", local->input);
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

/* Tells that the program could not be started. */
static void
tell_not_started(struct local_session *local, const struct failure *why)
{
	struct text text = { 0 };

	text_format(&text, "%s\n", why->message);
	local->session.events->output(local->session.cookie,
	    text_string(&text), text.length, true);
	text_release(&text);
	local->session.events->ended(local->session.cookie,
	    (struct process_end){ .how = PROCESS_EXITED,
	    .code = NOT_STARTED });
}

static void
begin_command(void *cookie)
{
	struct local_session *local = cookie;
	struct failure why = { 0 };

	local->timer = NULL;
	if (start_program(local, &why) == -1) {
		tell_not_started(local, &why);
		return;
	}
	eventloop_watch(local->loop, local->outputs[0], EVENTLOOP_READ,
	    output_ready, local);
	eventloop_watch(local->loop, local->outputs[1], EVENTLOOP_READ,
	    error_ready, local);
	eventloop_child(local->loop, local->pid, child_ended, local);
}

static void
release_command(struct local_session *local)
{
	words_release(&local->argv);
	free(local->input);
	local->input = NULL;
}

static void
start_command(struct session *session, const struct session_command *command)
{
	struct local_session *local = (struct local_session *)session;

	release_command(local);
	words_add_all(&local->argv, command->argv);
	if (command->input != NULL)
		local->input = memory_copy_string(command->input);
	local->input_at = (off_t)command->input_at;
	local->has_effect = command->has_effect;
	local->has_ended = local->is_stopped = local->is_awaited = false;
	local->timer = eventloop_at(local->loop, clock_monotonic(),
	    begin_command, local);
}

static void
look_at_orphan(void *cookie)
{
	struct local_session *local = cookie;

	local->timer = NULL;
	if (process_is_alive(local->pid, local->identity)) {
		local->timer = eventloop_at(local->loop, clock_monotonic() +
		    LOOK_PAUSE, look_at_orphan, local);
		return;
	}
	local->pid = 0;
	local->session.events->ended(local->session.cookie,
	    (struct process_end){ .how = PROCESS_EXITED });
}

/*
 * Takes "PID IDENTITY" apart.  Returns the process, or 0, which is none: nobody
 * we know is told by anything else.
 */
static pid_t
read_token(const char *token, char identity[PROCESS_IDENTITY_ROOM])
{
	const char *blank = strchr(token, ' ');

	identity[0] = '\0';
	if (blank == NULL || strlen(blank + 1) >= PROCESS_IDENTITY_ROOM)
		return (0);
	memcpy(identity, blank + 1, strlen(blank + 1) + 1);
	return ((pid_t)session_process(token));
}

bool
local_session_is_alive(const char *token)
{
	char identity[PROCESS_IDENTITY_ROOM];
	const pid_t pid = read_token(token, identity);

	return (process_is_alive(pid, identity));
}

static void
await_command(struct session *session, const char *token)
{
	struct local_session *local = (struct local_session *)session;

	local->is_awaited = true;
	local->pid = read_token(token, local->identity);
	local->timer = eventloop_at(local->loop, clock_monotonic(),
	    look_at_orphan, local);
}

static void
stop_command(struct session *session, int signal)
{
	struct local_session *local = (struct local_session *)session;

	if (local->pid == 0 || local->is_awaited || (local->has_ended &&
	    !process_is_alive(local->pid, local->identity)))
		return;
	local->is_stopped = true;
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
	if (local->pid > 0 && !local->has_ended && !local->is_awaited)
		eventloop_forget_child(local->loop, local->pid);
	local->pid = 0;
}

static void
free_session(struct session *session)
{
	struct local_session *local = (struct local_session *)session;

	close_session(session);
	release_command(local);
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
