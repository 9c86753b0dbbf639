#ifndef LIBCORE_RUN_EXECUTION_H
#define LIBCORE_RUN_EXECUTION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "../base/exitcode.h"
#include "stop_signals.h"

struct command;
struct eventloop;
struct failure;
struct history;
struct jsonline;
struct plan;
struct plan_step;
struct session;

/*
 * By this the verb stop asks: it may come again and again, where a second
 * SIGTERM ends the program at once.
 */
#define EXECUTION_STOP_SIGNAL	STOP_SIGNALS_OF_VERB

/*
 * One life of a run, from the plan to its end: what a program's patch, run,
 * resume and rollback have in common.  Writes the journal, shows each record
 * on the command's report, stops at the next safe point on SIGINT, SIGTERM and
 * EXECUTION_STOP_SIGNAL, and outlives SIGHUP.  When one of those that stop it
 * waits already, see stop_signals.h, a new run does not begin (STOPPED).
 */
struct execution {
	struct command		 *command;	/* report, --yes, --confirm */
	struct eventloop	 *loop;
	const struct plan	 *plan;
	struct session		**sessions;	/* one for each place */
	const char		 *path;		/* of the journal */
	const struct jsonline	 *open;		/* a new run's first record, or
						 * NULL */
	const struct history	 *history;	/* an earlier life, or NULL */
	bool			  back;		/* put everything back */
	const char		 *decided;	/* "STEP=done", "STEP=again", or
						 * NULL */
	bool			  insists;	/* on that, whatever verify
						 * says */
	const char		 *leave;	/* why all is left as it is, or
						 * NULL */
	const char		 *approved;	/* digest of its plan, for the
						 * record "resume", or NULL */
	int64_t			  patience;	/* see progress_start() */
	/*
	 * Are told when the journal is ready for records of the caller's, when
	 * the record that ends this life comes next, and behind that; or NULL.
	 */
	void	(*begun)(void *cookie, struct execution *execution);
	void	(*closing)(void *cookie, struct execution *execution);
	void	(*ending)(void *cookie, struct execution *execution);
	void			 *cookie;
	bool			  has_acted;	/* something with an effect was
						 * begun in this life */
	struct execution_inside	 *inside;	/* while it runs */
};

/*
 * Runs it to its end.  Returns the exit code, with why set when there is
 * something to say.  Blocks; forks where the sessions do.
 */
enum exitcode
execution_run(struct execution *execution, struct failure *why);

/*
 * Returns the record, "confirmed", of who confirms step and how, the caller's,
 * or NULL if the command was given nothing that does.  A life of a run asks for
 * it itself, but of a step that a person does: that is confirmed between two
 * lives, behind one that has asked for it, by this record in the journal.
 */
struct jsonline *
execution_confirmed(const struct execution *execution,
    const struct plan_step *step);

/* Adds a record to the journal of the run under way, and shows it. */
void
execution_record(struct execution *execution, struct jsonline *record);

#endif
