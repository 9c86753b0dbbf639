#ifndef CLROLL_SSH_SSH_SESSION_H
#define CLROLL_SSH_SSH_SESSION_H

#include <stdbool.h>
#include <stdint.h>

#include "../../libcore/base/words.h"

struct eventloop;
struct failure;
struct session;
struct ssh_client;

/*
 * A session (libcore/run/session.h) on a node over SSH: one connection for the
 * whole of it, one channel for each command.
 *
 * Opening fails with DENIED when the node's host key is unknown, changed or
 * revoked, or when it does not let the user in; with UNREACHABLE when it cannot
 * be reached or says nothing until connect_timeout has passed, counted from
 * the call to the end of the login.  A connection on which the node has not
 * answered three requests in a row, keep_alive apart, is given up.
 *
 * A command's words arrive as they are; the login shell of the user must be
 * one that knows `exec' and single quotes as POSIX does.  Nothing is put into
 * its environment.  With sudo, it is `sudo -n' that runs the command, and so
 * never asks for a password: where one is needed, the command ends with what
 * sudo says.  It has ended when the node has closed the channel, or when
 * the node has told its end and nothing was written for two seconds: a daemon
 * that the command left behind may hold the channel open for ever.
 *
 * Input is read from a regular file.  When that cannot be opened, the command
 * is not started and ends with exit code 127 and a line of output.
 */

struct ssh_target {
	const char		*node;		/* its name, for messages */
	const char		*host;		/* name or address */
	const char		*key_name;	/* in known_hosts; NULL: host */
	int			 port;
	const char		*user;
	const char		*identity;	/* file of the private key */
	const char		*agent;		/* socket of an agent, which is
						 * asked when identity cannot
						 * be used; or NULL */
	const struct words	*known_hosts;	/* files */
	int64_t			 connect_timeout;	/* nanoseconds */
	int64_t			 keep_alive;	/* nanoseconds, above 0 */
	struct session		*via;		/* to go through, or NULL */
	bool			 sudo;		/* run commands by sudo(8) */
};

/*
 * Makes a session for target, all of which is copied; its free call ends it,
 * and must come before client and loop are freed.  Looks the host's name up,
 * which may block, and reads the identity and the known hosts unless client has
 * them.  Returns it, or NULL with why set: UNREACHABLE when there is no such
 * host, else as reading says.
 *
 * With via, which is another session of this kind and must outlive this one,
 * the node is reached through a channel of via, and its name is looked up
 * there.  Any number of sessions may go through one; it is opened when the
 * first needs it, and then runs no commands of its own.
 */
struct session *
ssh_session_make(struct ssh_client *client, struct eventloop *loop,
    const struct ssh_target *target, struct failure *why);

#endif
