#ifndef CLROLL_CLUSTER_CLUSTER_SCHEME_H
#define CLROLL_CLUSTER_CLUSTER_SCHEME_H

#include "../../libcore/run/scheme.h"

struct context;

/*
 * Returns how plans of the cluster's procedures are made: their places are its
 * nodes, in the roles that the values have.  A plan is refused when these are
 * not the nodes that the values have, or stand in another order (DATA).
 * Borrows context.
 */
struct scheme
cluster_scheme(const struct context *context);

#endif
