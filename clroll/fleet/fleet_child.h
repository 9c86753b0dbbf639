#ifndef CLROLL_FLEET_FLEET_CHILD_H
#define CLROLL_FLEET_FLEET_CHILD_H

#include <stdbool.h>

#include "../../libcore/base/text.h"
#include "../../libcore/system/process.h"

struct eventloop;
struct failure;
struct words;

/*
 * The run over one cluster of a fleet: a child that writes JSON lines, of which
 * only what is wanted is kept.
 */

/* What is known of it; belongs to the child. */
struct fleet_child_news {
	struct text	 step;		/* that it is at */
	struct text	 message;	/* why it ended as it did */
	bool		 has_changed;	/* anything */
	bool		 asks;		/* stopped, for a person to confirm */
};

struct fleet_child_events {
	/* The child has ended, and may be freed. */
	void	(*ended)(void *cookie, struct process_end end,
		    const struct fleet_child_news *news);
	/* It wrote this line, which is no JSON. */
	void	(*said)(void *cookie, const char *line);
};

struct fleet_child;

/*
 * Starts argv with our own environment, in a process group of its own.  events
 * and cookie are borrowed until it is freed.  Returns the child, or NULL with
 * why set.  Forks.
 */
struct fleet_child *
fleet_child_start(struct eventloop *loop, const struct words *argv,
    const struct fleet_child_events *events, void *cookie,
    struct failure *why);

/* Returns what is known of it. */
const struct fleet_child_news *
fleet_child_news(const struct fleet_child *child);

/*
 * Asks the run to stop before its next step, any number of times.  While the
 * child waits for one of an earlier life, that is ended by
 * EXECUTION_STOP_SIGNAL and nothing else happens.
 */
void
fleet_child_ask(const struct fleet_child *child);

/* Frees it; the process goes on if it runs.  NULL does nothing. */
void
fleet_child_free(struct fleet_child *child);

#endif
