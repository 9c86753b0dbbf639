#ifndef LIBCORE_RUN_SESSION_H
#define LIBCORE_RUN_SESSION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "../system/process.h"

struct failure;

/*
 * A place where commands run: this machine, or a node over SSH.  All calls
 * return at once; what comes of them is told to the owner from the event
 * loop, never from inside the call.
 *
 *	open   ->  opened, or failed
 *	start  ->  started at most once, output any number of times, ended once
 *	await  ->  ended once; the place must be open as for start
 *	stop   ->  nothing of its own; the command's end comes sooner
 *	close  ->  nothing; no event comes any more
 *
 * One command at a time.  A connection that breaks while a command runs ends
 * that command as PROCESS_LOST and then tells failed; the session may be
 * opened again.  An implementation embeds struct session as its first member.
 */
struct session;

struct session_command {
	const struct words	*argv;
	const char		*input;	/* a file of this machine that the
					 * command reads; NULL: /dev/null */
	int64_t			 input_at;	/* from this byte on */
	bool			 has_effect;	/* it does nothing before
						 * `started' said that it may,
						 * nor when we die before */
};

/* What the owner of a session is told; each function gets the cookie. */
struct session_events {
	void	(*opened)(void *cookie);
	void	(*failed)(void *cookie, const struct failure *why);
	/*
	 * The command is there; token lets `await' find it again, also from
	 * another run.  Returns whether it may go on, if it has an effect:
	 * else it ends without having done anything, and ended is told.
	 */
	bool	(*started)(void *cookie, const char *token);
	void	(*output)(void *cookie, const char *bytes, size_t size,
		    bool is_error);
	void	(*ended)(void *cookie, struct process_end end);
};

struct session_calls {
	/* Connects. */
	void	(*open)(struct session *session);
	/* Runs a command; what command points at is copied. */
	void	(*start)(struct session *session,
		    const struct session_command *command);
	/*
	 * Waits until the command that was started as token, by an earlier run,
	 * has ended, and all its children.  That is told as exit code 0; how
	 * it ended nobody can say.  PROCESS_LOST: the connection broke, and it
	 * may still run.
	 */
	void	(*await)(struct session *session, const char *token);
	/* Sends signal to the running command and all its children. */
	void	(*stop)(struct session *session, int signal);
	/* Gives the connection up; a command that runs goes on unseen. */
	void	(*close)(struct session *session);
	/* Closes and frees. */
	void	(*free)(struct session *session);
};

struct session {
	const struct session_calls	*calls;
	const struct session_events	*events;
	void				*cookie;
};

/*
 * Lets every command go on: started, for an owner that keeps no record of
 * tokens.  Pure.
 */
bool
session_may_go_on(void *cookie, const char *token);

/* Returns the process that token is of, at its place, or 0.  Pure. */
int64_t
session_process(const char *token);

#endif
