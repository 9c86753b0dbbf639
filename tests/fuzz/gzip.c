/*
 * Any bytes as a gzip file of others, which is read twice and in places; and
 * as a member and the trailer of an archive of ours.
 */
#include <config.h>

#include <string.h>

#include "../../libcore/base/failure.h"
#include "../../nqsbackup/gzip/gzip.h"
#include "../../nqsbackup/gzip/gzip_stream.h"
#include "../../nqsbackup/archive/trailer.h"
#include "fuzz.h"

enum { STEPS = 5 };

/* Reads up to room bytes.  Returns how many there were. */
static size_t
read_some(struct gzip_stream *stream, unsigned char *bytes, size_t room)
{
	struct failure why = { 0 };
	size_t length = 0;

	while (length < room) {
		size_t size;
		const unsigned char *found = gzip_stream_next(stream,
		    (int64_t)(room - length), &size, &why);

		fuzz_expect(found != NULL || why.code == EXITCODE_DATA,
		    "refused with another code");
		if (found == NULL || size == 0)
			break;
		memcpy(bytes + length, found, size);
		length += size;
	}
	return (length);
}

/* Goes back to places of what was read before, the last first. */
static void
read_again(struct gzip_stream *stream, const unsigned char *bytes,
    size_t length, unsigned char *room)
{
	struct failure why = { 0 };

	for (size_t step = STEPS; step-- > 0;) {
		const size_t at = length / STEPS * step;

		fuzz_expect(gzip_stream_seek(stream, (int64_t)at, &why) == 0,
		    "a place is gone");
		fuzz_expect(read_some(stream, room, length - at) ==
		    length - at && memcmp(room, bytes + at, length - at) == 0,
		    "a place reads otherwise the second time");
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	static unsigned char data[FUZZ_SIZE_LIMIT];
	static unsigned char again[FUZZ_SIZE_LIMIT];
	struct gzip_stream *stream = gzip_stream_make(fuzz_file(bytes, size));
	struct gzip_unpacker *unpacker = gzip_unpacker_make();
	struct trailer trailer;
	struct failure why = { 0 };
	size_t length;

	read_again(stream, data, read_some(stream, data, FUZZ_SIZE_LIMIT),
	    again);
	(void)gzip_unpack(unpacker, bytes, size, data, &length, &why);
	if (size >= TRAILER_SIZE)
		(void)trailer_read(bytes, &trailer);
	gzip_unpacker_free(unpacker);
	gzip_stream_free(stream);
	return (0);
}
