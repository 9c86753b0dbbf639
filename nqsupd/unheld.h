#ifndef NQSUPD_UNHELD_H
#define NQSUPD_UNHELD_H

struct failure;
struct node_config;
struct text;
struct words;

/*
 * What the cluster software says of a node is not believed alone: a site may
 * run where its group is not, when somebody has started it by hand, or when a
 * person is the cluster software and is mistaken.
 */

/*
 * Looks whether any of the sites of names, of groups which this node does not
 * hold, runs here all the same; one that is being stopped gets five seconds.
 * Returns 1 with its processes added to what, 0 when none does, also when names
 * is empty, or -1 with why set.  Blocks.
 */
int
unheld_look(const struct node_config *config, const struct words *names,
    struct text *what, struct failure *why);

/* The same for the sites of all groups, for a node that holds none. */
int
unheld_look_at_all(const struct node_config *config, struct text *what,
    struct failure *why);

#endif
