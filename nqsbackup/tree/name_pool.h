#ifndef NQSBACKUP_TREE_NAME_POOL_H
#define NQSBACKUP_TREE_NAME_POOL_H

/*
 * Names that many entries have in common, each kept once.
 */
struct name_pool;

/* Returns an empty pool; never NULL. */
struct name_pool *
name_pool_make(void);

void
name_pool_free(struct name_pool *pool);

/* Returns the pool's own copy of name, which lasts as long as pool. */
const char *
name_pool_keep(struct name_pool *pool, const char *name);

#endif
