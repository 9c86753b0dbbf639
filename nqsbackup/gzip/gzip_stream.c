#include <config.h>

#include "gzip_stream.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <zlib.h>

#include "../../libcore/base/failure.h"
#include "../../libcore/base/memory.h"
#include "../../libcore/system/fileio.h"
#include "../base/interrupt.h"

enum {
	INPUT_SIZE = 128 * 1024,
	OUTPUT_SIZE = 256 * 1024,
	WINDOW_SIZE = 32 * 1024,	/* what deflate looks back on */
	RAW_DEFLATE = -15,		/* as zlib asks for it */
	PLACE_LIMIT = 128,		/* remembered, with a window each */
	PLACE_DISTANCE = 4 * 1024 * 1024	/* between two, at first */
};

/* Flags of a member's header. */
enum {
	FLAG_CHECKSUM = 2,
	FLAG_EXTRA = 4,
	FLAG_NAME = 8,
	FLAG_COMMENT = 16,
	FLAG_RESERVED = 0xe0
};

/*
 * A place where reading can begin again: between two blocks of deflate, which
 * may be within a byte, or before a member's header.
 */
struct place {
	int64_t		 raw;
	int64_t		 offset;	/* of the next whole byte */
	int		 bits;		/* left of the byte before it */
	bool		 inside;	/* a member */
	uint32_t	 crc;		/* of the member up to here */
	uint32_t	 length;	/* the same */
	unsigned char	*window;
	unsigned	 window_size;
};

struct gzip_stream {
	int		 fd;
	z_stream	 zlib;
	bool		 inside;	/* a member's data comes next */
	bool		 ended;
	int64_t		 offset;	/* of what follows input */
	int64_t		 raw;		/* of what follows output */
	uint32_t	 crc;		/* of the member, or its header */
	uint32_t	 length;	/* of the member */
	size_t		 used;		/* of output */
	size_t		 filled;
	struct place	*places;
	size_t		 place_count;
	int64_t		 distance;
	unsigned char	 input[INPUT_SIZE];
	unsigned char	 output[OUTPUT_SIZE];
};

static int
refuse(struct failure *why, const char *what)
{
	failure_set(why, EXITCODE_DATA, "the gzip file is damaged: %s", what);
	return (-1);
}

static void
check_ready(int result)
{
	if (result != Z_OK)
		memory_end("memory to unpack in");
}

struct gzip_stream *
gzip_stream_make(int fd)
{
	struct gzip_stream *stream = memory_make(1, sizeof(*stream));

	stream->fd = fd;
	stream->distance = PLACE_DISTANCE;
	stream->places = memory_make(PLACE_LIMIT, sizeof(*stream->places));
	check_ready(inflateInit2(&stream->zlib, RAW_DEFLATE));
	return (stream);
}

void
gzip_stream_free(struct gzip_stream *stream)
{
	if (stream == NULL)
		return;
	(void)inflateEnd(&stream->zlib);
	for (size_t i = 0; i < stream->place_count; i++)
		free(stream->places[i].window);
	free(stream->places);
	free(stream);
}

/* Reads more of the file.  Returns 1, 0 at its end, or -1 with why set. */
static int
fill(struct gzip_stream *stream, struct failure *why)
{
	const ssize_t count = fileio_read_at(stream->fd, stream->input,
	    INPUT_SIZE, (off_t)stream->offset);

	if (count == -1) {
		failure_set_errno(why, failure_code_of_errno(errno), errno,
		    "cannot read the archive");
		return (-1);
	}
	stream->zlib.next_in = stream->input;
	stream->zlib.avail_in = (uInt)count;
	stream->offset += count;
	return (count > 0);
}

/*
 * Takes one byte that is not packed.  Returns 1, 0 at the end of the file,
 * or -1 with why set.
 */
static int
take_byte(struct gzip_stream *stream, unsigned char *byte,
    struct failure *why)
{
	if (stream->zlib.avail_in == 0) {
		const int rc = fill(stream, why);

		if (rc <= 0)
			return (rc);
	}
	*byte = *stream->zlib.next_in++;
	stream->zlib.avail_in--;
	stream->crc = (uint32_t)crc32(stream->crc, byte, 1);
	return (1);
}

/* Takes size bytes, which have to be there. */
static int
take_bytes(struct gzip_stream *stream, unsigned char *bytes, size_t size,
    struct failure *why)
{
	for (size_t i = 0; i < size; i++) {
		const int rc = take_byte(stream, &bytes[i], why);

		if (rc == 0)
			return (refuse(why, "it is cut off"));
		if (rc == -1)
			return (-1);
	}
	return (0);
}

