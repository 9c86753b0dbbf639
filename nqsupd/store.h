#ifndef NQSUPD_STORE_H
#define NQSUPD_STORE_H

#include <stdbool.h>

struct failure;
struct node_config;
struct text;

/*
 * The packages that are kept at hand: files in the directory "store" of the
 * configuration.
 */

/* Returns whether name can be the name of a file there.  Pure. */
bool
store_name_is_plain(const char *name);

/* Returns the path of name there; the caller's. */
char *
store_path(const struct node_config *config, const char *name);

/*
 * Returns 1 when the store has name with the digest (64 hexadecimal digits,
 * lower case), 0 when not, or -1 with why set.
 */
int
store_has(const struct node_config *config, const char *name,
    const char *digest, struct failure *why);

/*
 * Reads fd to its end and lets what comes appear in the store as name, if it
 * has the digest.  When name is there already, only reads.  Returns 1 when
 * it appeared, 0 when it was there, or -1 with why set, after which the store
 * is as it was: DATA when something else came.
 */
int
store_receive(const struct node_config *config, const char *name,
    const char *digest, int fd, struct failure *why);

/*
 * Checks that the file temporary of the store, which is to be name, is a
 * package.  Returns 0, or -1 with why set (DATA).  Forks and blocks.
 */
int
store_check(const struct node_config *config, const char *temporary,
    const char *name, struct failure *why);

/*
 * Returns the path under which file, a package anywhere, is kept in the store;
 * the caller's; or NULL with why set (USAGE) when its name cannot be one
 * there.  Pure.
 */
char *
store_place(const struct node_config *config, const char *file,
    struct failure *why);

/*
 * Lets the store have what file holds, as place, which store_place() made of
 * it: who may write to file can from then on change nothing.  Only bytes of
 * digest, which file had when it was looked at, are stored: it is made of them
 * as they are copied.  Returns 0, also when the store has it already, or -1
 * with why set: DATA for what is no package, is damaged, or has changed since.
 * Forks and blocks.
 */
int
store_keep(const struct node_config *config, const char *file,
    const char *place, const char *digest, struct failure *why);

/*
 * Looks in the store for the package of the base package that is installed,
 * the one that an upgrade is taken back with, and adds its path to path.
 * Returns 1, 0 when it is not there, or -1 with why set.  Forks and blocks.
 */
int
store_find_installed(const struct node_config *config, struct text *path,
    struct failure *why);

#endif
