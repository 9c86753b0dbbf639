#include <config.h>

#include <stdlib.h>
#include <string.h>

#include <zlib.h>

#include "../../libcore/base/memory.h"
#include "gzip_engine.h"

enum {
	RAW_DEFLATE = -15,		/* as zlib asks for it */
	MEMORY_LEVEL = 9
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

static z_stream *
make_stream(void)
{
	z_stream *stream = memory_make(1, sizeof(*stream));

	stream->zalloc = allocate;
	stream->zfree = deallocate;
	return (stream);
}

/* zlib's type has no const; neither deflate() nor inflate() write there. */
static void
set_input(z_stream *stream, const void *bytes, size_t size)
{
	memcpy(&stream->next_in, &bytes, sizeof(stream->next_in));
	stream->avail_in = (uInt)size;
}

static const char *
version(void)
{
	return (zlibVersion());
}

static void *
make_packer(int level)
{
	z_stream *stream = make_stream();

	check_ready(deflateInit2(stream, level, Z_DEFLATED, RAW_DEFLATE,
	    MEMORY_LEVEL, Z_DEFAULT_STRATEGY));
	return (stream);
}

static void
free_packer(void *packer)
{
	(void)deflateEnd(packer);
	free(packer);
}

static size_t
pack(void *packer, const void *bytes, size_t size, unsigned char *packed,
    size_t room)
{
	z_stream *stream = packer;

	check_ready(deflateReset(stream));
	set_input(stream, bytes, size);
	stream->next_out = packed;
	stream->avail_out = (uInt)room;
	return (deflate(stream, Z_FINISH) == Z_STREAM_END ?
	    room - stream->avail_out : 0);
}

static void *
make_unpacker(void)
{
	z_stream *stream = make_stream();

	check_ready(inflateInit2(stream, RAW_DEFLATE));
	return (stream);
}

static void
free_unpacker(void *unpacker)
{
	(void)inflateEnd(unpacker);
	free(unpacker);
}

static enum gzip_engine_result
unpack(void *unpacker, const unsigned char *packed, size_t *size,
    unsigned char *bytes, size_t *length)
{
	z_stream *stream = unpacker;

	check_ready(inflateReset(stream));
	set_input(stream, packed, *size);
	stream->next_out = bytes;
	stream->avail_out = (uInt)*length;
	const int result = inflate(stream, Z_FINISH);

	*size -= stream->avail_in;
	*length -= stream->avail_out;
	if (result == Z_STREAM_END)
		return (GZIP_ENGINE_GOOD);
	return (stream->avail_out == 0 ? GZIP_ENGINE_TOO_MUCH :
	    GZIP_ENGINE_BAD);
}

static uint32_t
crc(uint32_t before, const void *bytes, size_t size)
{
	return ((uint32_t)crc32(before, bytes, (uInt)size));
}

const struct gzip_engine *
gzip_engine_zlib(void)
{
	static const struct gzip_engine engine = {
		"zlib", version, make_packer, free_packer, pack,
		make_unpacker, free_unpacker, unpack, crc
	};

	return (&engine);
}
