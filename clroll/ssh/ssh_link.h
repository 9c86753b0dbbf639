#ifndef CLROLL_SSH_SSH_LINK_H
#define CLROLL_SSH_SSH_LINK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct failure;
struct ssh_identity;
struct text;
struct words;

/*
 * The protocol of SSH over a connected socket, non-blocking: libssh, with its
 * pitfalls closed.  ssh_link.c, ssh_command.c and ssh_identity.c are the only
 * files that know libssh.  Calling sequence: ssh_link_make; ssh_link_connect
 * until it is done, ssh_link_host_key and a judgement on that key,
 * ssh_link_authenticate until it is done; then commands (ssh_command.h), and
 * ssh_link_receive whenever the socket is ready; ssh_link_free.
 *
 * Between calls, wait until the socket can be read, or, while
 * ssh_link_wants_write() says so, written.  Nothing here waits or calls back.
 */
struct ssh_link;

/* How far a call came. */
enum ssh_link_progress {
	SSH_LINK_FAILED = -1,		/* why says why */
	SSH_LINK_AGAIN = 0,		/* call it again when ready */
	SSH_LINK_DONE = 1
};

struct ssh_link_options {
	int			 socket;	/* connected, non-blocking */
	const char		*user;		/* to log in as */
	const struct words	*key_types;	/* of host keys; empty: any */
};

/* What the host showed as its own. */
struct ssh_link_host_key {
	char	*type;			/* "ssh-ed25519" */
	char	*base64;		/* the public key */
	char	*fingerprint;		/* "SHA256:..." */
};

/*
 * Returns a link over options' socket, of which it uses a duplicate, or NULL
 * with why set: DENIED when none of key_types can be checked here, else
 * SYSTEM.
 */
struct ssh_link *
ssh_link_make(const struct ssh_link_options *options, struct failure *why);

/* Says good-bye, if the link still stands, and frees it. */
void
ssh_link_free(struct ssh_link *link);

/*
 * Exchanges banners and keys.  Afterwards the host key must be judged before
 * anything else is done: nothing here does that.  Fails with UNREACHABLE, or
 * DENIED when the host has none of the key types asked for.
 */
enum ssh_link_progress
ssh_link_connect(struct ssh_link *link, struct failure *why);

/*
 * Fills key with the host's.  Returns 0, or -1 with why set.  Release it with
 * ssh_link_host_key_release() in any case.
 */
int
ssh_link_host_key(struct ssh_link *link, struct ssh_link_host_key *key,
    struct failure *why);

void
ssh_link_host_key_release(struct ssh_link_host_key *key);

/*
 * Logs in by the private key identity.  Fails with DENIED when the host does
 * not take it, UNREACHABLE when the connection broke.
 */
enum ssh_link_progress
ssh_link_authenticate(struct ssh_link *link,
    const struct ssh_identity *identity, struct failure *why);

/*
 * Logs in by a key of an agent, which the caller asks: identities is its answer
 * to which keys it has, signature its answer to question, or empty.  Returns
 * AGAIN with question set, empty before, when that must be put to the agent
 * before the next call, else as ssh_link_authenticate.
 */
enum ssh_link_progress
ssh_link_authenticate_by_agent(struct ssh_link *link,
    const struct text *identities, const struct text *signature,
    struct text *question, struct failure *why);

/*
 * Takes in what has come, up to some 100 KB.  Returns 0, or -1 with why set
 * (UNREACHABLE) when the connection is gone.
 */
int
ssh_link_receive(struct ssh_link *link, struct failure *why);

/* Returns whether the socket must also be waited for to be written. */
bool
ssh_link_wants_write(const struct ssh_link *link);

/* Returns how many bytes have come in all, to tell silence from life. */
uint64_t
ssh_link_heard(const struct ssh_link *link);

/* Asks the host for an answer, any answer, unless one is still owed. */
void
ssh_link_ask(struct ssh_link *link);

/* Returns the version of the libssh that runs; static. */
const char *
ssh_link_version(void);

#endif
