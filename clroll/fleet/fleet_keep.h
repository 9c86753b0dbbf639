#ifndef CLROLL_FLEET_FLEET_KEEP_H
#define CLROLL_FLEET_FLEET_KEEP_H

struct node_config;

/*
 * Which fleets of this machine are kept, as "history" of nqstools.conf(5) says.
 */

/*
 * Removes the journals and locks of fleets that are neither among the latest
 * nor young, but never of one that is not over or that is under way.  What
 * cannot be removed, or understood, stays, with a warning.
 */
void
fleet_keep_apply(const struct node_config *config);

#endif
