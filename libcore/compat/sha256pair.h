#ifndef LIBCORE_COMPAT_SHA256PAIR_H
#define LIBCORE_COMPAT_SHA256PAIR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * The compression function of SHA-256 (FIPS 180-4, 6.2.2) for two messages at
 * once, by the instructions that some processors have for it; for
 * libcore/base/digest_many.c alone.
 */

enum { SHA256PAIR_BLOCK = 64, SHA256PAIR_WORDS = 8 };

/* One message: its state, and where its next blocks are. */
struct sha256pair_half {
	uint32_t		 state[SHA256PAIR_WORDS];
	const unsigned char	*next;
};

/* Returns whether the processor can do it; asks it each time. */
bool
sha256pair_is_possible(void);

/* Takes in the next count blocks of each, when it is possible. */
void
sha256pair_compress(struct sha256pair_half *left,
    struct sha256pair_half *right, size_t count);

#endif
