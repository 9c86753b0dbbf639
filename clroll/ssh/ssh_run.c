#include <config.h>

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "../../libcore/base/clock.h"
#include "../../libcore/system/eventloop.h"
#include "../../libcore/system/fileio.h"
#include "ssh_session_private.h"

/* How long a command that has ended may be silent before we go on. */
#define LINGER	(2 * CLOCK_SECOND)

enum {
	READ_SIZE = 32 << 10,		/* of input, at a time */
	READ_ROUNDS = 32		/* in a row, then others */
};

/* ---- begin and end ------------------------------------------------------ */

void
ssh_run_begin(struct ssh_session *ssh, const char *line)
{
	ssh->command = ssh_command_make(ssh->link, line);
	ssh->has_token = ssh->is_await;
	ssh->has_lingered = false;
	ssh->signal = 0;
	ssh->life++;
	ssh->stage = SSH_SESSION_STARTING;
	ssh_session_kick(ssh);
}

static void
close_input(struct ssh_session *ssh)
{
	if (ssh->input == -1)
		return;
	(void)close(ssh->input);	/* was only read */
	ssh->input = -1;
}

void
ssh_run_release(struct ssh_session *ssh)
{
	ssh_command_free(ssh->stopper);
	ssh->stopper = NULL;
	ssh_command_free(ssh->command);
	ssh->command = NULL;
	eventloop_cancel(ssh->loop, ssh->linger_timer);
	ssh->linger_timer = NULL;
	close_input(ssh);
	text_release(&ssh->noise);
	free(ssh->wanted);
	ssh->wanted = NULL;
	ssh->signal = 0;
}

/* Tells how the command has ended. */
static void
finish(struct ssh_session *ssh)
{
	struct process_end end;

	end = ssh_command_end(ssh->command);
	if (!ssh_run_deliver(ssh, true))
		return;
	ssh_run_release(ssh);
	ssh->stage = SSH_SESSION_IDLE;
	ssh->life++;
	ssh->session.events->ended(ssh->session.cookie, end);
}

/* ---- output ------------------------------------------------------------- */

/* Tells the owner of a piece of output; returns whether all is as before. */
static bool
tell(struct ssh_session *ssh, const char *bytes, size_t size, bool is_error)
{
	unsigned long life;

	life = ssh->life;
	ssh->has_said = true;
	if (size > 0 && !ssh->is_await)
		ssh->session.events->output(ssh->session.cookie, bytes, size,
		    is_error);
	return ssh_session_is_at(ssh, life);
}

/* The command that waits at the gate, if one does, is not to be run. */
static void
refuse_gate(struct ssh_session *ssh)
{
	if (ssh->gate == SSH_SESSION_NO_GATE)
		return;
	ssh->gate = SSH_SESSION_NO_GATE;
	close_input(ssh);
	ssh_command_write_end(ssh->command);
}

/* Lets the command that waits at the gate be run, when it can be told. */
static void
open_gate(struct ssh_session *ssh)
{
	if (ssh->gate != SSH_SESSION_OPENING ||
	    ssh_command_room(ssh->command) == 0 ||
	    ssh_command_write(ssh->command, "\n", 1) == 0)
		return;
	ssh->gate = SSH_SESSION_NO_GATE;
	if (ssh->input == -1)
		ssh_command_write_end(ssh->command);
}

/* Tells everything that was taken for noise before the token. */
static bool
give_up_token(struct ssh_session *ssh)
{
	struct text noise;
	bool rc;

	ssh->has_token = true;
	ssh->token[0] = '\0';
	noise = ssh->noise;
	ssh->noise = (struct text){ 0 };
	rc = tell(ssh, text_string(&noise), noise.length, false);
	text_release(&noise);
	return rc;
}

/*
 * Takes in the first output of the command, up to its token, which is told;
 * what follows is output of the command itself.
 */