static int
skip_string(struct gzip_stream *stream, struct failure *why)
{
	unsigned char byte = 1;

	while (byte != 0) {
		if (take_bytes(stream, &byte, 1, why) == -1)
			return (-1);
	}
	return (0);
}

static int
skip_extra(struct gzip_stream *stream, struct failure *why)
{
	unsigned char bytes[2];

	if (take_bytes(stream, bytes, 2, why) == -1)
		return (-1);
	for (unsigned left = bytes[0] | (unsigned)bytes[1] << 8; left > 0;
	    left--) {
		if (take_bytes(stream, bytes, 1, why) == -1)
			return (-1);
	}
	return (0);
}

/* Reads a header from its second byte on. */
static int
read_header(struct gzip_stream *stream, struct failure *why)
{
	unsigned char head[9];
	unsigned char sum[2];

	if (take_bytes(stream, head, sizeof(head), why) == -1)
		return (-1);
	const unsigned flags = head[2];

	if (head[0] != 0x8b || head[1] != Z_DEFLATED ||
	    (flags & FLAG_RESERVED) != 0)
		return (refuse(why, "it goes on with what is no gzip member"));
	if (((flags & FLAG_EXTRA) != 0 && skip_extra(stream, why) == -1) ||
	    ((flags & FLAG_NAME) != 0 && skip_string(stream, why) == -1) ||
	    ((flags & FLAG_COMMENT) != 0 && skip_string(stream, why) == -1))
		return (-1);
	if ((flags & FLAG_CHECKSUM) == 0)
		return (0);
	const uint32_t crc = stream->crc & 0xffff;

	if (take_bytes(stream, sum, 2, why) == -1)
		return (-1);
	if (crc != (sum[0] | (uint32_t)sum[1] << 8))
		return (refuse(why, "a header's checksum does not match"));
	return (0);
}

/* There may be zeros behind the last member, of the blocks of a tape. */
static int
skip_zeros(struct gzip_stream *stream, struct failure *why)
{
	unsigned char byte = 0;
	int rc = 1;

	while (rc == 1 && byte == 0)
		rc = take_byte(stream, &byte, why);
	if (rc == 1)
		return (refuse(why,
		    "something else stands behind its last member"));
	stream->ended = rc == 0;
	return (rc);
}

/* Begins the next member, if there is one.  Returns 0, or -1. */
static int
begin_member(struct gzip_stream *stream, struct failure *why)
{
	unsigned char byte;

	stream->crc = 0;
	const int rc = take_byte(stream, &byte, why);

	if (rc == -1)
		return (-1);
	if (rc == 0 || (byte == 0 && stream->raw > 0)) {
		stream->ended = true;
		return (rc == 0 ? 0 : skip_zeros(stream, why));
	}
	if (byte != 0x1f)
		return (refuse(why, "it goes on with what is no gzip member"));
	if (read_header(stream, why) == -1)
		return (-1);
	check_ready(inflateReset(&stream->zlib));
	stream->inside = true;
	stream->crc = 0;
	stream->length = 0;
	return (0);
}

static uint32_t
get_number(const unsigned char *bytes)
{
	return ((uint32_t)bytes[0] | (uint32_t)bytes[1] << 8 |
	    (uint32_t)bytes[2] << 16 | (uint32_t)bytes[3] << 24);
}

static int
end_member(struct gzip_stream *stream, struct failure *why)
{
	const uint32_t crc = stream->crc;
	unsigned char trailer[8];

	if (take_bytes(stream, trailer, sizeof(trailer), why) == -1)
		return (-1);
	if (get_number(trailer) != crc)
		return (refuse(why, "its checksum does not match"));
	if (get_number(trailer + 4) != stream->length)
		return (refuse(why, "its length does not match"));
	stream->inside = false;
	return (0);
}

/* Forgets every second place, so that the distances double. */
static void
thin_places(struct gzip_stream *stream)
{
	size_t kept = 0;

	for (size_t i = 0; i < stream->place_count; i++) {
		if (i % 2 == 0)
			stream->places[kept++] = stream->places[i];
		else
			free(stream->places[i].window);
	}
	stream->place_count = kept;
	stream->distance *= 2;
}

