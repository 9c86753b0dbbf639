#ifndef CLROLL_CLUSTER_SERVICE_KEY_H
#define CLROLL_CLUSTER_SERVICE_KEY_H

struct cluster_group;
struct failure;
struct team;

/*
 * Checks that whoever answers to SSH at the service address of group is one of
 * the nodes, by its host key; a group that does not say where SSH is there is
 * not looked at.  Returns 0, or -1 with why set: DENIED when the key is of none
 * of them, or why nobody could be asked.  Blocks.
 */
int
service_key_check(const struct team *team, const struct cluster_group *group,
    struct failure *why);

/* The same on the loop of the team, while that runs. */
struct service_key;

/*
 * Begins; done is told once, from the loop, NULL or why not, and may free it.
 * Returns NULL for a group that is not looked at.
 */
struct service_key *
service_key_begin(const struct team *team, const struct cluster_group *group,
    void (*done)(void *cookie, const struct failure *why), void *cookie);

/* Ends it, whether it was told or not. */
void
service_key_free(struct service_key *look);

#endif
