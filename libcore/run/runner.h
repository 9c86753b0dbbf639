#ifndef LIBCORE_RUN_RUNNER_H
#define LIBCORE_RUN_RUNNER_H

#include <stdbool.h>
#include <stddef.h>

#include "../base/exitcode.h"

struct eventloop;
struct failure;
struct history;
struct journal;
struct jsonline;
struct plan;
struct plan_step;
struct progress;
struct session;
struct text;

/*
 * Carries out what progress_next() says, on an event loop: records into the
 * journal, commands into sessions, pauses into timers.  It decides nothing.
 * Several runners may share a loop.
 */
struct runner;

/* Who is told of a run; each function gets the cookie. */
struct runner_events {
	/* A record was appended to the journal. */
	void	(*recorded)(void *cookie, const struct jsonline *record);
	/* The run command of a step, or its undo, said this. */
	void	(*said)(void *cookie, const struct plan_step *step,
		    const char *bytes, size_t size);
	/*
	 * Returns the record of who confirmed the step, which the runner takes,
	 * or NULL: nobody.
	 */
	struct jsonline	*(*confirm)(void *cookie,
		    const struct plan_step *step);
	/*
	 * The run has ended with code, and why says what went wrong, if
	 * anything did.  The runner may be freed.
	 */
	void	(*finished)(void *cookie, enum exitcode code,
		    const struct failure *why);
	/* The record that ends this life comes next; or NULL. */
	void	(*closing)(void *cookie);
	/*
	 * It takes a while to find out how a step stands that is taken up, as
	 * words say; or NULL.
	 */
	void	(*looking)(void *cookie, const char *words);
};

/* All that a runner needs; everything is borrowed until runner_free. */
struct runner_request {
	struct eventloop		 *loop;
	const struct plan		 *plan;
	struct progress			 *progress;	/* started, replayed */
	struct session			**sessions;	/* one for each of the
							 * plan's places */
	struct journal			 *journal;
	const char			 *program;	/* by which, and of */
	const char			 *run;		/* what name, a person
							 * goes on with it */
	const char			 *left;		/* what to say of a run
							 * that is left */
	const struct history		 *history;	/* earlier lives, or
							 * NULL */
	const struct runner_events	 *events;
	void				 *cookie;
};

/*
 * Begins the run as soon as the loop runs.  Sets the events and the cookie of
 * each session.  Returns the runner.
 */
struct runner *
runner_start(const struct runner_request *request);

/* Asks for a stop at the next safe point. */
void
runner_stop(struct runner *runner);

/*
 * Adds to text which command of the run goes on without us, if one may.
 * Returns whether one may.
 */
bool
runner_show_work(const struct runner *runner, struct text *text);

/*
 * Frees the runner.  The sessions, whose events nobody gets any more, stay as
 * they are; a command that runs goes on.
 */
void
runner_free(struct runner *runner);

#endif
