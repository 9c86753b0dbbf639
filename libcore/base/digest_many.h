#ifndef LIBCORE_BASE_DIGEST_MANY_H
#define LIBCORE_BASE_DIGEST_MANY_H

#include <stdbool.h>
#include <stddef.h>

/*
 * SHA-256 of many things that are in memory.  Where the processor has
 * instructions for it, two are taken at once, which is faster, for each has to
 * wait for itself.  One digest_many is for one thread at a time.
 */
struct digest_many;

/* Something in memory whose digest is wanted. */
struct digest_item {
	const void	*bytes;
	size_t		 size;
	unsigned char	*value;		/* DIGEST_SIZE bytes for the result */
};

/* Returns what is needed to take digests; never NULL. */
struct digest_many *
digest_many_make(void);

void
digest_many_free(struct digest_many *many);

/* Sets the values of count items. */
void
digest_many_take(struct digest_many *many, const struct digest_item *items,
    size_t count);

/* The same by libcrypto, one after the other, on any processor. */
void
digest_many_take_plainly(struct digest_many *many,
    const struct digest_item *items, size_t count);

/* Returns whether many takes two at once. */
bool
digest_many_is_fast(const struct digest_many *many);

#endif
