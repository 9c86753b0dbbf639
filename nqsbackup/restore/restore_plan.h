#ifndef NQSBACKUP_RESTORE_RESTORE_PLAN_H
#define NQSBACKUP_RESTORE_RESTORE_PLAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

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
	RESTORE_LINK			/* a further name of a carrier */
};

struct restore_plan {
	unsigned char	*actions;	/* an enum restore_action of each
					 * entry */
	size_t		 count;
	uint32_t	*carriers;	/* of each file that is restored by
					 * further names only: the first of
					 * them; of all else 0 */
	const char	**removals;	/* names, in order */
	size_t		 removal_count;
	bool		*removed;	/* whether each thing on the disk is,
					 * whose name no entry has */
	const char	**extras;	/* names of those that are left */
	size_t		 extra_count;
	size_t		 changes;	/* removals and other actions */
	size_t		 foreign;	/* entries of other owners that get
					 * ours */
	size_t		 withheld;	/* entries with attributes that may
					 * not be restored */
};

/*
 * Makes the plan.  Returns 0, or -1 with why set (FAILED) when something
 * stands in the way that may not be removed; plan is to be released in any
 * case, and its names are those of request.
 */
int
restore_plan_make(const struct restore_request *request,
    struct restore_plan *plan, struct failure *why);

void
restore_plan_release(struct restore_plan *plan);

/*
 * Returns the entry by whose name the file number, an entry, is restored: that
 * of a RESTORE_LINK is a further name of it.
 */
size_t
restore_plan_carrier(const struct restore_plan *plan, size_t number);

/* Returns the word for action: "write". */
const char *
restore_plan_word(enum restore_action action);

#endif