/* Remembers where we are, when the last place is far enough away. */
static void
remember(struct gzip_stream *stream)
{
	const struct place *last = stream->place_count == 0 ? NULL :
	    &stream->places[stream->place_count - 1];

	if (last != NULL && stream->raw - last->raw < stream->distance)
		return;
	if (stream->place_count == PLACE_LIMIT) {
		thin_places(stream);
		return;
	}
	struct place *place = &stream->places[stream->place_count++];

	*place = (struct place){ .raw = stream->raw,
	    .offset = stream->offset - (int64_t)stream->zlib.avail_in,
	    .inside = stream->inside, .crc = stream->crc,
	    .length = stream->length };
	if (!stream->inside)
		return;
	place->bits = stream->zlib.data_type & 7;
	place->window = memory_make(WINDOW_SIZE, 1);
	check_ready(inflateGetDictionary(&stream->zlib, place->window,
	    &place->window_size));
}

/* Takes over what one call of inflate() made. */
static int
unpack(struct gzip_stream *stream, struct failure *why)
{
	z_stream *zlib = &stream->zlib;

	if (zlib->avail_in == 0) {
		const int rc = fill(stream, why);

		if (rc <= 0)
			return (rc == -1 ? -1 : refuse(why, "it is cut off"));
	}
	zlib->next_out = stream->output;
	zlib->avail_out = OUTPUT_SIZE;
	const int result = inflate(zlib, Z_BLOCK);

	if (result == Z_MEM_ERROR)
		memory_end("memory to unpack in");
	if (result != Z_OK && result != Z_STREAM_END && result != Z_BUF_ERROR)
		return (refuse(why, "its data cannot be unpacked"));
	stream->used = 0;
	stream->filled = OUTPUT_SIZE - zlib->avail_out;
	stream->raw += (int64_t)stream->filled;
	stream->crc = (uint32_t)crc32(stream->crc, stream->output,
	    (uInt)stream->filled);
	stream->length += (uint32_t)stream->filled;
	if (result == Z_STREAM_END)
		return (end_member(stream, why));
	/* 128: a block has just ended; 64: it was the last one. */
	if ((zlib->data_type & 0xc0) == 128)
		remember(stream);
	return (0);
}

const unsigned char *
gzip_stream_next(struct gzip_stream *stream, int64_t most, size_t *size,
    struct failure *why)
{
	while (stream->used == stream->filled && !stream->ended) {
		if (!stream->inside)
			remember(stream);
		if ((stream->inside ? unpack(stream, why) :
		    begin_member(stream, why)) == -1 ||
		    interrupt_check(why) == -1)
			return (NULL);
	}
	const size_t left = stream->filled - stream->used;
	const unsigned char *bytes = stream->output + stream->used;

	*size = most < (int64_t)left ? (size_t)most : left;
	stream->used += *size;
	return (bytes);
}

/* Begins anew at place.  Returns 0, or -1 with why set. */
static int
restart(struct gzip_stream *stream, const struct place *place,
    struct failure *why)
{
	stream->zlib.avail_in = 0;
	stream->offset = place->offset;
	stream->raw = place->raw;
	stream->inside = place->inside;
	stream->crc = place->crc;
	stream->length = place->length;
	stream->ended = false;
	stream->used = 0;
	stream->filled = 0;
	if (!place->inside)
		return (0);
	check_ready(inflateReset(&stream->zlib));
	if (place->bits > 0) {
		unsigned char byte;

		stream->offset--;
		if (take_bytes(stream, &byte, 1, why) == -1)
			return (-1);
		stream->crc = place->crc;
		check_ready(inflatePrime(&stream->zlib, place->bits,
		    byte >> (8 - place->bits)));
	}
	check_ready(inflateSetDictionary(&stream->zlib, place->window,
	    place->window_size));
	return (0);
}

/* Returns the last place that is not behind raw, or NULL. */
static const struct place *
find_place(const struct gzip_stream *stream, int64_t raw)
{
	const struct place *found = NULL;

	for (size_t i = 0; i < stream->place_count &&
	    stream->places[i].raw <= raw; i++)
		found = &stream->places[i];
	return (found);
}

int
gzip_stream_seek(struct gzip_stream *stream, int64_t raw,
    struct failure *why)
{
	int64_t at = stream->raw -
	    (int64_t)(stream->filled - stream->used);
	const struct place *place = find_place(stream, raw);

	if (place != NULL && (raw < at || place->raw > at)) {
		if (restart(stream, place, why) == -1)
			return (-1);
		at = place->raw;
	}
	while (at < raw) {
		size_t size;

		if (gzip_stream_next(stream, raw - at, &size, why) == NULL)
			return (-1);
		if (size == 0)
			return (refuse(why, "it is cut off"));
		at += (int64_t)size;
	}
	return (0);
}
