#ifndef CLROLL_SSH_SSH_SESSION_PRIVATE_H
#define CLROLL_SSH_SSH_SESSION_PRIVATE_H

#include <sys/types.h>

#include <stdbool.h>
#include <stdint.h>

#include "../../libcore/base/failure.h"
#include "../../libcore/base/text.h"
#include "../../libcore/run/session.h"
#include "../../libcore/system/network.h"
#include "ssh_command.h"
#include "ssh_link.h"
#include "ssh_script.h"

struct eventloop;
struct eventloop_timer;
struct known_host;
struct ssh_agent;
struct ssh_forward;
struct ssh_identity;

/*
 * What ssh_session.c (the connection, and everything that the owner calls),
 * ssh_login.c (from the TCP connection to the login), ssh_run.c (one
 * command) and ssh_forward.c (sessions through sessions) share; nobody else
 * includes it.
 *
 * Everything happens in a step: the loop calls back because the socket is
 * ready or a timer has run out, one function for the present stage does what
 * can be done, and the owner is told.  The owner may answer by any call, close
 * and free too, so after telling it something a function looks at
 * ssh_session_is_at() before it touches the session's link or command again.
 * What the owner asks for is done in the next step, never inside its call.
 */

enum ssh_session_stage {
	SSH_SESSION_CLOSED,
	SSH_SESSION_CONNECTING,		/* TCP */
	SSH_SESSION_GREETING,		/* banners, key exchange */
	SSH_SESSION_LOGIN,		/* the host key is good */
	SSH_SESSION_IDLE,
	SSH_SESSION_STARTING,		/* a command is asked for */
	SSH_SESSION_RUNNING
};

/* What is told from the loop, for it came up inside a call of the owner's. */
enum ssh_session_news {
	SSH_SESSION_NO_NEWS,
	SSH_SESSION_OPENED,		/* it was open already */
	SSH_SESSION_FAILED,		/* because of `later' */
	SSH_SESSION_NOT_STARTED,	/* a command, because of `later' */
	SSH_SESSION_NOT_OPEN		/* for a command */
};

/* Whether the command waits for a line of input before it is run. */
enum ssh_session_gate {
	SSH_SESSION_NO_GATE,
	SSH_SESSION_SHUT,		/* it waits */
	SSH_SESSION_OPENING		/* it may run, but was not told yet */
};

struct ssh_session {
	struct session			 session;
	struct eventloop		*loop;

	/* What it connects to. */
	char				*node;
	char				*host;
	char				*user;
	char				*identity_path;
	char				*known_hosts_path; /* the first */
	int				 port;
	int64_t				 connect_timeout;
	int64_t				 keep_alive;
	enum ssh_script_right		 right;
	struct network_addresses	 addresses;
	const struct ssh_identity	*identity;
	struct known_host		*known;
	struct ssh_session		*via;	/* to go through, or NULL */

	/* The connection. */
	enum ssh_session_stage		 stage;
	unsigned long			 life;	/* counts what begins, to tell
						 * that nothing has changed */
	size_t				 address;	/* in use */
	int				 socket;
	int				 events;	/* watched for */
	struct ssh_link			*link;
	int64_t				 deadline;	/* of the login */
	struct eventloop_timer		*attempt_timer;	/* next address */
	struct eventloop_timer		*deadline_timer;
	struct eventloop_timer		*alive_timer;
	struct eventloop_timer		*soon_timer;	/* tell what follows */
	enum ssh_session_news		 news;
	struct failure			 later;		/* that it failed */
	uint64_t			 heard;		/* at the last tick */
	int				 silences;	/* ticks in a row */

	struct ssh_forward		*forward;	/* through via */
	struct ssh_forward		*forwards;	/* of others, through
							 * us */

	/* The agent, if there is no key file. */
	char				*agent_path;	/* or NULL */
	struct ssh_agent		*agent;
	bool				 awaits_agent;
	bool				 agent_is_gone;
	struct text			 identities;	/* its answers */
	struct text			 signature;

	/* The command. */
	struct ssh_command		*command;
	bool				 is_await;	/* it only waits */
	enum ssh_session_gate		 gate;
	char				*wanted;	/* line to begin
						 * after the login */
	struct text			 noise;		/* before the token */
	bool				 has_token;	/* or none will come */
	char				 token[SSH_SCRIPT_TOKEN_ROOM];
	int				 signal;	/* to be sent, or 0 */
	struct ssh_command		*stopper;	/* that sends it */
	int				 input;		/* -1: none, or ended */
	off_t				 input_at;
	struct eventloop_timer		*linger_timer;
	bool				 has_lingered;
	bool				 has_said;	/* in this step */

	/* Where we are called from. */
	int				 depth;
	bool				 is_freed;
};

/* ---- ssh_session.c ------------------------------------------------------ */

/* Returns whether nothing has begun or ended since life was noted. */
bool
ssh_session_is_at(const struct ssh_session *ssh, unsigned long life);

/*
 * Ends the connection because of why: tells the end of a command that runs,
 * then that it failed.
 */
void
ssh_session_fail(struct ssh_session *ssh, const struct failure *why);

/* Tells that the login is done. */
void
ssh_session_opened(struct ssh_session *ssh);

/* Sees to it that a step comes soon. */
void
ssh_session_kick(struct ssh_session *ssh);

/* Lets news be told soon, from the loop. */
void
ssh_session_tell_soon(struct ssh_session *ssh, enum ssh_session_news news);

/* Has the loop call back when the socket is ready for events. */
void
ssh_session_watch(struct ssh_session *ssh, int events);

/* ---- ssh_login.c -------------------------------------------------------- */

/* Begins a connection to the present address, or to one after it. */
void
ssh_login_connect(struct ssh_session *ssh);

/* Does what can be done for the login. */
void
ssh_login_step(struct ssh_session *ssh);

/* ---- ssh_login_agent.c -------------------------------------------------- */

/* Logs in by a key of the agent, as far as can be. */
enum ssh_link_progress
ssh_login_by_agent(struct ssh_session *ssh, struct failure *why);

/* Gives up what a login by the agent needs. */
void
ssh_login_forget_agent(struct ssh_session *ssh);

/* ---- ssh_forward.c ------------------------------------------------------ */

/*
 * Begins the traveller's way through its via, which is opened if need be, and
 * sets the traveller's socket.  When the way is there, the socket is watched
 * for writing; when there is none, that is told soon.
 */
void
ssh_forward_begin(struct ssh_session *traveller);

/* Gives up the traveller's way, if it has one. */
void
ssh_forward_end(struct ssh_session *traveller);

/* Does what can be done for all ways through host. */
void
ssh_forward_step(struct ssh_session *host);

/* The connection of host is lost, and all ways through it. */
void
ssh_forward_lose(struct ssh_session *host);

/* ---- ssh_run.c ---------------------------------------------------------- */

/* Begins the command line. */
void
ssh_run_begin(struct ssh_session *ssh, const char *line);

/* Does what can be done for the command. */
void
ssh_run_step(struct ssh_session *ssh);

/*
 * Tells what the command has written so far; all of it, when it has written
 * all that it ever will.  Returns whether it is still there.
 */
bool
ssh_run_deliver(struct ssh_session *ssh, bool is_all);

/* Forgets the command. */
void
ssh_run_release(struct ssh_session *ssh);

#endif
