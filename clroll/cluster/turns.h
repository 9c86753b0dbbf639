#ifndef CLROLL_CLUSTER_TURNS_H
#define CLROLL_CLUSTER_TURNS_H

struct failure;
struct plan_source;
struct plan_tool;
struct values;

/*
 * The turns in which a procedure goes over a cluster: one for each node that
 * holds groups, and in it one for each of these.  Everything comes from the
 * values of the run, so that the turns of a run that is resumed are those of
 * its begin.  Pure.
 */
struct turns;

/*
 * Makes the turns of values.  In a turn, the values that are of groups
 * ("group", "site", "home", "active", "target", "work", "work_check") are those
 * of its groups only, and the roles "active" and "target" those of its node and
 * its groups.  "standby" is everywhere a node that holds none.  Borrows values
 * and tool.  Returns them, the caller's, or NULL with why set (DATA) for values
 * that no begin can have written.
 */
struct turns *
turns_make(const struct values *values, const struct plan_tool *tool,
    struct failure *why);

/* Returns what a plan is made of. */
const struct plan_source *
turns_source(const struct turns *turns);

void
turns_free(struct turns *turns);

#endif
