#include <config.h>

#include <sys/types.h>

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "../../libcore/base/memory.h"
#include "../../libcore/system/eventloop.h"
#include "ssh_session_private.h"

enum {
	READ_SIZE = 32 << 10,		/* at a time */
	READ_ROUNDS = 16		/* in a row, then others */
};

enum forward_stage {
	FORWARD_WAITING,		/* for the host, then for its channel */
	FORWARD_OPEN,
	FORWARD_OVER
};

/*
 * The way of one session, the traveller, through another one, the host: a
 * channel of the host's to the traveller's node.  The traveller has one end of
 * a pair of sockets, which is all that it sees; we hold the other end, and pass
 * on what comes on either side.
 */
struct ssh_forward {
	struct ssh_forward	*next;		/* of the same host */
	struct ssh_session	*host;
	struct ssh_session	*traveller;
	enum forward_stage	 stage;
	struct ssh_command	*channel;	/* or NULL */
	int			 socket;	/* ours; -1: closed */
	int			 events;	/* watched for */
	struct text		 back;		/* for the traveller ... */
	size_t			 back_at;	/* ... of which it has this */
	struct text		 there;		/* for its node, the same */
	size_t			 there_at;
};

/* Forgets text once it is gone up to its end. */
static void
forget_sent(struct text *text, size_t *at)
{
	if (*at < text->length)
		return;
	text_clear(text);
	*at = 0;
}

static void
close_socket(struct ssh_forward *forward)
{
	if (forward->socket == -1)
		return;
	eventloop_unwatch(forward->host->loop, forward->socket);
	(void)close(forward->socket);	/* the other end notices */
	forward->socket = -1;
	forward->events = 0;
}

static void
close_channel(struct ssh_forward *forward)
{
	ssh_command_free(forward->channel);
	forward->channel = NULL;
}

/* Tells the traveller that there is no way, because of why. */
static void
refuse(struct ssh_forward *forward, const struct failure *why)
{
	struct ssh_session *traveller;

	forward->stage = FORWARD_OVER;
	close_channel(forward);
	traveller = forward->traveller;
	traveller->later = *why;
	failure_add(&traveller->later, "on the way to node '%s'",
	    traveller->node);
	ssh_session_tell_soon(traveller, SSH_SESSION_FAILED);
}

/* ---- passing on --------------------------------------------------------- */

/* Sends what the traveller has written, as long as its node takes it. */
static void
pass_there(struct ssh_forward *forward)
{
	char bytes[READ_SIZE];

	for (int i = 0; i < READ_ROUNDS &&
	    ssh_command_room(forward->channel) > 0; i++) {
		ssize_t size;
		size_t room;

		if (forward->there.length == 0) {
			size = read(forward->socket, bytes, sizeof(bytes));
			if (size <= 0)
				return;
			text_add_bytes(&forward->there, bytes, (size_t)size);
		}
		room = forward->there.length - forward->there_at;
		if (room > ssh_command_room(forward->channel))
			room = ssh_command_room(forward->channel);
		size = ssh_command_write(forward->channel,
		    forward->there.bytes + forward->there_at, room);
		if (size <= 0)
			return;
		forward->there_at += (size_t)size;
		forget_sent(&forward->there, &forward->there_at);
	}
}

/* Hands the traveller what has come; all of it, before an end. */
static void
pass_back(struct ssh_forward *forward)
{
	struct ssh_command_piece piece;

	while (ssh_command_take(forward->channel, &piece))
		text_add_bytes(&forward->back, piece.bytes, piece.size);
	while (forward->back_at < forward->back.length) {
		const ssize_t size = write(forward->socket,
		    forward->back.bytes + forward->back_at,
		    forward->back.length - forward->back_at);

		if (size == -1 && errno == EAGAIN)
			return;
		if (size == -1)
			break;
		forward->back_at += (size_t)size;
	}
	forget_sent(&forward->back, &forward->back_at);
	if (ssh_command_is_closed(forward->channel)) {
		forward->stage = FORWARD_OVER;
		close_channel(forward);
		close_socket(forward);
	}
}

static void
socket_ready(void *cookie, int events);

static void
watch(struct ssh_forward *forward)
{
	int events;

	events = 0;
	if (ssh_command_room(forward->channel) > 0)
		events |= EVENTLOOP_READ;
	if (forward->back_at < forward->back.length)
		events |= EVENTLOOP_WRITE;
	if (events == forward->events)
		return;
	forward->events = events;
	eventloop_watch(forward->host->loop, forward->socket, events,
	    socket_ready, forward);
}

