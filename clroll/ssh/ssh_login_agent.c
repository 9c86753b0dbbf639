#include <config.h>

#include <stdlib.h>
#include <string.h>

#include "../../libcore/base/base64.h"
#include "../../libcore/base/words.h"
#include "../../libcore/system/eventloop.h"
#include "../../libcore/system/fileio.h"
#include "ssh_agent.h"
#include "ssh_session_private.h"

enum { PUBLIC_KEY_LIMIT = 64 << 10 };

/*
 * Fills wanted with the public half of the key that path would hold; leaves it
 * empty when its file is not there, or cannot be understood.
 */
static void
read_public_half(const char *path, struct text *wanted)
{
	struct text name = { 0 };
	struct text content = { 0 };
	struct words words = { 0 };
	struct failure ignored;

	text_format(&name, "%s.pub", path);
	if (fileio_read_file(text_string(&name), PUBLIC_KEY_LIMIT, &content,
	    &ignored) == 1)
		words_split(&words, text_string(&content), ' ');
	if (words.count < 2 || base64_read(words.list[1],
	    strcspn(words.list[1], "\r\n"), wanted) == -1)
		text_clear(wanted);
	words_release(&words);
	text_release(&content);
	text_release(&name);
}

/* Takes an answer in; a step, which the socket is always ready for, follows. */
static void
answered(void *cookie, const struct text *answer)
{
	struct ssh_session *ssh;
	struct text wanted = { 0 };

	ssh = cookie;
	ssh->awaits_agent = false;
	if (answer->length == 0)
		ssh->agent_is_gone = true;
	else if (ssh->identities.length > 0)
		text_add_bytes(&ssh->signature, answer->bytes,
		    answer->length);
	else {
		read_public_half(ssh->identity_path, &wanted);
		if (ssh_agent_choose(answer, &wanted, &ssh->identities) == 0)
			ssh->agent_is_gone = true;
		text_release(&wanted);
	}
	ssh_session_kick(ssh);
}

/* Puts a question to the agent; until it is answered, nothing else happens. */
static void
ask(struct ssh_session *ssh, const struct text *question)
{
	ssh->awaits_agent = true;
	eventloop_unwatch(ssh->loop, ssh->socket);
	ssh->events = 0;
	ssh_agent_ask(ssh->agent, question);
}

enum ssh_link_progress
ssh_login_by_agent(struct ssh_session *ssh, struct failure *why)
{
	static const char first[] = { SSH_AGENT_IDENTITIES };
	struct text question = { 0 };
	enum ssh_link_progress progress;

	if (ssh->agent_is_gone) {
		failure_set(why, EXITCODE_DENIED, "the agent at '%s' does not "
		    "answer, or does not have the key '%s'", ssh->agent_path,
		    ssh->identity_path);
		return SSH_LINK_FAILED;
	}
	if (ssh->agent == NULL) {
		ssh->agent = ssh_agent_make(ssh->loop, ssh->agent_path,
		    answered, ssh);
		text_add_bytes(&question, first, sizeof(first));
		progress = SSH_LINK_AGAIN;
	} else
		progress = ssh_link_authenticate_by_agent(ssh->link,
		    &ssh->identities, &ssh->signature, &question, why);
	if (progress == SSH_LINK_AGAIN && question.length > 0)
		ask(ssh, &question);
	text_release(&question);
	return progress;
}

void
ssh_login_forget_agent(struct ssh_session *ssh)
{
	ssh_agent_free(ssh->agent);
	ssh->agent = NULL;
	ssh->awaits_agent = false;
	ssh->agent_is_gone = false;
	text_release(&ssh->identities);
	text_release(&ssh->signature);
}
