#ifndef CLROLL_CLUSTER_FACTS_H
#define CLROLL_CLUSTER_FACTS_H

struct cluster;
struct failure;
struct roles;
struct values;
struct words;

/*
 * What the procedures of clroll may ask of a cluster, as values: how it is at
 * the begin of a run.  A run that is resumed keeps the facts of its begin.
 */

/* What the user has said. */
struct facts_request {
	const char		*run;		/* identifier of the run */
	const struct words	*packages;	/* absolute paths */
	const struct values	*given;		/* NAME=VALUE */
};

/* Adds the names of all facts to names. */
void
facts_names(struct words *names);

/*
 * Fills values with the facts: of the cluster, of roles, of the request.
 * Returns 0, or -1 with why set (USAGE when the request gives a fact, or two
 * packages of one name).  Reads the packages.
 */
int
facts_gather(const struct cluster *cluster, const struct roles *roles,
    const struct facts_request *request, struct values *values,
    struct failure *why);

/*
 * Checks that the packages in values still are what they were when the facts
 * were gathered.  Returns 0, or -1 with why set (DATA).
 */
int
facts_check_packages(const struct values *values, struct failure *why);

#endif
