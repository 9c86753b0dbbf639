#include <config.h>

#include <errno.h>
#include <unistd.h>

#include "../../libcore/base/clock.h"
#include "../../libcore/base/words.h"
#include "../../libcore/system/eventloop.h"
#include "known_hosts.h"
#include "ssh_session_private.h"

/* ---- the TCP connection ------------------------------------------------- */

static const char *
address_text(const struct ssh_session *ssh)
{
	return ssh->addresses.list[ssh->address].text;
}

/* Notes why the present address is none, in case no other is left. */
static void
note_failure(struct ssh_session *ssh, int error)
{
	failure_set_errno(&ssh->later, EXITCODE_UNREACHABLE, error,
	    "cannot reach node '%s' (%s)", ssh->node, address_text(ssh));
}

/* Goes on to the next address. */
static void
try_next(struct ssh_session *ssh)
{
	eventloop_cancel(ssh->loop, ssh->attempt_timer);
	ssh->attempt_timer = NULL;
	eventloop_unwatch(ssh->loop, ssh->socket);
	(void)close(ssh->socket);	/* nothing was written to it */
	ssh->socket = -1;
	ssh->events = 0;
	if (ssh->address + 1 == ssh->addresses.count) {
		ssh_session_tell_soon(ssh, SSH_SESSION_FAILED);
		return;
	}
	ssh->address++;
	ssh_login_connect(ssh);
}

static void
give_up_address(void *cookie)
{
	struct ssh_session *ssh;

	ssh = cookie;
	ssh->attempt_timer = NULL;
	note_failure(ssh, ETIMEDOUT);
	try_next(ssh);
}

void
ssh_login_connect(struct ssh_session *ssh)
{
	size_t left;

	ssh->stage = SSH_SESSION_CONNECTING;
	if (ssh->via != NULL) {
		ssh_forward_begin(ssh);
		return;
	}
	for (;;) {
		ssh->socket = network_connect(
		    &ssh->addresses.list[ssh->address]);
		if (ssh->socket != -1)
			break;
		note_failure(ssh, errno);
		if (ssh->address + 1 == ssh->addresses.count) {
			ssh_session_tell_soon(ssh, SSH_SESSION_FAILED);
			return;
		}
		ssh->address++;
	}
	ssh_session_watch(ssh, EVENTLOOP_WRITE);
	/* One that does not answer may use up no more than its share. */
	left = ssh->addresses.count - ssh->address;
	if (left > 1) {
		int64_t now;

		now = clock_monotonic();
		ssh->attempt_timer = eventloop_at(ssh->loop, now +
		    (ssh->deadline - now) / (int64_t)left, give_up_address,
		    ssh);
	}
}

/* Begins with SSH once TCP stands.  Returns whether it does. */
static bool
finish_connect(struct ssh_session *ssh)
{
	struct ssh_link_options options;
	struct words types = { 0 };
	int error;

	error = network_connected(ssh->socket);
	if (error != 0) {
		note_failure(ssh, error);
		try_next(ssh);
		return false;
	}
	eventloop_cancel(ssh->loop, ssh->attempt_timer);
	ssh->attempt_timer = NULL;
	network_tune(ssh->socket, 3 * ssh->keep_alive);
	known_host_types(ssh->known, &types);
	options.socket = ssh->socket;
	options.user = ssh->user;
	options.key_types = &types;
	ssh->link = ssh_link_make(&options, &ssh->later);
	words_release(&types);
	if (ssh->link == NULL) {
		failure_add(&ssh->later, "node '%s'", ssh->node);
		ssh_session_fail(ssh, &ssh->later);
		return false;
	}
	ssh->stage = SSH_SESSION_GREETING;
	return true;
}

/* ---- the host key ------------------------------------------------------- */

/* Returns the type as it stands in the name of a file. */
static const char *
short_type_of(const struct ssh_link_host_key *key)
{
	if (text_begins_with(key->type, "ecdsa"))
		return "ecdsa";
	return key->type + (text_begins_with(key->type, "ssh-") ? 4 : 0);
}

/*
 * Hints at a way to a key that only an authority vouches for: ssh(1) can check
 * that, and bring the key over the connection.
 */
static void
hint_at_certified(const struct ssh_session *ssh,
    const struct ssh_link_host_key *key, struct failure *why)
{
	struct words words = { 0 };
	struct text line = { 0 };

	words_add(&words, "echo");
	if (ssh->port == 22)
		words_add(&words, ssh->host);
	else
		words_format(&words, "[%s]:%d", ssh->host, ssh->port);
	words_show(&words, &line);
	words_release(&words);
	text_add(&line, " \"$(");
	words_add(&words, "ssh");
	words_add(&words, "-o");
	words_add(&words, "StrictHostKeyChecking=yes");
	words_format(&words, "-p%d", ssh->port);
	words_format(&words, "-l%s", ssh->user);
	words_add(&words, "--");
	words_add(&words, ssh->host);
	words_show(&words, &line);
	text_format(&line, " cat /etc/ssh/ssh_host_%s_key.pub)\"",
	    short_type_of(key));
	failure_hint(why, "ssh checks the certificate and can bring the key: "
	    "%s >>%s", text_string(&line), ssh->known_hosts_path);
	text_release(&line);
	words_release(&words);
}