/* ---- steps -------------------------------------------------------------- */

/* Has the channel opened. */
static void
begin(struct ssh_forward *forward)
{
	struct failure why;

	if (forward->channel == NULL)
		forward->channel = ssh_command_make_forward(
		    forward->host->link, forward->traveller->host,
		    forward->traveller->port);
	switch (ssh_command_run(forward->channel, &why)) {
	case SSH_LINK_AGAIN:
		break;
	case SSH_LINK_FAILED:
		failure_add(&why, "node '%s'", forward->host->node);
		refuse(forward, &why);
		break;
	case SSH_LINK_DONE:
		forward->stage = FORWARD_OPEN;
		/* It can write at once, and so finds that it has a way. */
		ssh_session_watch(forward->traveller, EVENTLOOP_WRITE);
		break;
	}
}

/*
 * Any call for one channel may take in what has come for the others, so it is
 * only in the end that all are asked what they have.
 */
void
ssh_forward_step(struct ssh_session *host)
{
	struct ssh_forward *forward;

	for (forward = host->forwards; forward != NULL;
	    forward = forward->next)
		if (forward->stage == FORWARD_WAITING)
			begin(forward);
	for (forward = host->forwards; forward != NULL;
	    forward = forward->next)
		if (forward->stage == FORWARD_OPEN)
			pass_there(forward);
	for (forward = host->forwards; forward != NULL;
	    forward = forward->next) {
		if (forward->stage == FORWARD_OPEN)
			pass_back(forward);
		if (forward->stage == FORWARD_OPEN)
			watch(forward);
	}
}

static void
socket_ready(void *cookie, int events)
{
	const struct ssh_forward *forward;
	struct ssh_session *host;

	(void)events;
	forward = cookie;
	host = forward->host;
	ssh_forward_step(host);
	if (ssh_link_wants_write(host->link))
		ssh_session_kick(host);
}

/* ---- the host ----------------------------------------------------------- */

static void
host_opened(void *cookie)
{
	(void)cookie;			/* a step follows */
}

static void
host_failed(void *cookie, const struct failure *why)
{
	const struct ssh_session *host;

	host = cookie;
	for (struct ssh_forward *forward = host->forwards; forward != NULL;
	    forward = forward->next)
		if (forward->stage == FORWARD_WAITING)
			refuse(forward, why);
}

void
ssh_forward_lose(struct ssh_session *host)
{
	for (struct ssh_forward *forward = host->forwards; forward != NULL;
	    forward = forward->next) {
		close_channel(forward);
		if (forward->stage != FORWARD_OPEN)
			continue;
		forward->stage = FORWARD_OVER;
		close_socket(forward);
	}
}

/* ---- the traveller ------------------------------------------------------ */

void
ssh_forward_begin(struct ssh_session *traveller)
{
	static const struct session_events events = {
		.opened = host_opened, .failed = host_failed
	};
	struct ssh_session *host;
	struct ssh_forward *forward;
	int sockets[2];

	if (network_pair(sockets) == -1) {
		failure_set_errno(&traveller->later, EXITCODE_SYSTEM, errno,
		    "cannot make a pair of sockets");
		ssh_session_tell_soon(traveller, SSH_SESSION_FAILED);
		return;
	}
	host = traveller->via;
	forward = memory_make(1, sizeof(*forward));
	forward->host = host;
	forward->traveller = traveller;
	forward->socket = sockets[0];
	forward->next = host->forwards;
	host->forwards = forward;
	traveller->socket = sockets[1];
	traveller->forward = forward;
	host->session.events = &events;
	host->session.cookie = host;
	if (host->stage == SSH_SESSION_CLOSED)
		host->session.calls->open(&host->session);
	else if (host->stage == SSH_SESSION_IDLE)
		ssh_session_kick(host);
}

void
ssh_forward_end(struct ssh_session *traveller)
{
	struct ssh_forward *forward;
	struct ssh_forward **at;

	forward = traveller->forward;
	if (forward == NULL)
		return;
	traveller->forward = NULL;
	if (forward->stage == FORWARD_OPEN)
		pass_there(forward);	/* its good-bye */
	at = &forward->host->forwards;
	while (*at != forward)
		at = &(*at)->next;
	*at = forward->next;
	close_socket(forward);
	close_channel(forward);
	if (forward->host->stage == SSH_SESSION_IDLE)
		ssh_session_kick(forward->host);
	text_release(&forward->back);
	text_release(&forward->there);
	free(forward);
}
