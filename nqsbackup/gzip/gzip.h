#ifndef NQSBACKUP_GZIP_GZIP_H
#define NQSBACKUP_GZIP_GZIP_H

#include <stddef.h>
#include <stdint.h>

struct failure;
struct text;

/*
 * Members of a gzip file (RFC 1952), from memory to memory.  Each stands
 * alone, holds at most GZIP_MEMBER_LIMIT bytes of data, and begins with
 * always the same header, so that nothing in it is left unchecked.  A packer or
 * unpacker is for one thread at a time.
 */

enum {
	GZIP_MEMBER_LIMIT = 1 << 21,	/* bytes of data in a member */
	GZIP_PACKED_LIMIT = GZIP_MEMBER_LIMIT + (1 << 16),	/* as stored */
	GZIP_CRC_INITIAL = 0
};

/* Levels that stand for what a library does best; others are 1 to 9. */
enum { GZIP_FAST = 100, GZIP_DEFAULT, GZIP_SMALL };

struct gzip_packer;
struct gzip_unpacker;

/*
 * Returns how many bytes a member should have that is packed at level: the
 * fastest work in the processor's cache, others pack more when they see more.
 */
size_t
gzip_member_size(int level);

/*
 * Returns a packer that compresses at level, 1 to 9 or one of those above;
 * never NULL.
 */
struct gzip_packer *
gzip_packer_make(int level);

void
gzip_packer_free(struct gzip_packer *packer);

/*
 * Adds to member a whole member that holds the size bytes at bytes, at most
 * GZIP_MEMBER_LIMIT.
 */
void
gzip_pack(struct gzip_packer *packer, const void *bytes, size_t size,
    struct text *member);

/* Returns an unpacker; never NULL. */
struct gzip_unpacker *
gzip_unpacker_make(void);

void
gzip_unpacker_free(struct gzip_unpacker *unpacker);

/*
 * Unpacks the member at the beginning of the size bytes at bytes into data,
 * which has room for GZIP_MEMBER_LIMIT, and sets *length to how much that
 * is.  Returns how many bytes the member has, or 0 with why set (DATA).
 */
size_t
gzip_unpack(struct gzip_unpacker *unpacker, const unsigned char *bytes,
    size_t size, unsigned char *data, size_t *length, struct failure *why);

/*
 * Adds to member one that holds the size bytes at bytes, below 65536,
 * uncompressed, and in its header, below 65536 too, the extra field extra.
 */
void
gzip_add_stored(struct text *member, const struct text *extra,
    const void *bytes, size_t size);

/*
 * Returns the CRC-32 of the bytes that gave crc (GZIP_CRC_INITIAL: none)
 * followed by the size bytes at bytes.
 */
uint32_t
gzip_crc(uint32_t crc, const void *bytes, size_t size);

/* Adds a line "NAME VERSION" for each library that is at work. */
void
gzip_add_libraries(struct text *lines);

#endif