static bool
look_for_token(struct ssh_session *ssh, const char *bytes, size_t size)
{
	struct text noise;
	unsigned long life;
	size_t at;
	bool may_run;
	bool rc;

	text_add_bytes(&ssh->noise, bytes, size);
	at = ssh_script_find_token(ssh->noise.bytes, ssh->noise.length,
	    ssh->token);
	if (at == 0 && ssh->noise.length < SSH_SCRIPT_NOISE_LIMIT)
		return true;
	if (at == 0) {
		refuse_gate(ssh);
		return give_up_token(ssh);
	}
	ssh->has_token = true;
	noise = ssh->noise;
	ssh->noise = (struct text){ 0 };
	life = ssh->life;
	may_run = ssh->session.events->started(ssh->session.cookie,
	    ssh->token);
	rc = ssh_session_is_at(ssh, life);
	if (rc && ssh->gate == SSH_SESSION_SHUT && may_run)
		ssh->gate = SSH_SESSION_OPENING;
	else if (rc)
		refuse_gate(ssh);
	rc = rc && tell(ssh, noise.bytes + at, noise.length - at, false);
	text_release(&noise);
	return rc;
}

bool
ssh_run_deliver(struct ssh_session *ssh, bool is_all)
{
	struct ssh_command_piece piece;

	while (ssh_command_take(ssh->command, &piece)) {
		if (piece.is_error || ssh->has_token) {
			if (!tell(ssh, piece.bytes, piece.size,
			    piece.is_error))
				return false;
		} else if (!look_for_token(ssh, piece.bytes, piece.size))
			return false;
	}
	if (is_all && !ssh->has_token)
		return give_up_token(ssh);
	return true;
}

/* ---- input -------------------------------------------------------------- */

/* Sends input as long as the node takes it.  Returns 0, or -1 with why set. */
static int
send_input(struct ssh_session *ssh, struct failure *why)
{
	char bytes[READ_SIZE];

	open_gate(ssh);
	for (int i = 0; ssh->input != -1 &&
	    ssh->gate == SSH_SESSION_NO_GATE && i < READ_ROUNDS; i++) {
		size_t room;
		ssize_t size;
		ssize_t sent;

		room = ssh_command_room(ssh->command);
		if (room == 0)
			return 0;
		size = fileio_read_at(ssh->input, bytes, room < sizeof(bytes) ?
		    room : sizeof(bytes), ssh->input_at);
		if (size == -1) {
			/* The command must not take this for the end. */
			failure_set_errno(why, EXITCODE_FAILED, errno,
			    "cannot read the input for node '%s'", ssh->node);
			return -1;
		}
		if (size == 0) {
			ssh_command_write_end(ssh->command);
			close_input(ssh);
			return 0;
		}
		sent = ssh_command_write(ssh->command, bytes, (size_t)size);
		if (sent == -1)
			close_input(ssh);	/* it takes no more */
		else
			ssh->input_at += sent;
		if (sent == 0)
			return 0;
	}
	return 0;
}

/* ---- signals ------------------------------------------------------------ */

/*
 * Lets a second command on the node send the signal that is wanted.  Where
 * that cannot be, because the token is not known or the node has no channel
 * left, the node itself is asked to send it.
 */
static void
send_signal(struct ssh_session *ssh)
{
	struct ssh_command_piece piece;
	struct failure ignored;
	struct text line = { 0 };

	if (ssh->stopper == NULL) {
		if (ssh->signal == 0 || !ssh->has_token)
			return;
		if (ssh->token[0] == '\0') {
			ssh_command_signal(ssh->command, ssh->signal);
			ssh->signal = 0;
			return;
		}
		ssh_script_stop(ssh->token, ssh->signal, ssh->right,
		    &line);
		ssh->stopper = ssh_command_make(ssh->link, text_string(&line));
		text_release(&line);
	}
	switch (ssh_command_run(ssh->stopper, &ignored)) {
	case SSH_LINK_AGAIN:
		return;
	case SSH_LINK_FAILED:
		ssh_command_signal(ssh->command, ssh->signal);
		break;
	case SSH_LINK_DONE:
		while (ssh_command_take(ssh->stopper, &piece))
			continue;
		if (!ssh_command_is_closed(ssh->stopper))
			return;
		break;
	}
	ssh_command_free(ssh->stopper);
	ssh->stopper = NULL;
	ssh->signal = 0;
}

