#ifndef NQSUPD_NODE_SCHEME_H
#define NQSUPD_NODE_SCHEME_H

#include "../libcore/run/scheme.h"

struct node_config;

/*
 * Returns how plans of this node's procedures are made: their one place is the
 * node, in the role that the values have.  Borrows config.
 */
struct scheme
node_scheme(const struct node_config *config);

#endif
