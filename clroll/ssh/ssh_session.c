#include <config.h>

#include "ssh_session.h"

#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "../../libcore/base/clock.h"
#include "../../libcore/base/memory.h"
#include "../../libcore/base/number.h"
#include "../../libcore/system/eventloop.h"
#include "../../libcore/system/fileio.h"
#include "known_hosts.h"
#include "ssh_client.h"
#include "ssh_session_private.h"

enum {
	SILENCES = 3,			/* unanswered in a row: it is gone */
	NOT_STARTED = 127		/* exit code, as of a shell */
};

/* ---- the frame of every step -------------------------------------------- */

static void
destroy(struct ssh_session *ssh)
{
	free(ssh->node);
	free(ssh->host);
	free(ssh->user);
	free(ssh->identity_path);
	free(ssh->agent_path);
	free(ssh->known_hosts_path);
	network_release(&ssh->addresses);
	known_host_free(ssh->known);
	free(ssh);
}

/* The session stays, whatever the owner does, until leave() was called. */
static void
enter(struct ssh_session *ssh)
{
	ssh->depth++;
}

static void
leave(struct ssh_session *ssh)
{
	if (--ssh->depth == 0 && ssh->is_freed)
		destroy(ssh);
}

bool
ssh_session_is_at(const struct ssh_session *ssh, unsigned long life)
{
	return !ssh->is_freed && ssh->life == life;
}

static void
ready(void *cookie, int events)
{
	struct ssh_session *ssh;

	ssh = cookie;
	enter(ssh);
	if (ssh->stage < SSH_SESSION_IDLE)
		ssh_login_step(ssh);
	else
		ssh_run_step(ssh);
	/* What came may have been all that the node may send before we
	 * acknowledge it. */
	if (ssh->socket != -1 && (events & EVENTLOOP_READ) != 0)
		network_acknowledge(ssh->socket);
	leave(ssh);
}

void
ssh_session_watch(struct ssh_session *ssh, int events)
{
	if (ssh->socket == -1 || ssh->events == events)
		return;
	ssh->events = events;
	eventloop_watch(ssh->loop, ssh->socket, events, ready, ssh);
}

void
ssh_session_kick(struct ssh_session *ssh)
{
	ssh_session_watch(ssh, EVENTLOOP_READ | EVENTLOOP_WRITE);
}

/* ---- ends --------------------------------------------------------------- */

static void
cancel(struct ssh_session *ssh, struct eventloop_timer **timer)
{
	eventloop_cancel(ssh->loop, *timer);
	*timer = NULL;
}

/* Gives up everything but what the session was made with. */
static void
release_connection(struct ssh_session *ssh)
{
	cancel(ssh, &ssh->attempt_timer);
	cancel(ssh, &ssh->deadline_timer);
	cancel(ssh, &ssh->alive_timer);
	cancel(ssh, &ssh->soon_timer);
	ssh_run_release(ssh);
	ssh_forward_lose(ssh);
	ssh_link_free(ssh->link);
	ssh->link = NULL;
	ssh_forward_end(ssh);
	ssh_login_forget_agent(ssh);
	if (ssh->socket != -1) {
		eventloop_unwatch(ssh->loop, ssh->socket);
		(void)close(ssh->socket);	/* the link's end was said */
		ssh->socket = -1;
	}
	ssh->events = 0;
	ssh->news = SSH_SESSION_NO_NEWS;
	ssh->stage = SSH_SESSION_CLOSED;
	ssh->life++;
}

void
ssh_session_fail(struct ssh_session *ssh, const struct failure *why)
{
	const struct session_events *events;
	struct failure copy;
	struct process_end end;
	bool has_command;

	events = ssh->session.events;
	copy = *why;
	has_command = ssh->stage >= SSH_SESSION_STARTING ||
	    ssh->wanted != NULL || ssh->news == SSH_SESSION_NOT_STARTED;
	end = (struct process_end){ .how = PROCESS_LOST };
	if (ssh->command != NULL)
		end = ssh_command_end(ssh->command);
	if (ssh->stage >= SSH_SESSION_STARTING && !ssh_run_deliver(ssh, true))
		return;
	release_connection(ssh);
	if (has_command)
		events->ended(ssh->session.cookie, end);
	if (!ssh->is_freed)
		events->failed(ssh->session.cookie, &copy);
}

/* Tells that a command could not even be started. */
static void
tell_not_started(struct ssh_session *ssh)
{
	const struct session_events *events;
	struct text text = { 0 };
	unsigned long life;

	events = ssh->session.events;
	life = ssh->life;
	text_format(&text, "%s\n", ssh->later.message);
	events->output(ssh->session.cookie, text_string(&text), text.length,
	    true);
	text_release(&text);
	if (ssh_session_is_at(ssh, life))
		events->ended(ssh->session.cookie, (struct process_end){
		    .how = PROCESS_EXITED, .code = NOT_STARTED });
}

