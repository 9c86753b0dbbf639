#include <config.h>

#include "gzip.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "../../libcore/base/failure.h"
#include "../../libcore/base/memory.h"
#include "../../libcore/base/text.h"
#include "gzip_engine.h"

enum {
	HEADER_SIZE = 10,
	TRAILER_SIZE = 8,		/* CRC-32 and length */
	FLAG_EXTRA = 4,
	FAST_SIZE = 384 * 1024
};

/*
 * Deflate, no flags, no time, no hints, system unknown.  A reader asks for
 * exactly these bytes, for no checksum covers them.
 */
static const unsigned char plain_header[HEADER_SIZE] =
    { 0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255 };

/* A library, and the level of it that stands for what was asked for. */
struct way {
	const struct gzip_engine	*engine;
	int				 level;
};

struct gzip_packer {
	const struct gzip_engine	*engine;
	void				*packer;
};

struct gzip_unpacker {
	const struct gzip_engine	*engine;
	void				*unpacker;
};

/*
 * Returns how to pack at level.  ISA-L is by far the fastest, libdeflate makes
 * the smallest for its time; zlib alone has lower levels than gzip(1) has
 * for the same words, so that it is never slower than that.
 */
static struct way
find_way(int level)
{
	const struct gzip_engine *zlib = gzip_engine_zlib();
	const struct gzip_engine *deflate = gzip_engine_libdeflate();
	const struct gzip_engine *isal = gzip_engine_isal();

	switch (level) {
	case GZIP_FAST:
		if (isal != NULL)
			return ((struct way){ isal, 1 });
		return ((struct way){ deflate != NULL ? deflate : zlib, 1 });
	case GZIP_DEFAULT:
		if (isal != NULL)
			return ((struct way){ isal, 3 });
		return (deflate != NULL ? (struct way){ deflate, 1 } :
		    (struct way){ zlib, 4 });
	case GZIP_SMALL:
		return (deflate != NULL ? (struct way){ deflate, 5 } :
		    (struct way){ zlib, 5 });
	default:
		return ((struct way){ deflate != NULL ? deflate : zlib,
		    level });
	}
}

/*
 * Returns the library that unpacks.  ISA-L would be a twelfth faster, but it
 * packs, too: what one library made, another should be able to read.
 */
static const struct gzip_engine *
find_unpacker(void)
{
	if (gzip_engine_libdeflate() != NULL)
		return (gzip_engine_libdeflate());
	if (gzip_engine_isal() != NULL)
		return (gzip_engine_isal());
	return (gzip_engine_zlib());
}

static void
add_little_endian(struct text *text, uint32_t value, size_t size)
{
	for (size_t i = 0; i < size; i++) {
		const unsigned char byte = (unsigned char)(value >> (8 * i));

		text_add_bytes(text, &byte, 1);
	}
}

static uint32_t
get_little_endian(const unsigned char *bytes)
{
	return ((uint32_t)bytes[0] | (uint32_t)bytes[1] << 8 |
	    (uint32_t)bytes[2] << 16 | (uint32_t)bytes[3] << 24);
}

size_t
gzip_member_size(int level)
{
	return (level == GZIP_FAST ? FAST_SIZE : GZIP_MEMBER_LIMIT);
}

struct gzip_packer *
gzip_packer_make(int level)
{
	struct gzip_packer *packer = memory_make(1, sizeof(*packer));
	const struct way way = find_way(level);

	packer->engine = way.engine;
	packer->packer = way.engine->make_packer(way.level);
	return (packer);
}

void
gzip_packer_free(struct gzip_packer *packer)
{
	if (packer == NULL)
		return;
	packer->engine->free_packer(packer->packer);
	free(packer);
}

void
gzip_pack(struct gzip_packer *packer, const void *bytes, size_t size,
    struct text *member)
{
	assert(size <= GZIP_MEMBER_LIMIT);
	/* What is not used of this room, most of it, costs nothing. */
	text_reserve(member, HEADER_SIZE + GZIP_PACKED_LIMIT + TRAILER_SIZE);
	text_add_bytes(member, plain_header, HEADER_SIZE);
	const size_t length = packer->engine->pack(packer->packer, bytes,
	    size, (unsigned char *)member->bytes + member->length,
	    GZIP_PACKED_LIMIT);

