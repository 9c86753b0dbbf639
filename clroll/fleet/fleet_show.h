#ifndef CLROLL_FLEET_FLEET_SHOW_H
#define CLROLL_FLEET_FLEET_SHOW_H

#include <stdbool.h>
#include <stddef.h>

#include "fleet.h"
#include "fleet_plan.h"

struct jsonline;
struct plan;
struct report;
struct text;

/*
 * What is shown of a fleet: its records as they come, how many clusters stand
 * how, and its plan.
 */

/* How many clusters stand how. */
struct fleet_counts {
	size_t	done;
	size_t	failed;
	size_t	unreachable;
	size_t	stopped;
	size_t	asking;			/* stopped: a step must be confirmed */
	size_t	others;			/* in trouble, or need a person */
	size_t	begun;
	size_t	waiting;
};

/* Returns how the clusters of fleet stand. */
struct fleet_counts
fleet_show_count(const struct fleet *fleet);

/* Adds "3 done, 1 failed, 6 waiting": those of which there are any. */
void
fleet_show_counts(const struct fleet_counts *counts, struct text *text);

/* Sets these counts in event. */
void
fleet_show_set_counts(struct jsonline *event,
    const struct fleet_counts *counts);

/* Shows a record of the journal. */
void
fleet_show_record(struct report *report, const struct jsonline *record);

/*
 * Shows what would be done, by waves, with the steps of the run over the first
 * cluster, and the digest of the plan.
 */
void
fleet_show_plan(struct report *report, const struct fleet_plan *plan,
    const struct plan *steps);

/*
 * Shows a line for each cluster, which a shell splits into its words: program,
 * and how it carries out the run there.
 */
void
fleet_show_lines(struct report *report, const char *program,
    const struct fleet_plan *plan);

#endif
