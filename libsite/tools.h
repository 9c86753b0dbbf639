#ifndef LIBSITE_TOOLS_H
#define LIBSITE_TOOLS_H

#include "../libcore/run/procedure_command.h"

/*
 * What procedures call "@cluster" and "@package", and the verbs that every
 * adapter has, as share/cluster/frame.sh and share/package/frame.sh define
 * them.
 */

/* For the procedures of a node. */
extern const struct procedure_tool tools_known[];

/* For those of a cluster, where packages are nqsupd's. */
extern const struct procedure_tool tools_known_afar[];

#endif