/* ---- a step ------------------------------------------------------------- */

static void
end_linger(void *cookie)
{
	struct ssh_session *ssh;

	ssh = cookie;
	ssh->linger_timer = NULL;
	ssh->has_lingered = true;
	ssh_session_kick(ssh);
}

/*
 * Returns whether the command is over.  Its channel may stay open after its
 * end, as long as a child of it holds its output; silence then decides.
 */
static bool
is_over(struct ssh_session *ssh)
{
	if (ssh_command_is_closed(ssh->command))
		return true;
	if (!ssh_command_has_end(ssh->command))
		return false;
	if (ssh->has_said) {
		eventloop_cancel(ssh->loop, ssh->linger_timer);
		ssh->linger_timer = NULL;
		ssh->has_lingered = false;
	}
	if (!ssh->has_lingered && ssh->linger_timer == NULL)
		ssh->linger_timer = eventloop_at(ssh->loop,
		    clock_monotonic() + LINGER, end_linger, ssh);
	return ssh->has_lingered;
}

/* Waits for what the next step needs. */
static void
watch(struct ssh_session *ssh)
{
	bool writes;

	writes = ssh_link_wants_write(ssh->link);
	if (ssh->stage == SSH_SESSION_RUNNING) {
		/* A signal may have been asked for after we looked. */
		writes = writes || (ssh->signal != 0 && ssh->has_token &&
		    ssh->stopper == NULL) ||
		    ssh->gate == SSH_SESSION_OPENING || (ssh->input != -1 &&
		    ssh->gate == SSH_SESSION_NO_GATE &&
		    ssh_command_room(ssh->command) > 0);
	}
	ssh_session_watch(ssh, EVENTLOOP_READ |
	    (writes ? EVENTLOOP_WRITE : 0));
}

static void
fail(struct ssh_session *ssh)
{
	failure_add(&ssh->later, "node '%s' (%s)", ssh->node,
	    ssh->addresses.list[ssh->address].text);
	ssh_session_fail(ssh, &ssh->later);
}

/* Has the command started.  Returns whether it runs. */
static bool
begin_running(struct ssh_session *ssh)
{
	switch (ssh_command_run(ssh->command, &ssh->later)) {
	case SSH_LINK_FAILED:
		fail(ssh);
		return false;
	case SSH_LINK_AGAIN:
		watch(ssh);
		return false;
	case SSH_LINK_DONE:
		break;
	}
	ssh->stage = SSH_SESSION_RUNNING;
	if (ssh->input == -1 && ssh->gate == SSH_SESSION_NO_GATE)
		ssh_command_write_end(ssh->command);
	return true;
}

void
ssh_run_step(struct ssh_session *ssh)
{
	if (ssh->stage == SSH_SESSION_STARTING && !begin_running(ssh))
		return;
	if (ssh_link_receive(ssh->link, &ssh->later) == -1) {
		fail(ssh);
		return;
	}
	if (ssh->stage == SSH_SESSION_RUNNING) {
		send_signal(ssh);
		if (send_input(ssh, &ssh->later) == -1) {
			fail(ssh);
			return;
		}
		/* Both took in what had come; only now is it told. */
		ssh->has_said = false;
		if (!ssh_run_deliver(ssh, false))
			return;
		if (is_over(ssh)) {
			finish(ssh);
			return;
		}
	}
	ssh_forward_step(ssh);
	watch(ssh);
}
