#include <config.h>

#include "ssh_link.h"

#include <errno.h>
#include <fcntl.h>
#include <libssh/server.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../../libcore/base/failure.h"
#include "../../libcore/base/memory.h"
#include "../../libcore/base/text.h"
#include "../../libcore/base/words.h"
#include "../../libcore/system/network.h"
#include "ssh_link_private.h"

/*
 * A stuck reader must not starve the other links: so many packets of the
 * socket, 4 KB each, are taken in at a time.
 */
enum { RECEIVE_ROUNDS = 24 };

/*
 * What a host may ask of us, who serve nothing: some say so that they close
 * their ears.  libssh would keep each of these for a server to read.
 */
enum { REQUESTS_LIMIT = 1000 };

/* The AES modes are the cheapest here, by a factor of 1.5 to 3. */
static const char ciphers[] = "aes128-gcm@openssh.com,aes256-gcm@openssh.com,"
    "chacha20-poly1305@openssh.com,aes256-ctr,aes192-ctr,aes128-ctr";

/* Types of keys that libssh can check, best first, and their signatures. */
static const struct key_type {
	const char	*name;
	const char	*signatures;
} key_types[] = {
	{ "ssh-ed25519", "ssh-ed25519" },
	{ "ecdsa-sha2-nistp256", "ecdsa-sha2-nistp256" },
	{ "ecdsa-sha2-nistp384", "ecdsa-sha2-nistp384" },
	{ "ecdsa-sha2-nistp521", "ecdsa-sha2-nistp521" },
	{ "ssh-rsa", "rsa-sha2-512,rsa-sha2-256" },
};

enum { KEY_TYPES = sizeof(key_types) / sizeof(key_types[0]) };

/* Sets signatures to those of the wanted types; all when none is wanted. */
static void
list_signatures(const struct words *wanted, struct text *signatures)
{
	for (size_t i = 0; i < KEY_TYPES; i++) {
		if (wanted->count > 0 && !words_has(wanted, key_types[i].name))
			continue;
		if (signatures->length > 0)
			text_add(signatures, ",");
		text_add(signatures, key_types[i].signatures);
	}
}

/*
 * Sets what libssh must not find out by itself: it would read configuration
 * and known_hosts files again for each session, and ask for the home.
 */
static int
set_options(ssh_session session, const struct ssh_link_options *options,
    const char *signatures, socket_t *socket)
{
	const struct {
		enum ssh_options_e	 option;
		const void		*value;
	} list[] = {
		{ SSH_OPTIONS_PROCESS_CONFIG, &(const bool){ false } },
		{ SSH_OPTIONS_SSH_DIR, "/nonexistent" },
		{ SSH_OPTIONS_KNOWNHOSTS, "/dev/null" },
		{ SSH_OPTIONS_GLOBAL_KNOWNHOSTS, "/dev/null" },
		/* Only for its messages; the socket is what counts. */
		{ SSH_OPTIONS_HOST, "node" },
		{ SSH_OPTIONS_USER, options->user },
		{ SSH_OPTIONS_HOSTKEYS, signatures },
		{ SSH_OPTIONS_CIPHERS_C_S, ciphers },
		{ SSH_OPTIONS_CIPHERS_S_C, ciphers },
		{ SSH_OPTIONS_FD, socket },
	};

	for (size_t i = 0; i < sizeof(list) / sizeof(list[0]); i++)
		if (ssh_options_set(session, list[i].option,
		    list[i].value) != SSH_OK)
			return -1;
	ssh_set_blocking(session, 0);
	return 0;
}

/* Refuses what the host asks for; returns 1, for the answer that says so. */
static int
refuse_request(ssh_session session, ssh_message message, void *cookie)
{
	struct ssh_link *link = cookie;

	(void)session;
	(void)message;
	link->requests++;
	return 1;
}