	/* The room is larger than the worst that any library makes of it. */
	if (length == 0)
		memory_end("a member that is packed");
	member->length += length;
	add_little_endian(member, gzip_crc(GZIP_CRC_INITIAL, bytes, size), 4);
	add_little_endian(member, (uint32_t)size, 4);
}

struct gzip_unpacker *
gzip_unpacker_make(void)
{
	struct gzip_unpacker *unpacker = memory_make(1, sizeof(*unpacker));

	unpacker->engine = find_unpacker();
	unpacker->unpacker = unpacker->engine->make_unpacker();
	return (unpacker);
}

void
gzip_unpacker_free(struct gzip_unpacker *unpacker)
{
	if (unpacker == NULL)
		return;
	unpacker->engine->free_unpacker(unpacker->unpacker);
	free(unpacker);
}

static size_t
refuse(struct failure *why, const char *what)
{
	failure_set(why, EXITCODE_DATA, "a gzip member is damaged: %s", what);
	return (0);
}

size_t
gzip_unpack(struct gzip_unpacker *unpacker, const unsigned char *bytes,
    size_t size, unsigned char *data, size_t *length, struct failure *why)
{
	if (size < HEADER_SIZE + TRAILER_SIZE)
		return (refuse(why, "it is cut off"));
	if (memcmp(bytes, plain_header, HEADER_SIZE) != 0)
		return (refuse(why, "its header is another"));
	size_t packed = size - HEADER_SIZE - TRAILER_SIZE;

	*length = GZIP_MEMBER_LIMIT;
	switch (unpacker->engine->unpack(unpacker->unpacker,
	    bytes + HEADER_SIZE, &packed, data, length)) {
	case GZIP_ENGINE_GOOD:
		break;
	case GZIP_ENGINE_TOO_MUCH:
		return (refuse(why, "it holds too much"));
	default:
		return (refuse(why, "its data cannot be unpacked"));
	}
	const unsigned char *trailer = bytes + HEADER_SIZE + packed;

	if (get_little_endian(trailer) !=
	    gzip_crc(GZIP_CRC_INITIAL, data, *length))
		return (refuse(why, "its checksum does not match"));
	if (get_little_endian(trailer + 4) != *length)
		return (refuse(why, "its length does not match"));
	return (HEADER_SIZE + packed + TRAILER_SIZE);
}

void
gzip_add_stored(struct text *member, const struct text *extra,
    const void *bytes, size_t size)
{
	unsigned char header[HEADER_SIZE];

	assert(size < 65536 && extra->length < 65536);
	memcpy(header, plain_header, sizeof(header));
	header[3] = FLAG_EXTRA;
	text_add_bytes(member, header, sizeof(header));
	add_little_endian(member, (uint32_t)extra->length, 2);
	text_add_bytes(member, extra->bytes, extra->length);
	/* One last block of deflate, stored: its length, and that inverted. */
	add_little_endian(member, 1, 1);
	add_little_endian(member, (uint32_t)size, 2);
	add_little_endian(member, ~(uint32_t)size, 2);
	text_add_bytes(member, bytes, size);
	add_little_endian(member, gzip_crc(GZIP_CRC_INITIAL, bytes, size), 4);
	add_little_endian(member, (uint32_t)size, 4);
}

uint32_t
gzip_crc(uint32_t crc, const void *bytes, size_t size)
{
	/* Of this, ISA-L is the fastest. */
	const struct gzip_engine *engine = gzip_engine_isal() != NULL ?
	    gzip_engine_isal() : find_unpacker();

	return (engine->crc(crc, bytes, size));
}

void
gzip_add_libraries(struct text *lines)
{
	const struct gzip_engine *const engines[] = { gzip_engine_zlib(),
	    gzip_engine_libdeflate(), gzip_engine_isal() };

	for (size_t i = 0; i < sizeof(engines) / sizeof(engines[0]); i++) {
		if (engines[i] != NULL)
			text_format(lines, "%s %s\n", engines[i]->name,
			    engines[i]->version());
	}
}
