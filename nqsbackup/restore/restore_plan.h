#ifndef NQSBACKUP_RESTORE_RESTORE_PLAN_H
#define NQSBACKUP_RESTORE_RESTORE_PLAN_H

#include <stddef.h>

struct failure;
struct restore_request;

/*
 * What a restore does to each entry, decided before anything is done, by
 * what is in the archive and what is on the disk alone.  Pure.
 */

enum restore_action {
	RESTORE_SKIP,			/* not selected */
	RESTORE_KEEP,			/* is as in the archive */
	RESTORE_MAKE,			/* a directory that is missing */
	RESTORE_ATTRIBUTES,		/* of a directory */
	RESTORE_WRITE,			/* no directory: files, devices, ... */
	RESTORE_LINK			/* a further name of carrier */
};

struct restore_step {
	enum restore_action	action;
	size_t			carrier;	/* RESTORE_LINK: its number */
};

struct restore_plan {
	struct restore_step	*steps;		/* one for each entry */
	size_t			 count;
	size_t			*removals;	/* numbers in disk, in order */
	size_t			 removal_count;
	size_t			*extras;	/* the same, to be left */
	size_t			 extra_count;
	size_t			 changes;	/* removals and other steps */
	size_t			 foreign;	/* entries of other owners that
						 * get ours */
	size_t			 withheld;	/* entries with attributes that
						 * may not be restored */
};

/*
 * Makes the plan.  Returns 0, or -1 with why set (FAILED) when something
 * stands in the way that may not be removed; plan is to be released in any
 * case.
 */
int
restore_plan_make(const struct restore_request *request,
    struct restore_plan *plan, struct failure *why);

void
restore_plan_release(struct restore_plan *plan);

/* Returns the word for action: "write". */
const char *
restore_plan_word(enum restore_action action);

#endif
