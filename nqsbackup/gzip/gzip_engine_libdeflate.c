#include <config.h>

#include <libdeflate.h>

#include "../../libcore/base/memory.h"
#include "gzip_engine.h"

static const char *
version(void)
{
	return (LIBDEFLATE_VERSION_STRING);
}

static void *
make_packer(int level)
{
	struct libdeflate_compressor *packer =
	    libdeflate_alloc_compressor(level);

	if (packer == NULL)
		memory_end("memory to compress in");
	return (packer);
}

static void
free_packer(void *packer)
{
	libdeflate_free_compressor(packer);
}

static size_t
pack(void *packer, const void *bytes, size_t size, unsigned char *packed,
    size_t room)
{
	return (libdeflate_deflate_compress(packer, bytes, size, packed,
	    room));
}

static void *
make_unpacker(void)
{
	struct libdeflate_decompressor *unpacker =
	    libdeflate_alloc_decompressor();

	if (unpacker == NULL)
		memory_end("memory to compress in");
	return (unpacker);
}

static void
free_unpacker(void *unpacker)
{
	libdeflate_free_decompressor(unpacker);
}

static enum gzip_engine_result
unpack(void *unpacker, const unsigned char *packed, size_t *size,
    unsigned char *bytes, size_t *length)
{
	switch (libdeflate_deflate_decompress_ex(unpacker, packed, *size,
	    bytes, *length, size, length)) {
	case LIBDEFLATE_SUCCESS:
		return (GZIP_ENGINE_GOOD);
	case LIBDEFLATE_INSUFFICIENT_SPACE:
		return (GZIP_ENGINE_TOO_MUCH);
	default:
		return (GZIP_ENGINE_BAD);
	}
}

static uint32_t
crc(uint32_t before, const void *bytes, size_t size)
{
	return (libdeflate_crc32(before, bytes, size));
}

const struct gzip_engine *
gzip_engine_libdeflate(void)
{
	static const struct gzip_engine engine = {
		"libdeflate", version, make_packer, free_packer, pack,
		make_unpacker, free_unpacker, unpack, crc
	};

	return (&engine);
}
