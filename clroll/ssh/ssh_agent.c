#include <config.h>

#include "ssh_agent.h"

#include <sys/types.h>

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../../libcore/base/clock.h"
#include "../../libcore/base/memory.h"
#include "../../libcore/base/text.h"
#include "../../libcore/system/eventloop.h"
#include "../../libcore/system/network.h"

enum {
	NUMBER_SIZE = 4,
	MESSAGE_LIMIT = 256 << 10,
	KEYS_LIMIT = 5			/* sshd's MaxAuthTries is 6 */
};

struct ssh_agent {
	struct eventloop	*loop;
	char			*path;
	ssh_agent_answered	*answered;
	void			*cookie;
	int			 socket;	/* -1: none */
	struct text		 question;	/* what is not sent yet */
	struct text		 answer;	/* what has come of it */
	struct eventloop_timer	*failed;	/* tells that soon */
};

/* ---- messages ----------------------------------------------------------- */

static uint32_t
read_number(const char *bytes)
{
	uint32_t number = 0;

	for (size_t i = 0; i < NUMBER_SIZE; i++)
		number = number << 8 | (unsigned char)bytes[i];
	return number;
}

static void
add_number(struct text *text, size_t number)
{
	const unsigned char bytes[NUMBER_SIZE] = {
		(unsigned char)(number >> 24), (unsigned char)(number >> 16),
		(unsigned char)(number >> 8), (unsigned char)number
	};

	text_add_bytes(text, bytes, sizeof(bytes));
}

void
ssh_agent_frame(const struct text *message, struct text *frame)
{
	add_number(frame, message->length);
	text_add_bytes(frame, message->bytes, message->length);
}

size_t
ssh_agent_next(const char *bytes, size_t length, size_t *at)
{
	uint32_t size;

	if (length - *at < NUMBER_SIZE)
		return 0;
	size = read_number(bytes + *at);
	if (size > length - *at - NUMBER_SIZE)
		return 0;
	*at += NUMBER_SIZE;
	return *at + size;
}

size_t
ssh_agent_choose(const struct text *answer, const struct text *wanted,
    struct text *chosen)
{
	const char *const bytes = answer->bytes;
	struct text keys = { 0 };
	size_t count = 0;
	size_t at = 1 + NUMBER_SIZE;

	if (answer->length < at || bytes[0] != SSH_AGENT_IDENTITIES_ANSWER)
		return 0;
	for (uint32_t left = read_number(bytes + 1);
	    left > 0 && count < KEYS_LIMIT; left--) {
		const size_t begin = at;
		const size_t key_end = ssh_agent_next(bytes, answer->length,
		    &at);
		const size_t key = at;

		at = key_end;
		const size_t end = key_end == 0 ? 0 :
		    ssh_agent_next(bytes, answer->length, &at);
		if (end == 0)
			break;
		at = end;
		if (wanted->length > 0 && (wanted->length != key_end - key ||
		    memcmp(wanted->bytes, bytes + key, wanted->length) != 0))
			continue;
		text_add_bytes(&keys, bytes + begin, end - begin);
		count++;
	}
	text_add_bytes(chosen, bytes, 1);
	add_number(chosen, count);
	text_add_bytes(chosen, text_string(&keys), keys.length);
	text_release(&keys);
	return count;
}

/* ---- the socket --------------------------------------------------------- */

static void
disconnect(struct ssh_agent *agent)
{
	if (agent->socket == -1)
		return;
	eventloop_unwatch(agent->loop, agent->socket);
	(void)close(agent->socket);	/* it owes us nothing */
	agent->socket = -1;
}

/* Tells that no answer comes. */
static void
tell_failure(void *cookie)
{
	const struct text nothing = { 0 };
	struct ssh_agent *agent;

	agent = cookie;
	agent->failed = NULL;
	agent->answered(agent->cookie, &nothing);
}

static void
fail(struct ssh_agent *agent)
{
	disconnect(agent);
	if (agent->failed == NULL)
		agent->failed = eventloop_at(agent->loop, clock_monotonic(),
		    tell_failure, agent);
}

/* Sends what it takes.  Returns false when it is gone. */
static bool
send_question(struct ssh_agent *agent)
{
	const ssize_t sent = write(agent->socket, agent->question.bytes,
	    agent->question.length);

	if (sent == -1)
		return errno == EAGAIN;
	agent->question.length -= (size_t)sent;
	memmove(agent->question.bytes, agent->question.bytes + sent,
	    agent->question.length);
	return true;
}

/* Takes in what has come.  Returns false when it is gone. */
static bool
take_answer(struct ssh_agent *agent)
{
	char bytes[4096];
	const ssize_t size = read(agent->socket, bytes, sizeof(bytes));

	if (size == -1)
		return errno == EAGAIN;
	text_add_bytes(&agent->answer, bytes, (size_t)size);
	return size > 0 && agent->answer.length <= MESSAGE_LIMIT;
}

static void
ready(void *cookie, int events)
{
	struct ssh_agent *agent;
	struct text message = { 0 };
	size_t at;
	size_t end;

	agent = cookie;
	if ((agent->question.length > 0 && !send_question(agent)) ||
	    ((events & ~EVENTLOOP_WRITE) != 0 && !take_answer(agent))) {
		fail(agent);
		return;
	}
	at = 0;
	end = ssh_agent_next(text_string(&agent->answer),
	    agent->answer.length, &at);
	if (end == 0) {
		eventloop_watch(agent->loop, agent->socket, EVENTLOOP_READ |
		    (agent->question.length > 0 ? EVENTLOOP_WRITE : 0), ready,
		    agent);
		return;
	}
	text_add_bytes(&message, agent->answer.bytes + at, end - at);
	text_clear(&agent->answer);
	agent->answered(agent->cookie, &message);
	text_release(&message);
}

struct ssh_agent *
ssh_agent_make(struct eventloop *loop, const char *path,
    ssh_agent_answered *answered, void *cookie)
{
	struct ssh_agent *agent;

	agent = memory_make(1, sizeof(*agent));
	agent->loop = loop;
	agent->path = memory_copy_string(path);
	agent->answered = answered;
	agent->cookie = cookie;
	agent->socket = -1;
	return agent;
}

void
ssh_agent_free(struct ssh_agent *agent)
{
	if (agent == NULL)
		return;
	disconnect(agent);
	eventloop_cancel(agent->loop, agent->failed);
	text_release(&agent->question);
	text_release(&agent->answer);
	free(agent->path);
	free(agent);
}

void
ssh_agent_ask(struct ssh_agent *agent, const struct text *message)
{
	if (agent->socket == -1)
		agent->socket = network_connect_local(agent->path);
	if (agent->socket == -1) {
		fail(agent);
		return;
	}
	text_clear(&agent->question);
	ssh_agent_frame(message, &agent->question);
	eventloop_watch(agent->loop, agent->socket,
	    EVENTLOOP_READ | EVENTLOOP_WRITE, ready, agent);
}
