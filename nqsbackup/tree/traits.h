#ifndef NQSBACKUP_TREE_TRAITS_H
#define NQSBACKUP_TREE_TRAITS_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Traits: the extended attributes of an entry, among them access control
 * lists, security labels and capabilities.  Nearly all entries have none, and
 * the others mostly the same as many more, so each set of traits is kept
 * once, in a pool.  Pure.
 */

enum {
	TRAITS_NAME_LIMIT = 255,	/* as Linux has it */
	TRAITS_VALUE_LIMIT = 64 * 1024,
	TRAITS_COUNT_LIMIT = 10000,	/* names of 64 KiB in all */
	TRAITS_POOL_LIMIT = 64 * 1024 * 1024	/* bytes in different sets */
};

#define TRAITS_ACCESS	"system.posix_acl_access"
#define TRAITS_DEFAULT	"system.posix_acl_default"
#define TRAITS_LABEL	"security.selinux"

struct traits_item {
	char	*name;
	char	*value;			/* any bytes, then a NUL */
	size_t	 length;		/* of value, without that NUL */
	size_t	 order;			/* in which it was added */
};

/* The traits of an entry, in the order of their names. */
struct traits {
	struct traits_item	*items;
	size_t			 count;
	size_t			 number;	/* in its pool */
};

/* Traits in the making, in any order; a zeroed one is empty. */
struct traits_draft {
	struct traits_item	*items;
	size_t			 count;
};

struct traits_pool;

/*
 * Adds a trait to draft; of several of one name the last one counts.
 * Returns 0, or -1 when no file system could have it.
 */
int
traits_draft_add(struct traits_draft *draft, const char *name,
    const void *value, size_t length);

void
traits_draft_release(struct traits_draft *draft);

/* Returns a pool without traits; never NULL. */
struct traits_pool *
traits_pool_make(void);

/* Frees pool and all traits in it. */
void
traits_pool_free(struct traits_pool *pool);

/*
 * Makes draft empty, and sets *traits to what was in it, which belongs to
 * pool, or to NULL when that was nothing.  Returns 0, or -1 when pool would
 * then hold more than its limit.
 */
int
traits_pool_take(struct traits_pool *pool, struct traits_draft *draft,
    const struct traits **traits);

/*
 * Does what traits_pool_take() does with a copy of other, which is in another
 * pool.
 */
int
traits_pool_take_other(struct traits_pool *pool, const struct traits *other,
    const struct traits **traits);

/* Returns how many sets of traits pool has, whose numbers count from 0. */
size_t
traits_pool_count(const struct traits_pool *pool);

/* Returns the traits with this number. */
const struct traits *
traits_pool_get(const struct traits_pool *pool, size_t number);

/* Returns how many bytes the traits in pool have. */
size_t
traits_pool_size(const struct traits_pool *pool);

/* Returns the trait called name of traits (NULL: none), or NULL. */
const struct traits_item *
traits_find(const struct traits *traits, const char *name);

/* Which traits of an archive are restored and compared. */
struct traits_rule {
	bool	privileged;		/* security. and trusted. too */
	bool	trusted;		/* the archive is: all of them */
	bool	complete;		/* it knows of traits: others go */
	bool	labels;			/* those of SELinux, too */
};

/* Returns whether traits (NULL: none) has one that rule does not let. */
bool
traits_has_forbidden(const struct traits_rule *rule,
    const struct traits *traits);

/* Returns whether rule lets the trait called name be restored. */
bool
traits_is_allowed(const struct traits_rule *rule, const char *name);

/*
 * Returns whether a trait of a thing on the disk is to go when the archive
 * does not have it.  What the system gives by itself stays.
 */
bool
traits_is_removable(const struct traits_rule *rule, const char *name);

/*
 * Returns whether there, of a thing on the disk, is as wanted, of its entry,
 * as far as rule goes.  Both may be NULL: none.
 */
bool
traits_is_met(const struct traits_rule *rule, const struct traits *wanted,
    const struct traits *there);

#endif