struct ssh_link *
ssh_link_make(const struct ssh_link_options *options, struct failure *why)
{
	struct ssh_link *link;
	struct text signatures = { 0 };
	int rc;

	rc = -1;
	link = memory_make(1, sizeof(*link));
	link->socket = -1;
	link->agent = -1;
	link->agent_theirs = -1;
	list_signatures(options->key_types, &signatures);
	if (signatures.length == 0) {
		failure_set(why, EXITCODE_DENIED, "no host key of a type that "
		    "can be checked is known, only '%s'",
		    options->key_types->list[0]);
		goto out;
	}
	/*
	 * libssh closes its descriptor when it likes, also while an event
	 * loop watches it; so it gets one of its own.
	 */
	link->socket = fcntl(options->socket, F_DUPFD_CLOEXEC, 0);
	if (link->socket == -1) {
		failure_set_errno(why, EXITCODE_SYSTEM, errno,
		    "cannot duplicate a socket");
		goto out;
	}
	link->session = ssh_new();
	if (link->session == NULL || set_options(link->session, options,
	    text_string(&signatures), &link->socket) == -1) {
		failure_set(why, EXITCODE_SYSTEM, "cannot begin with SSH: %s",
		    link->session == NULL ? "no memory" :
		    ssh_get_error(link->session));
		goto out;
	}
	ssh_set_message_callback(link->session, refuse_request, link);
	ssh_set_counters(link->session, &link->heard, NULL);
	rc = 0;
out:
	text_release(&signatures);
	if (rc == -1) {
		ssh_link_free(link);
		link = NULL;
	}
	return link;
}

bool
ssh_link_stands(const struct ssh_link *link)
{
	return (ssh_get_status(link->session) &
	    (SSH_CLOSED | SSH_CLOSED_ERROR)) == 0;
}

void
ssh_link_free(struct ssh_link *link)
{
	bool is_ours;

	if (link == NULL)
		return;
	if (link->event != NULL) {
		(void)ssh_event_remove_session(link->event, link->session);
		ssh_event_free(link->event);
	}
	/* libssh closes its descriptor, unless ssh_disconnect() forgot it. */
	is_ours = !link->has_begun;
	if (link->has_begun && ssh_get_fd(link->session) != -1 &&
	    ssh_is_connected(link->session)) {
		ssh_disconnect(link->session);
		is_ours = true;
	}
	ssh_free(link->session);
	if (link->agent != -1)
		(void)close(link->agent);	/* libssh has its own end */
	if (is_ours && link->socket != -1)
		(void)close(link->socket);	/* all said that can be */
	free(link);
}

/* Fills why with what libssh says; returns SSH_LINK_FAILED. */
static enum ssh_link_progress
fail(const struct ssh_link *link, struct failure *why, enum exitcode code,
    const char *what)
{
	failure_set(why, code, "%s: %s", what, ssh_get_error(link->session));
	return SSH_LINK_FAILED;
}

enum ssh_link_progress
ssh_link_connect(struct ssh_link *link, struct failure *why)
{
	int rc;

	link->has_begun = true;
	rc = ssh_connect(link->session);
	if (rc == SSH_ERROR)
		return fail(link, why, strstr(ssh_get_error(link->session),
		    "server host key algo") != NULL ? EXITCODE_DENIED :
		    EXITCODE_UNREACHABLE, "no SSH connection");
	/* ssh_connect() makes the socket blocking behind our back. */
	if (network_unblock(link->socket) == -1) {
		failure_set_errno(why, EXITCODE_SYSTEM, errno,
		    "cannot make a socket non-blocking");
		return SSH_LINK_FAILED;
	}
	if (rc == SSH_AGAIN)
		return SSH_LINK_AGAIN;
	link->event = ssh_event_new();
	if (link->event == NULL ||
	    ssh_event_add_session(link->event, link->session) != SSH_OK)
		return fail(link, why, EXITCODE_SYSTEM, "no event for SSH");
	return SSH_LINK_DONE;
}

/* Returns a copy of string, which libssh made and which is freed. */
static char *
take_string(char *string)
{
	char *copy;

	copy = memory_copy_string(string);
	ssh_string_free_char(string);
	return copy;
}

