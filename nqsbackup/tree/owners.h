#ifndef NQSBACKUP_TREE_OWNERS_H
#define NQSBACKUP_TREE_OWNERS_H

#include <stdint.h>

struct entry;

/*
 * Names of users and groups, each looked up once, also when it has none: a
 * look-up for each file would take ten times as long as all the rest.
 */
struct owners;

/* Returns one that knows no names yet; never NULL. */
struct owners *
owners_make(void);

void
owners_free(struct owners *owners);

/*
 * Returns the name of the user uid, or "" when he has none; owners keeps it.
 * May ask the system's user database, also over the network.
 */
const char *
owners_user(struct owners *owners, int64_t uid);

/* The same for the group gid. */
const char *
owners_group(struct owners *owners, int64_t gid);

/*
 * Sets the names of the owner and the group of entry, by their numbers;
 * owners keeps them.
 */
void
owners_set(struct owners *owners, struct entry *entry);

#endif
