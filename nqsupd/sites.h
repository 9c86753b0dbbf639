#ifndef NQSUPD_SITES_H
#define NQSUPD_SITES_H

#include <stdint.h>

#include "../libcore/base/words.h"
#include "processes.h"
#include "residents.h"

struct failure;
struct node_config;
struct text;

/*
 * How it is with the sites of this node.  Calling sequence: sites_start,
 * sites_look or sites_await as often as needed, each forgetting what the one
 * before has seen; sites_release.
 */
struct sites {
	const struct node_config	*config;
	struct words			 names;	/* of the sites asked for */
	char				*release;
	struct processes		 processes;
	struct residents		 residents;	/* of all sites */
};

/* What is expected of each of the sites asked for. */
enum sites_expect {
	SITES_ANY,
	SITES_GONE,			/* none of its residents is left */
	SITES_STOPPED,			/* the same, and no stray that could be
					 * its */
	SITES_RUNNING			/* none of its residents is missing */
};

/*
 * Begins to look at the sites of config that names has, at all of them when
 * it is empty.  Asks the package manager for the release when a site has a
 * resident that depends on it and expect needs to know: for SITES_RUNNING a
 * failure to tell is one of sites_start too, for SITES_ANY a warning.
 * Returns 0, or -1 with why set; release it in any case.
 */
int
sites_start(struct sites *sites, const struct node_config *config,
    const struct words *names, enum sites_expect expect,
    struct failure *why);

void
sites_release(struct sites *sites);

/* Returns whether site is among those asked for. */
bool
sites_has(const struct sites *sites, const struct node_site *site);

/* Looks once.  Returns 0, or -1 with why set. */
int
sites_look(struct sites *sites, struct failure *why);

/*
 * Returns whether what was seen is as expected; if not, adds to what the
 * reason in words.
 */
bool
sites_are(const struct sites *sites, enum sites_expect expect,
    struct text *what);

/*
 * Looks again and again, until what is seen is as expected, or for wait
 * nanoseconds; at least once.  Returns 1, 0 with the reason put into what, or
 * -1 with why set.  Blocks.
 */
int
sites_await(struct sites *sites, enum sites_expect expect, int64_t wait,
    struct text *what, struct failure *why);

#endif