int
ssh_link_host_key(struct ssh_link *link, struct ssh_link_host_key *key,
    struct failure *why)
{
	ssh_key public_key;
	unsigned char *hash;
	size_t hash_size;
	char *string;
	int rc;

	memset(key, 0, sizeof(*key));
	hash = NULL;
	rc = -1;
	if (ssh_get_server_publickey(link->session, &public_key) != SSH_OK) {
		(void)fail(link, why, EXITCODE_DENIED, "no host key");
		return -1;
	}
	key->type = memory_copy_string(
	    ssh_key_type_to_char(ssh_key_type(public_key)));
	if (ssh_pki_export_pubkey_base64(public_key, &string) != SSH_OK)
		goto out;
	key->base64 = take_string(string);
	if (ssh_get_publickey_hash(public_key, SSH_PUBLICKEY_HASH_SHA256,
	    &hash, &hash_size) != 0)
		goto out;
	string = ssh_get_fingerprint_hash(SSH_PUBLICKEY_HASH_SHA256, hash,
	    hash_size);
	if (string == NULL)
		goto out;
	key->fingerprint = take_string(string);
	rc = 0;
out:
	if (rc == -1)
		failure_set(why, EXITCODE_DENIED, "no usable host key");
	ssh_clean_pubkey_hash(&hash);
	ssh_key_free(public_key);
	return rc;
}

void
ssh_link_host_key_release(struct ssh_link_host_key *key)
{
	free(key->type);
	free(key->base64);
	free(key->fingerprint);
	memset(key, 0, sizeof(*key));
}

enum ssh_link_progress
ssh_link_login(struct ssh_link *link, int answer, const char *denied,
    struct failure *why)
{
	switch (answer) {
	case SSH_AUTH_SUCCESS:
		return SSH_LINK_DONE;
	case SSH_AUTH_AGAIN:
		return SSH_LINK_AGAIN;
	case SSH_AUTH_PARTIAL:
		failure_set(why, EXITCODE_DENIED,
		    "the key is taken, but more is asked for");
		return SSH_LINK_FAILED;
	default:
		break;
	}
	if (!ssh_link_stands(link))
		return fail(link, why, EXITCODE_UNREACHABLE,
		    "the connection broke before the login");
	failure_set(why, EXITCODE_DENIED, "%s", denied);
	return SSH_LINK_FAILED;
}

enum ssh_link_progress
ssh_link_authenticate(struct ssh_link *link,
    const struct ssh_identity *identity, struct failure *why)
{
	return ssh_link_login(link, ssh_userauth_publickey(link->session, NULL,
	    identity->key), "the key is not taken", why);
}

int
ssh_link_receive(struct ssh_link *link, struct failure *why)
{
	int rc;

	rc = SSH_OK;
	for (int i = 0; i < RECEIVE_ROUNDS && rc != SSH_AGAIN; i++) {
		rc = ssh_event_dopoll(link->event, 0);
		if (rc == SSH_ERROR || !ssh_link_stands(link)) {
			(void)fail(link, why, EXITCODE_UNREACHABLE,
			    "the connection broke");
			return -1;
		}
		if (link->requests > REQUESTS_LIMIT) {
			failure_set(why, EXITCODE_UNREACHABLE,
			    "it does not stop asking for what nobody offers");
			return -1;
		}
	}
	return 0;
}

bool
ssh_link_wants_write(const struct ssh_link *link)
{
	return (ssh_get_poll_flags(link->session) & SSH_WRITE_PENDING) != 0;
}

uint64_t
ssh_link_heard(const struct ssh_link *link)
{
	return link->heard.in_bytes;
}

void
ssh_link_ask(struct ssh_link *link)
{
	/*
	 * While a request is unanswered, a call sends nothing; the first one
	 * after its answer only takes note of that.  So the second call sends
	 * whenever nothing is owed, and neither sends twice.
	 */
	(void)ssh_send_keepalive(link->session);
	(void)ssh_send_keepalive(link->session);
}

const char *
ssh_link_version(void)
{
	return (ssh_version(0));
}