static void
tell_news(void *cookie)
{
	enum ssh_session_news news;
	struct ssh_session *ssh;

	ssh = cookie;
	ssh->soon_timer = NULL;
	news = ssh->news;
	ssh->news = SSH_SESSION_NO_NEWS;
	enter(ssh);
	switch (news) {
	case SSH_SESSION_NO_NEWS:
		break;
	case SSH_SESSION_OPENED:
		ssh->session.events->opened(ssh->session.cookie);
		break;
	case SSH_SESSION_FAILED:
		ssh_session_fail(ssh, &ssh->later);
		break;
	case SSH_SESSION_NOT_STARTED:
		tell_not_started(ssh);
		break;
	case SSH_SESSION_NOT_OPEN:
		ssh->session.events->ended(ssh->session.cookie,
		    (struct process_end){ .how = PROCESS_LOST });
		break;
	}
	leave(ssh);
}

void
ssh_session_tell_soon(struct ssh_session *ssh, enum ssh_session_news news)
{
	ssh->news = news;
	eventloop_cancel(ssh->loop, ssh->soon_timer);
	ssh->soon_timer = eventloop_at(ssh->loop, clock_monotonic(),
	    tell_news, ssh);
}

/* ---- timers ------------------------------------------------------------- */

static void
miss_deadline(void *cookie)
{
	static const char *const missing[] = {
		[SSH_SESSION_CONNECTING] = "the connection",
		[SSH_SESSION_GREETING] = "the exchange of banners and keys",
		[SSH_SESSION_LOGIN] = "the login",
	};
	char duration[NUMBER_DURATION_ROOM];
	struct ssh_session *ssh;

	ssh = cookie;
	ssh->deadline_timer = NULL;
	number_show_duration(ssh->connect_timeout, duration);
	failure_set(&ssh->later, EXITCODE_UNREACHABLE, "node '%s' (%s) did "
	    "not answer within %s: %s is missing", ssh->node,
	    ssh->addresses.list[ssh->address].text, duration,
	    ssh->awaits_agent ? "the answer of the agent" :
	    missing[ssh->stage]);
	enter(ssh);
	ssh_session_fail(ssh, &ssh->later);
	leave(ssh);
}

static void
look_alive(void *cookie)
{
	struct ssh_session *ssh;
	uint64_t heard;

	ssh = cookie;
	heard = ssh_link_heard(ssh->link);
	ssh->silences = heard == ssh->heard ? ssh->silences + 1 : 0;
	ssh->heard = heard;
	ssh->alive_timer = NULL;
	enter(ssh);
	if (ssh->silences >= SILENCES) {
		failure_set(&ssh->later, EXITCODE_UNREACHABLE,
		    "node '%s' (%s) does not answer any more", ssh->node,
		    ssh->addresses.list[ssh->address].text);
		ssh_session_fail(ssh, &ssh->later);
		leave(ssh);
		return;
	}
	ssh->alive_timer = eventloop_at(ssh->loop, clock_monotonic() +
	    ssh->keep_alive, look_alive, ssh);
	ssh_link_ask(ssh->link);
	/* Asking takes in what has come, so a step must look at it. */
	ssh_run_step(ssh);
	leave(ssh);
}

/* ---- what the owner asks for -------------------------------------------- */

static void
open_session(struct session *session)
{
	struct ssh_session *ssh;

	ssh = (struct ssh_session *)session;
	if (ssh->stage != SSH_SESSION_CLOSED) {
		/* Unless it is on its way, that is soon told. */
		if (ssh->stage >= SSH_SESSION_IDLE)
			ssh_session_tell_soon(ssh, SSH_SESSION_OPENED);
		return;
	}
	ssh->life++;
	ssh->address = 0;
	ssh->deadline = clock_monotonic() + ssh->connect_timeout;
	ssh->deadline_timer = eventloop_at(ssh->loop, ssh->deadline,
	    miss_deadline, ssh);
	ssh_login_connect(ssh);
}

void
ssh_session_opened(struct ssh_session *ssh)
{
	char *wanted;
	unsigned long life;

	cancel(ssh, &ssh->deadline_timer);
	ssh_login_forget_agent(ssh);
	ssh->stage = SSH_SESSION_IDLE;
	ssh->heard = ssh_link_heard(ssh->link);
	ssh->silences = 0;
	ssh->alive_timer = eventloop_at(ssh->loop, clock_monotonic() +
	    ssh->keep_alive, look_alive, ssh);
	wanted = ssh->wanted;
	ssh->wanted = NULL;
	if (wanted != NULL) {
		ssh_run_begin(ssh, wanted);
		free(wanted);
	}
	life = ssh->life;
	ssh->session.events->opened(ssh->session.cookie);
	if (ssh_session_is_at(ssh, life))
		ssh_session_kick(ssh);
}

/* Opens the command's input, if it has any.  Returns 0, or -1 with why set. */
static int
open_input(struct ssh_session *ssh, const struct session_command *command,
    struct failure *why)
{
	const char *path = command->input;
	struct stat status;

