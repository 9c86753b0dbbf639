#ifndef CLROLL_FLEET_FLEET_REPORT_H
#define CLROLL_FLEET_FLEET_REPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "../../libcore/base/exitcode.h"

struct command;
struct failure;
struct fleet_stored;
struct jsonline;
struct node_config;
struct text;

/*
 * What a fleet has done, for who was not there: its lives, its waves, and what
 * became of each cluster.
 */

/* What the journal tells of a cluster, at last. */
struct fleet_report_item {
	const struct jsonline	*begin;		/* or NULL */
	const struct jsonline	*result;	/* or NULL */
	int64_t			 from;		/* wall clock; 0: unknown */
	int64_t			 until;
};

struct fleet_report {
	const struct fleet_stored	*stored;
	const struct node_config	*config;
	const char			*state;		/* in words */
	struct fleet_report_item	*items;		/* one for each */
};

/*
 * Reports stored, which is under way or not: as text, as JSON lines, or, when
 * html is not NULL, as a page in that file ("-": stdout).  Returns OK, whatever
 * came of it, or another code with why set.  Reads the journal, and writes the
 * file.
 */
enum exitcode
fleet_report_make(struct command *command, const struct node_config *config,
    const struct fleet_stored *stored, bool is_running, const char *html,
    struct failure *why);

/*
 * fleet_report_page.c: adds it as a page.  folder is where the page will be:
 * reports of runs that lie there, as RUN.html, are linked.
 */
void
fleet_report_page(const struct fleet_report *report, const char *folder,
    const char *source, struct text *page);

/* Returns when record was written; 0: unknown. */
int64_t
fleet_report_time(const struct jsonline *record);

/*
 * Adds a line on the life that record begins, or ends, and returns the name of
 * the line, "begun"; or adds nothing and returns NULL.
 */
const char *
fleet_report_life(const struct jsonline *record, struct text *line);

#endif