/* Fills why for a key that no line vouches for. */
static void
refuse_unknown(const struct ssh_session *ssh,
    const struct ssh_link_host_key *key, struct failure *why)
{
	const char *short_type = short_type_of(key);
	struct words host = { 0 };
	struct text shown = { 0 };
	const char *file;
	size_t line;

	if (known_host_has_authority(ssh->known, &file, &line)) {
		failure_set(why, EXITCODE_DENIED, "the host key of node '%s' "
		    "(%s) is not known: %s %s; %s:%zu trusts only an "
		    "authority for it, and certificates cannot be checked "
		    "here", ssh->node, ssh->host, key->type,
		    key->fingerprint, file, line);
		hint_at_certified(ssh, key, why);
		return;
	}
	failure_set(why, EXITCODE_DENIED, "the host key of node '%s' (%s) is "
	    "not known: %s %s", ssh->node, ssh->host, key->type,
	    key->fingerprint);
	words_add(&host, ssh->host);
	words_show(&host, &shown);
	failure_hint(why, "compare it with what the node itself shows "
	    "(ssh-keygen -lf /etc/ssh/ssh_host_%s_key.pub), then: "
	    "ssh-keyscan -t %s -p %d %s%s >>%s", short_type, short_type,
	    ssh->port, ssh->host[0] == '-' ? "-- " : "",
	    text_string(&shown), ssh->known_hosts_path);
	text_release(&shown);
	words_release(&host);
}

/* Judges the host key.  Returns 0 when it is the node's, else -1. */
static int
judge_host(const struct ssh_session *ssh, const struct ssh_link_host_key *key,
    struct failure *why)
{
	const char *file;
	size_t line;

	file = "";
	line = 0;
	switch (known_host_judge(ssh->known, key->type, key->base64, &file,
	    &line)) {
	case KNOWN_HOSTS_KNOWN:
		return 0;
	case KNOWN_HOSTS_REVOKED:
		failure_set(why, EXITCODE_DENIED, "the host key of node '%s' "
		    "(%s) is revoked by %s:%zu: %s %s", ssh->node, ssh->host,
		    file, line, key->type, key->fingerprint);
		failure_hint(why, "somebody else may have this key: find out "
		    "who answers at %s, and give the node a new key",
		    ssh->host);
		break;
	case KNOWN_HOSTS_CHANGED:
		failure_set(why, EXITCODE_DENIED, "the host key of node '%s' "
		    "(%s) is not the one of %s:%zu: %s %s", ssh->node,
		    ssh->host, file, line, key->type, key->fingerprint);
		failure_hint(why, "somebody may be in between; if the node was "
		    "installed anew, remove that line and add its new key");
		break;
	case KNOWN_HOSTS_UNKNOWN:
		refuse_unknown(ssh, key, why);
		break;
	}
	return -1;
}

static int
check_host_key(struct ssh_session *ssh, struct failure *why)
{
	struct ssh_link_host_key key;
	int rc;

	rc = ssh_link_host_key(ssh->link, &key, why);
	if (rc == -1)
		failure_add(why, "node '%s'", ssh->node);
	else
		rc = judge_host(ssh, &key, why);
	ssh_link_host_key_release(&key);
	return rc;
}

/* ---- the login ---------------------------------------------------------- */

static enum ssh_link_progress
greet(struct ssh_session *ssh, struct failure *why)
{
	enum ssh_link_progress progress;

	progress = ssh_link_connect(ssh->link, why);
	if (progress == SSH_LINK_FAILED) {
		failure_add(why, "node '%s' (%s)", ssh->node,
		    address_text(ssh));
		if (why->code == EXITCODE_DENIED)
			failure_hint(why, "it no longer has a key of the "
			    "types in %s", ssh->known_hosts_path);
	}
	if (progress != SSH_LINK_DONE)
		return progress;
	if (check_host_key(ssh, why) == -1)
		return SSH_LINK_FAILED;
	ssh->stage = SSH_SESSION_LOGIN;
	return SSH_LINK_DONE;
}

static enum ssh_link_progress
log_in(struct ssh_session *ssh, struct failure *why)
{
	enum ssh_link_progress progress;

	progress = ssh->identity != NULL ?
	    ssh_link_authenticate(ssh->link, ssh->identity, why) :
	    ssh_login_by_agent(ssh, why);
	if (progress == SSH_LINK_FAILED) {
		failure_add(why, "user '%s' on node '%s' (%s)", ssh->user,
		    ssh->node, address_text(ssh));
		if (why->code == EXITCODE_DENIED)
			failure_hint(why, "the public half of '%s' must stand "
			    "in the authorized_keys of '%s' there",
			    ssh->identity_path, ssh->user);
	}
	return progress;
}

void
ssh_login_step(struct ssh_session *ssh)
{
	enum ssh_link_progress progress;

	if (ssh->stage == SSH_SESSION_CONNECTING && !finish_connect(ssh))
		return;
	progress = SSH_LINK_DONE;
	if (ssh->stage == SSH_SESSION_GREETING)
		progress = greet(ssh, &ssh->later);
	if (progress == SSH_LINK_DONE)
		progress = log_in(ssh, &ssh->later);
	switch (progress) {
	case SSH_LINK_FAILED:
		ssh_session_fail(ssh, &ssh->later);
		break;
	case SSH_LINK_AGAIN:
		if (ssh->awaits_agent)
			break;
		ssh_session_watch(ssh, EVENTLOOP_READ |
		    (ssh_link_wants_write(ssh->link) ? EVENTLOOP_WRITE : 0));
		break;
	case SSH_LINK_DONE:
		ssh_session_opened(ssh);
		break;
	}
}