	if (path == NULL)
		return 0;
	ssh->input = fileio_open(AT_FDCWD, path, O_RDONLY | O_NONBLOCK, 0);
	if (ssh->input == -1) {
		failure_set_errno(why, EXITCODE_FAILED, errno,
		    "cannot read '%s'", path);
		return -1;
	}
	ssh->input_at = (off_t)command->input_at;
	if (fstat(ssh->input, &status) == 0 && S_ISREG(status.st_mode))
		return 0;
	failure_set(why, EXITCODE_FAILED, "'%s' is not a regular file", path);
	(void)close(ssh->input);	/* nothing was done with it */
	ssh->input = -1;
	return -1;
}

static const char *const by_sudo[] = { "sudo", "-n", "--", NULL };

static void
start_command(struct session *session, const struct session_command *command)
{
	struct ssh_session *ssh;
	struct text line = { 0 };
	struct words argv = { 0 };

	ssh = (struct ssh_session *)session;
	if (ssh->stage != SSH_SESSION_IDLE) {
		ssh_session_tell_soon(ssh, SSH_SESSION_NOT_OPEN);
		return;
	}
	if (open_input(ssh, command, &ssh->later) == -1) {
		ssh_session_tell_soon(ssh, SSH_SESSION_NOT_STARTED);
		return;
	}
	ssh->is_await = false;
	ssh->gate = command->has_effect ? SSH_SESSION_SHUT :
	    SSH_SESSION_NO_GATE;
	if (ssh->right == SSH_SCRIPT_SUDO)
		words_add_list(&argv, by_sudo);
	words_add_all(&argv, command->argv);
	ssh_script_start(&argv, command->has_effect, &line);
	ssh_run_begin(ssh, text_string(&line));
	words_release(&argv);
	text_release(&line);
}

static void
await_command(struct session *session, const char *token)
{
	struct ssh_session *ssh;
	struct text line = { 0 };

	ssh = (struct ssh_session *)session;
	ssh->is_await = true;
	ssh->gate = SSH_SESSION_NO_GATE;
	/* What we never gave out cannot be found again. */
	ssh_script_await(ssh_script_token_is_good(token) ? token : "2 -",
	    ssh->right, &line);
	if (ssh->stage == SSH_SESSION_IDLE)
		ssh_run_begin(ssh, text_string(&line));
	else {
		free(ssh->wanted);
		ssh->wanted = text_take(&line);
		if (ssh->stage == SSH_SESSION_CLOSED)
			open_session(session);
	}
	text_release(&line);
}

static void
stop_command(struct session *session, int signal)
{
	struct ssh_session *ssh;

	ssh = (struct ssh_session *)session;
	if (ssh->command == NULL || ssh->is_await)
		return;
	ssh->signal = signal;
	ssh_session_kick(ssh);
}

static void
close_session(struct session *session)
{
	struct ssh_session *ssh;

	ssh = (struct ssh_session *)session;
	release_connection(ssh);
}

static void
free_session(struct session *session)
{
	struct ssh_session *ssh;

	ssh = (struct ssh_session *)session;
	release_connection(ssh);
	ssh->is_freed = true;
	if (ssh->depth == 0)
		destroy(ssh);
}

static const struct session_calls ssh_calls = {
	open_session, start_command, await_command, stop_command,
	close_session, free_session
};

struct session *
ssh_session_make(struct ssh_client *client, struct eventloop *loop,
    const struct ssh_target *target, struct failure *why)
{
	struct ssh_session *ssh;
	struct known_hosts *table;

	ssh = memory_make(1, sizeof(*ssh));
	ssh->session.calls = &ssh_calls;
	ssh->loop = loop;
	ssh->socket = -1;
	ssh->input = -1;
	ssh->node = memory_copy_string(target->node);
	ssh->host = memory_copy_string(target->host);
	ssh->user = memory_copy_string(target->user);
	ssh->identity_path = memory_copy_string(target->identity);
	ssh->known_hosts_path = memory_copy_string(
	    target->known_hosts->count > 0 ? target->known_hosts->list[0] :
	    "FILE");
	ssh->port = target->port;
	ssh->connect_timeout = target->connect_timeout;
	ssh->keep_alive = target->keep_alive;
	ssh->right = target->sudo ? SSH_SCRIPT_SUDO : SSH_SCRIPT_USER;
	ssh->identity = ssh_client_identity(client, target->identity, why);
	if (ssh->identity == NULL && target->agent != NULL)
		ssh->agent_path = memory_copy_string(target->agent);
	table = ssh->identity == NULL && ssh->agent_path == NULL ? NULL :
	    ssh_client_known_hosts(client, target->known_hosts, why);
	ssh->via = (struct ssh_session *)target->via;
	if (table == NULL || (ssh->via == NULL ?
	    network_resolve(target->host, target->port, &ssh->addresses,
	    why) : network_unresolved(target->host, target->port,
	    &ssh->addresses)) == -1) {
		failure_add(why, "node '%s'", target->node);
		destroy(ssh);
		return NULL;
	}
	ssh->known = known_hosts_find(table, target->key_name == NULL ?
	    target->host : target->key_name, target->port);
	return &ssh->session;
}
