#ifndef CLROLL_CLUSTER_CLUSTER_SCHEME_H
#define CLROLL_CLUSTER_CLUSTER_SCHEME_H

#include "../../libcore/run/scheme.h"

struct context;
struct failure;
struct node_config;
struct procedure;

/*
 * Returns how plans of the cluster's procedures are made: their places are its
 * nodes, in the roles that the values have.  A plan is refused when these are
 * not the nodes that the values have, or stand in another order (DATA).  Which
 * of its verbs a person does, the adapter's script says whenever one is made.
 * Borrows context; one without a cluster is enough to read procedures, and then
 * knows only the verbs that all adapters have.
 */
struct scheme
cluster_scheme(const struct context *context);

/*
 * Reads the procedure name of clusters, see scheme_read(), for one that is not
 * known yet: its adapter may have any verb.
 */
struct procedure *
cluster_scheme_read(const struct node_config *config, const char *name,
    struct failure *why);

#endif
