#ifndef LIBCORE_BASE_ORDERED_H
#define LIBCORE_BASE_ORDERED_H

/*
 * Items that are found by a key, in a balanced tree: however the keys are
 * chosen, each takes steps by the logarithm of how many there are.  So it is
 * for keys of others, who could choose such as meet in a table of hashes.
 */
struct ordered;

/*
 * Returns an empty one; never NULL.  compare returns whether key comes before
 * (less than 0), is that of (0) or comes behind item.
 */
struct ordered *
ordered_make(int (*compare)(const void *key, const void *item));

/* Frees it, and by release (NULL: not at all) each item. */
void
ordered_free(struct ordered *ordered, void (*release)(void *item));

/* Returns the item of key, or NULL. */
void *
ordered_find(const struct ordered *ordered, const void *key);

/* Adds item, which is not NULL, by key, of which there is none. */
void
ordered_add(struct ordered *ordered, const void *key, void *item);

#endif
