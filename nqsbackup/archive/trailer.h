#ifndef NQSBACKUP_ARCHIVE_TRAILER_H
#define NQSBACKUP_ARCHIVE_TRAILER_H

#include <stdint.h>

#include "../../libcore/base/digest.h"

struct text;

/*
 * The last gzip member of an archive: always of the same size, it holds the
 * end of the tar, two blocks of zeros, and in its header's extra field says
 * where the index is.  Pure.
 */
struct trailer {
	int64_t		offset;		/* of the index's first member */
	int64_t		raw;		/* of the index's entry in the tar */
	int64_t		size;		/* of the index */
	int64_t		created;	/* whole seconds */
	uint32_t	crc;		/* CRC-32 of the index's members */
	unsigned char	digest[DIGEST_SIZE];	/* of the index */
};

enum {
	TRAILER_ZEROS = 1024,		/* that it holds */
	TRAILER_EXTRA = 76,
	TRAILER_SIZE = 12 + TRAILER_EXTRA + 5 + TRAILER_ZEROS + 8
};

/* Adds the TRAILER_SIZE bytes of the member to member. */
void
trailer_write(const struct trailer *trailer, struct text *member);

/*
 * Reads the TRAILER_SIZE bytes at bytes.  Returns 0, or -1 when they are not
 * exactly what trailer_write() makes.
 */
int
trailer_read(const unsigned char *bytes, struct trailer *trailer);

#endif
