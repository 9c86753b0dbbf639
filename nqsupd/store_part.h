#ifndef NQSUPD_STORE_PART_H
#define NQSUPD_STORE_PART_H

#include <stdint.h>

#include "../libcore/base/digest.h"

struct failure;
struct node_config;

/*
 * A package that comes into the store in parts: what came before a connection
 * broke stays there, as a file that is named by the digest of the whole, and
 * has no other name before it is whole.
 */

/* How much of it there is. */
struct store_part {
	int64_t	 size;
	char	 digest[DIGEST_TEXT_ROOM];	/* of these bytes */
};

/*
 * Sets part to what there is of the package with the digest, nothing at all
 * too.  Returns 0, or -1 with why set.
 */
int
store_part_look(const struct node_config *config, const char *digest,
    struct store_part *part, struct failure *why);

/* What is received, and from where on. */
struct store_rest {
	const char	*name;
	const char	*digest;	/* of the whole */
	int64_t		 from;
	int		 fd;
};

/*
 * Reads the descriptor to its end, as what follows the first bytes that there
 * are, and lets the whole appear in the store if it has the digest.  When the
 * name is there already, only reads.  Returns as store_receive() does, but
 * what came stays: DATA when it is not the whole, or something else; BUSY when
 * another process receives it.
 */
int
store_part_receive(const struct node_config *config,
    const struct store_rest *rest, struct failure *why);

/* Removes what there is of the package, unless somebody receives it. */
void
store_part_forget(const struct node_config *config, const char *digest);

#endif
