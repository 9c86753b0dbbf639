#ifndef CLROLL_FLEET_FLEET_CHECK_H
#define CLROLL_FLEET_FLEET_CHECK_H

struct failure;
struct fleet_plan;
struct node_config;
struct scheme_plan;

/*
 * What can be known of a fleet before the first cluster is touched.
 */

/*
 * Checks the file of each cluster, that each private key can be used, and that
 * a host key is known for each node; no node is asked.  Says of each cluster
 * what is wrong.  Returns 0, or -1 with why set, with the worst code.  Reads
 * files.
 */
int
fleet_check_clusters(const struct fleet_plan *plan,
    const struct node_config *config, struct failure *why);

/*
 * Makes the plan of a run over the first cluster, as if each group were on its
 * home node; no node is asked.  Returns 0 with made filled, or -1 with why set
 * when the procedure is not complete, or what is given is not what it wants;
 * release made in any case.  Reads files.
 */
int
fleet_check_steps(const struct fleet_plan *plan,
    const struct node_config *config, struct scheme_plan *made,
    struct failure *why);

#endif
