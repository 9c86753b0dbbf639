#include <config.h>

#include <isa-l.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "../../libcore/base/memory.h"
#include "gzip_engine.h"

/* The value of a macro, as a string. */
#define QUOTED(value)	#value
#define TEXT(macro)	QUOTED(macro)

enum { LEVEL_LIMIT = 3 };

struct packer {
	struct isal_zstream	 stream;
	int			 level;
	uint32_t		 room;
	unsigned char		*buffer;	/* that the level needs */
};

static const char *
version(void)
{
	return (TEXT(ISAL_MAJOR_VERSION) "." TEXT(ISAL_MINOR_VERSION) "."
	    TEXT(ISAL_PATCH_VERSION));
}

static void *
make_packer(int level)
{
	static const uint32_t rooms[LEVEL_LIMIT + 1] = {
		ISAL_DEF_LVL0_DEFAULT, ISAL_DEF_LVL1_DEFAULT,
		ISAL_DEF_LVL2_DEFAULT, ISAL_DEF_LVL3_DEFAULT
	};
	struct packer *packer = memory_make(1, sizeof(*packer));

	packer->level = level > LEVEL_LIMIT ? LEVEL_LIMIT : level;
	packer->room = rooms[packer->level];
	packer->buffer = memory_make(packer->room + 1, 1);
	return (packer);
}

static void
free_packer(void *own)
{
	struct packer *packer = own;

	free(packer->buffer);
	free(packer);
}

static size_t
pack(void *own, const void *bytes, size_t size, unsigned char *packed,
    size_t room)
{
	struct packer *packer = own;
	struct isal_zstream *stream = &packer->stream;

	isal_deflate_init(stream);
	stream->level = (uint32_t)packer->level;
	stream->level_buf = packer->buffer;
	stream->level_buf_size = packer->room;
	stream->end_of_stream = 1;
	/* The type has no const; isal_deflate() does not write there. */
	memcpy(&stream->next_in, &bytes, sizeof(stream->next_in));
	stream->avail_in = (uint32_t)size;
	stream->next_out = packed;
	stream->avail_out = (uint32_t)room;
	if (isal_deflate(stream) != COMP_OK ||
	    stream->internal_state.state != ZSTATE_END)
		return (0);
	return (room - stream->avail_out);
}

static void *
make_unpacker(void)
{
	return (memory_make(1, sizeof(struct inflate_state)));
}

static enum gzip_engine_result
unpack(void *unpacker, const unsigned char *packed, size_t *size,
    unsigned char *bytes, size_t *length)
{
	struct inflate_state *state = unpacker;

	isal_inflate_init(state);
	memcpy(&state->next_in, &packed, sizeof(state->next_in));
	state->avail_in = (uint32_t)*size;
	state->next_out = bytes;
	state->avail_out = (uint32_t)*length;
	const int result = isal_inflate(state);
	const bool full = state->avail_out == 0;

	*length -= state->avail_out;
	/* Whole bytes that were taken in, but belong to what comes behind. */
	*size -= state->avail_in + (size_t)(state->read_in_length / 8);
	if (result == ISAL_DECOMP_OK &&
	    state->block_state == ISAL_BLOCK_FINISH)
		return (GZIP_ENGINE_GOOD);
	return (result == ISAL_DECOMP_OK && full ? GZIP_ENGINE_TOO_MUCH :
	    GZIP_ENGINE_BAD);
}

static uint32_t
crc(uint32_t before, const void *bytes, size_t size)
{
	return (crc32_gzip_refl(before, bytes, size));
}

const struct gzip_engine *
gzip_engine_isal(void)
{
	static const struct gzip_engine engine = {
		"ISA-L", version, make_packer, free_packer, pack,
		make_unpacker, free, unpack, crc
	};

	return (&engine);
}
