#ifndef NQSBACKUP_ARCHIVE_MEMBER_BATCH_H
#define NQSBACKUP_ARCHIVE_MEMBER_BATCH_H

#include <stddef.h>
#include <stdint.h>

#include "../../libcore/base/digest.h"
#include "../../libcore/base/text.h"
#include "../base/crew.h"
#include "../gzip/gzip.h"

/*
 * What is to become one member of an archive: its bytes, and which of them
 * are whole files, whose digests are wanted.  All that costs time is done by
 * a crew of the trade member_batch_trade.
 */

/* A file that lies in a batch. */
struct member_batch_file {
	size_t		number;		/* of its entry */
	size_t		start;
	size_t		size;
	unsigned char	digest[DIGEST_SIZE];	/* after the work */
};

struct member_batch {
	int64_t				 raw;	/* of its first byte */
	size_t				 used;
	struct member_batch_file	*files;
	size_t				 file_count;
	size_t				 file_room;
	struct text			 member;	/* after the work */
	uint32_t			 crc;	/* of member */
	unsigned char			 data[GZIP_MEMBER_LIMIT];
};

/*
 * Packs a struct member_batch, makes sure that it unpacks to the same, and
 * digests its files; the cookie is an int,
 * the level of compression.
 */
extern const struct crew_trade member_batch_trade;

/* Returns an empty batch; never NULL. */
struct member_batch *
member_batch_make(void);

void
member_batch_free(struct member_batch *batch);

/* Makes batch empty, for bytes from raw on. */
void
member_batch_clear(struct member_batch *batch, int64_t raw);

/* Says that the last size bytes are the file that is entry number. */
void
member_batch_add_file(struct member_batch *batch, size_t size, size_t number);

#endif
