#ifndef NQSBACKUP_CREATE_PRUNE_H
#define NQSBACKUP_CREATE_PRUNE_H

#include <stdbool.h>
#include <stddef.h>

struct failure;
struct keeping;
struct report;
struct tally;

/*
 * Removing archives of a directory that no rule keeps.  Calling sequence:
 * prune_look, then prune_show or prune_remove, then prune_free.
 *
 * Only what nqsbackup wrote is looked at: a file with the name that "create -o
 * DIRECTORY/" gives, in which an archive of the node and the time of that name
 * is.  Archives that have the same name but for the time, and are of the same
 * node and the same trees, are a series, and the rules are applied to each.
 * One that is not good, or is dated in the future, does not count, and stays.
 *
 * No lock is needed.  An archive has its name only when it is complete, so one
 * that is being made is not seen; and whatever another prune removes
 * meanwhile, both keep the newest good archive that they saw.
 */
struct prune;

struct prune_settings {
	const struct keeping	*rules;
	const char		*like;		/* only the series of this
						 * archive, which was read and
						 * stays; NULL: all */
	size_t			 threads;	/* to read archives by */
	bool			 verify;	/* read all that would be
						 * kept, not only the newest
						 * of each series before
						 * others go */
	struct tally		*tally;		/* is told what is not good */
};

/*
 * Looks at the archives of the directory path, and decides about each.
 * Returns NULL with why set when the directory cannot be read, or the program
 * was asked to stop.
 */
struct prune *
prune_look(const char *path, const struct prune_settings *settings,
    struct failure *why);

/* Whether archives that stay are shown as text too. */
enum prune_detail { PRUNE_BRIEF, PRUNE_DETAILED };

/*
 * Reports what becomes of each archive.  Returns how many are to be removed.
 */
size_t
prune_show(const struct prune *prune, struct report *report,
    enum prune_detail detail);

/*
 * Does it, and reports the same.  What cannot be removed is told to the tally.
 * Returns 0, or -1 with why set when the program was asked to stop.
 */
int
prune_remove(struct prune *prune, struct report *report,
    enum prune_detail detail, struct failure *why);

void
prune_free(struct prune *prune);

#endif
