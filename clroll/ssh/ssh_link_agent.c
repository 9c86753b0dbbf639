#include <config.h>

#include <sys/socket.h>
#include <sys/types.h>

#include <errno.h>
#include <stdbool.h>
#include <unistd.h>

#include "../../libcore/base/failure.h"
#include "../../libcore/base/text.h"
#include "../../libcore/system/fileio.h"
#include "../../libcore/system/network.h"
#include "ssh_agent.h"
#include "ssh_link_private.h"

/*
 * libssh asks an agent by writing to a socket and waiting for the answer, for
 * ever if need be.  So it never gets to see the agent, but a socket on which
 * all answers lie ready, and behind them the end.  What it wants to have signed
 * cannot be known before: in a first round the answer to that is a refusal,
 * with which libssh gives up, and its question is read off the other end.  It
 * is the same again in a second round, which the signature lies ready for.  In
 * that round libssh loses the list of keys of the first, some hundred bytes.
 */

/* Lets libssh find these answers.  Returns 0, or -1 with why set. */
static int
lay_ready(struct ssh_link *link, const struct text *identities,
    const struct text *signature, struct failure *why)
{
	static const char refusal[] = { 0, 0, 0, 1, 5 };
	struct text answers = { 0 };
	int sockets[2];
	int rc;

	if (network_pair(sockets) == -1) {
		failure_set_errno(why, EXITCODE_SYSTEM, errno,
		    "cannot make a pair of sockets");
		return -1;
	}
	if (link->agent != -1) {
		(void)close(link->agent);	/* all was read, and */
		(void)close(link->agent_theirs);	/* others follow */
	}
	link->agent = sockets[0];
	link->agent_theirs = sockets[1];
	ssh_agent_frame(identities, &answers);
	if (signature->length > 0)
		ssh_agent_frame(signature, &answers);
	else
		text_add_bytes(&answers, refusal, sizeof(refusal));
	rc = fileio_write(link->agent, answers.bytes, answers.length);
	text_release(&answers);
	if (rc == 0 && shutdown(link->agent, SHUT_WR) == 0 &&
	    ssh_set_agent_socket(link->session, link->agent_theirs) == SSH_OK)
		return 0;
	failure_set(why, EXITCODE_SYSTEM, "cannot answer for an agent");
	return -1;
}

/* Adds what libssh wants to have signed to question, if it does. */
static void
read_question(const struct ssh_link *link, struct text *question)
{
	struct text all = { 0 };
	char bytes[4096];
	ssize_t size;
	size_t at;
	size_t end;

	while ((size = read(link->agent, bytes, sizeof(bytes))) > 0)
		text_add_bytes(&all, bytes, (size_t)size);
	at = 0;
	while ((end = ssh_agent_next(text_string(&all), all.length,
	    &at)) != 0) {
		if (end > at && all.bytes[at] == SSH_AGENT_SIGN) {
			text_clear(question);
			text_add_bytes(question, all.bytes + at, end - at);
		}
		at = end;
	}
	text_release(&all);
}

enum ssh_link_progress
ssh_link_authenticate_by_agent(struct ssh_link *link,
    const struct text *identities, const struct text *signature,
    struct text *question, struct failure *why)
{
	const bool is_second = signature->length > 0;

	if (link->agent == -1 || is_second != link->has_signature) {
		link->has_signature = is_second;
		if (lay_ready(link, identities, signature, why) == -1)
			return SSH_LINK_FAILED;
	}
	const int answer = ssh_userauth_agent(link->session, NULL);
	if (!is_second && (answer == SSH_AUTH_ERROR ||
	    answer == SSH_AUTH_DENIED) && ssh_link_stands(link)) {
		read_question(link, question);
		if (question->length > 0)
			return SSH_LINK_AGAIN;
	}
	return ssh_link_login(link, answer, is_second ?
	    "the agent did not sign, or its signature is not taken" :
	    "no key of the agent is taken", why);
}
