#ifndef CLROLL_SSH_SSH_LINK_PRIVATE_H
#define CLROLL_SSH_SSH_LINK_PRIVATE_H

#include <libssh/libssh.h>

#include "ssh_link.h"

/*
 * What ssh_link.c, ssh_command.c and ssh_identity.c share; nobody else
 * includes it, so that no other file sees libssh.
 */

struct ssh_link {
	ssh_session			session;
	ssh_event			event;	/* NULL until it is connected */
	struct ssh_counter_struct	heard;
	int				socket;	/* session's own descriptor */
	unsigned			requests;	/* that were refused */
	bool				has_begun;	/* ssh_connect() */
	int				agent;	/* our end of libssh's agent;
						 * -1: none */
	int				agent_theirs;	/* which libssh
							 * closes */
	bool				has_signature;
};

struct ssh_identity {
	ssh_key	key;
};

/* Returns whether the connection can still carry anything. */
bool
ssh_link_stands(const struct ssh_link *link);

/*
 * Returns what answer, one of libssh's to an attempt to log in, means; denied
 * is the message for a refusal.
 */
enum ssh_link_progress
ssh_link_login(struct ssh_link *link, int answer, const char *denied,
    struct failure *why);

#endif
