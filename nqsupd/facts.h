#ifndef NQSUPD_FACTS_H
#define NQSUPD_FACTS_H

struct failure;
struct node_config;
struct text;
struct values;
struct words;

/*
 * What the procedures of nqsupd may ask of the node, as values: how it is at
 * the begin of a run.  A run that is resumed keeps the facts of its begin.
 */

/* What the user has said. */
struct facts_request {
	const char		*run;		/* its identifier */
	const char		*role;		/* or NULL: find out */
	const struct words	*sites;		/* of -s; empty: all */
	const struct words	*packages;	/* absolute paths */
	const struct words	*digests;	/* of them, to be kept so in
						 * the store; or NULL: they
						 * are not kept there */
};

/* Adds the names of all facts to names. */
void
facts_names(struct words *names);

/*
 * Gathers the facts.  Returns 0, or -1 with why set.  Forks and blocks.  A
 * cluster software that does not answer is asked for a minute, here and below.
 * The fact "packages" names them as they are, or would be, in the store, for
 * who may write elsewhere could replace them until they are installed;
 * nothing but the store is changed, and that only when they are to be kept.
 */
int
facts_gather(const struct node_config *config,
    const struct facts_request *request, struct values *values,
    struct failure *why);

/*
 * Returns 1 when this node holds a failover group of any of its sites, whose
 * name is then added to group, 0 when it holds none, or -1 with why set.
 * Asks the cluster software: forks and blocks.
 */
int
facts_held_group(const struct node_config *config, struct text *group,
    struct failure *why);

/*
 * Adds the name of the node that holds group to node, nothing when none does.
 * Returns 0, or -1 with why set.  Forks and blocks.
 */
int
facts_holder(const struct node_config *config, const char *group,
    struct text *node, struct failure *why);

/*
 * Checks that the packages in values still are what they were when the facts
 * were gathered.  Returns 0, or -1 with why set (DATA).
 */
int
facts_check_packages(const struct values *values, struct failure *why);

#endif
