#ifndef NQSUPD_NODE_H
#define NQSUPD_NODE_H

#include <stdint.h>

struct failure;
struct filelock;
struct node_config;
struct node_site;
struct words;

/* The lock of the node, below "locks" of its configuration. */
#define NODE_LOCK	"node.lock"

/* Returns the path of the node's lock; the caller's. */
char *
node_lock_path(const struct node_config *config);

/*
 * Takes the lock of the node for owner ("nqsupd hold"); makes the directory
 * for locks if need be.  Waits up to wait nanoseconds.  Returns the lock, or
 * NULL with why set: BUSY, with who holds it.
 */
struct filelock *
node_lock(const struct node_config *config, const char *owner, int64_t wait,
    struct failure *why);

/*
 * Returns the site name, or NULL with why set (USAGE) and a hint that names
 * those there are.
 */
const struct node_site *
node_site_named(const struct node_config *config, const char *name,
    struct failure *why);

/*
 * Checks that config has every site of names, so that they can be looked up
 * without fail.  Returns 0, or -1 with why set (USAGE).
 */
int
node_check_sites(const struct node_config *config, const struct words *names,
    struct failure *why);

#endif
