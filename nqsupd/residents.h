#ifndef NQSUPD_RESIDENTS_H
#define NQSUPD_RESIDENTS_H

#include <stdbool.h>
#include <stddef.h>

struct node_config;
struct node_site;
struct processes;
struct processes_row;
struct text;

/*
 * Whose the resident processes are.  A process belongs to the site of the
 * nearest of its leaders, itself first, then its parent, and so on.  One
 * with the name of a resident but no leader, say because its leader has
 * died, is a stray: nobody can say whose it is, and so it could be any
 * site's.  Pure.
 */

/* The release that is not known, or not installed. */
#define RESIDENTS_NO_RELEASE	""

struct residents_row {
	const struct node_site		*site;		/* NULL: a stray */
	const char			*name;		/* as configured */
	const struct processes_row	*process;	/* NULL: missing */
};

/*
 * By site in the order of the configuration, by resident in the order of the
 * site, by pid; what is missing stands where it should be; strays are last.
 * The rows point into the configuration and the table.
 */
struct residents {
	struct residents_row	*rows;
	size_t			 count;
	size_t			 room;
};

enum residents_state {
	RESIDENTS_STOPPED,		/* none runs */
	RESIDENTS_PARTLY,		/* some run, some are missing */
	RESIDENTS_RUNNING		/* none is missing */
};

/*
 * Fills residents with those of all sites of config that are in the sorted
 * table.  A resident with "since" is missed only from that release on; when
 * release is RESIDENTS_NO_RELEASE it is not missed at all.
 */
void
residents_find(struct residents *residents, const struct node_config *config,
    const struct processes *processes, const char *release);

void
residents_release(struct residents *residents);

/* Returns the name without its directory, if it was configured with one. */
const char *
residents_row_name(const struct residents_row *row);

/* Returns how it is with site, strays left aside. */
enum residents_state
residents_state(const struct residents *residents,
    const struct node_site *site);

/* Returns whether there are strays. */
bool
residents_has_strays(const struct residents *residents);

/*
 * Adds to text the names of what is missing at the site ("jcdbs,
 * comagent"), or the names and pids of what runs ("jcdbs (pid 12)"); of
 * strays when site is NULL.
 */
void
residents_show_missing(const struct residents *residents,
    const struct node_site *site, struct text *text);
void
residents_show_running(const struct residents *residents,
    const struct node_site *site, struct text *text);

/*
 * Compares releases such as "12.10" and "13.1.2" number by number, an absent
 * one as 0; what stands before the first digit and what is no number does
 * not count.  Returns less than, equal to, or more than 0.
 */
int
residents_compare_releases(const char *a, const char *b);

#endif
