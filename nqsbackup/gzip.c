#include <config.h>

#include "gzip.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include <zlib.h>

#include "../libcore/base/failure.h"
#include "../libcore/base/memory.h"
#include "../libcore/base/text.h"

enum {
	HEADER_SIZE = 10,
	TRAILER_SIZE = 8,		/* CRC-32 and length */
	FLAG_EXTRA = 4,
	RAW_DEFLATE = -15,		/* as zlib asks for it */
	MEMORY_LEVEL = 9
};

/*
 * Deflate, no flags, no time, no hints, system unknown.  A reader asks for
 * exactly these bytes, for no checksum covers them.
 */
static const unsigned char plain_header[HEADER_SIZE] =
    { 0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255 };

struct gzip_packer {
	z_stream	stream;
	unsigned char	room[GZIP_PACKED_LIMIT];
};

struct gzip_unpacker {
	z_stream	stream;
};

/* zlib fails here for want of memory only, which is fatal everywhere. */
static void
check_ready(int result)
{
	if (result != Z_OK)
		memory_end("memory to compress in");
}

/* Memory of zlib, by the rules of memory.h. */
static void *
allocate(void *cookie, unsigned count, unsigned size)
{
	(void)cookie;
	return (memory_make(count, size));
}

static void
deallocate(void *cookie, void *pointer)
{
	(void)cookie;
	free(pointer);
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

struct gzip_packer *
gzip_packer_make(int level)
{
	struct gzip_packer *packer = memory_make(1, sizeof(*packer));

	packer->stream.zalloc = allocate;
	packer->stream.zfree = deallocate;
	check_ready(deflateInit2(&packer->stream, level, Z_DEFLATED,
	    RAW_DEFLATE, MEMORY_LEVEL, Z_DEFAULT_STRATEGY));
	return (packer);
}

void
gzip_packer_free(struct gzip_packer *packer)
{
	if (packer == NULL)
		return;
	(void)deflateEnd(&packer->stream);
	free(packer);
}

void
gzip_pack(struct gzip_packer *packer, const void *bytes, size_t size,
    struct text *member)
{
	z_stream *stream = &packer->stream;

	assert(size <= GZIP_MEMBER_LIMIT);
	check_ready(deflateReset(stream));
	/* zlib's type has no const; deflate() does not write there. */
	memcpy(&stream->next_in, &bytes, sizeof(stream->next_in));
	stream->avail_in = (uInt)size;
	stream->next_out = packer->room;
	stream->avail_out = sizeof(packer->room);
	const int result = deflate(stream, Z_FINISH);

	/* The room is larger than deflateBound() of the limit. */
	assert(result == Z_STREAM_END);
	(void)result;
	text_add_bytes(member, plain_header, HEADER_SIZE);
	text_add_bytes(member, packer->room,
	    sizeof(packer->room) - stream->avail_out);
	add_little_endian(member, gzip_crc(GZIP_CRC_INITIAL, bytes, size), 4);
	add_little_endian(member, (uint32_t)size, 4);
}

struct gzip_unpacker *
gzip_unpacker_make(void)
{
	struct gzip_unpacker *unpacker = memory_make(1, sizeof(*unpacker));

	unpacker->stream.zalloc = allocate;
	unpacker->stream.zfree = deallocate;
	check_ready(inflateInit2(&unpacker->stream, RAW_DEFLATE));
	return (unpacker);
}

void
gzip_unpacker_free(struct gzip_unpacker *unpacker)
{
	if (unpacker == NULL)
		return;
	(void)inflateEnd(&unpacker->stream);
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
	z_stream *stream = &unpacker->stream;

	if (size < HEADER_SIZE + TRAILER_SIZE)
		return (refuse(why, "it is cut off"));
	if (memcmp(bytes, plain_header, HEADER_SIZE) != 0)
		return (refuse(why, "its header is another"));
	check_ready(inflateReset(stream));
	const unsigned char *packed = bytes + HEADER_SIZE;

	memcpy(&stream->next_in, &packed, sizeof(stream->next_in));
	stream->avail_in = (uInt)(size - HEADER_SIZE - TRAILER_SIZE);
	stream->next_out = data;
	stream->avail_out = GZIP_MEMBER_LIMIT;
	const int result = inflate(stream, Z_FINISH);

	if (result != Z_STREAM_END)
		return (refuse(why, stream->avail_out == 0 ?
		    "it holds too much" : "its data cannot be unpacked"));
	*length = GZIP_MEMBER_LIMIT - stream->avail_out;
	const unsigned char *trailer = bytes + size - TRAILER_SIZE -
	    stream->avail_in;

	if (get_little_endian(trailer) !=
	    gzip_crc(GZIP_CRC_INITIAL, data, *length))
		return (refuse(why, "its checksum does not match"));
	if (get_little_endian(trailer + 4) != *length)
		return (refuse(why, "its length does not match"));
	return (size - stream->avail_in);
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
	return ((uint32_t)crc32(crc, bytes, (uInt)size));
}

const char *
gzip_library(void)
{
	return (zlibVersion());
}
