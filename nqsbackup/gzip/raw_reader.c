#include <config.h>

#include "raw_reader.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "../../libcore/base/failure.h"
#include "../../libcore/base/memory.h"
#include "../../libcore/system/fileio.h"
#include "../base/interrupt.h"
#include "gzip_stream.h"

enum { BUFFER_SIZE = 256 * 1024, MAGIC_SIZE = 6 };

struct raw_reader {
	int			 fd;
	struct gzip_stream	*gzip;		/* NULL: not compressed */
	int64_t			 at;		/* of the next byte */
	size_t			 used;		/* of buffer */
	size_t			 filled;
	unsigned char		*buffer;
};

/* How files begin that are compressed in ways we do not read. */
struct packing {
	const char	*magic;
	size_t		 size;
	const char	*program;
};

static const struct packing packings[] = {
	{ "BZh", 3, "bzip2" },
	{ "\xfd" "7zXZ", 6, "xz" },
	{ "\x28\xb5\x2f\xfd", 4, "zstd" },
	{ "\x1f\x9d", 2, "uncompress" },
	{ "LZIP", 4, "lzip" },
	{ "\x89" "LZO", 4, "lzop" },
	{ "\x04\x22\x4d\x18", 4, "lz4" },
};

static int
refuse_packing(const unsigned char *magic, struct failure *why)
{
	for (size_t i = 0; i < sizeof(packings) / sizeof(packings[0]); i++) {
		const struct packing *packing = &packings[i];

		if (memcmp(magic, packing->magic, packing->size) != 0)
			continue;
		failure_set(why, EXITCODE_DATA,
		    "it is compressed, but not by gzip");
		failure_hint(why, "unpack it: %s -dc FILE | nqsbackup VERB -",
		    packing->program);
		return (-1);
	}
	return (0);
}

struct raw_reader *
raw_reader_make(int fd, struct failure *why)
{
	unsigned char magic[MAGIC_SIZE] = { 0 };

	if (fileio_read_at(fd, magic, MAGIC_SIZE, 0) == -1) {
		failure_set_errno(why, failure_code_of_errno(errno), errno,
		    "cannot read the archive");
		return (NULL);
	}
	if (refuse_packing(magic, why) == -1)
		return (NULL);
	struct raw_reader *reader = memory_make(1, sizeof(*reader));

	reader->fd = fd;
	if (magic[0] == 0x1f && magic[1] == 0x8b)
		reader->gzip = gzip_stream_make(fd);
	else
		reader->buffer = memory_make(BUFFER_SIZE, 1);
	return (reader);
}

void
raw_reader_free(struct raw_reader *reader)
{
	if (reader == NULL)
		return;
	gzip_stream_free(reader->gzip);
	free(reader->buffer);
	free(reader);
}

bool
raw_reader_is_packed(const struct raw_reader *reader)
{
	return (reader->gzip != NULL);
}

/* Reads more of a file that is not compressed.  Returns 0, or -1. */
static int
fill(struct raw_reader *reader, struct failure *why)
{
	const ssize_t count = fileio_read_at(reader->fd, reader->buffer,
	    BUFFER_SIZE, (off_t)reader->at);

	if (count == -1) {
		failure_set_errno(why, failure_code_of_errno(errno), errno,
		    "cannot read the archive");
		return (-1);
	}
	reader->used = 0;
	reader->filled = (size_t)count;
	return (0);
}

const unsigned char *
raw_reader_next(struct raw_reader *reader, int64_t most, size_t *size,
    struct failure *why)
{
	const unsigned char *bytes;

	if (reader->gzip != NULL) {
		bytes = gzip_stream_next(reader->gzip, most, size, why);
		if (bytes == NULL)
			return (NULL);
	} else {
		if (reader->used == reader->filled &&
		    fill(reader, why) == -1)
			return (NULL);
		const size_t left = reader->filled - reader->used;

		bytes = reader->buffer + reader->used;
		*size = most < (int64_t)left ? (size_t)most : left;
		reader->used += *size;
	}
	reader->at += (int64_t)*size;
	return (bytes);
}

int
raw_reader_take(struct raw_reader *reader, void *bytes, int64_t size,
    struct failure *why)
{
	unsigned char *place = bytes;

	while (size > 0) {
		size_t count;
		const unsigned char *found = raw_reader_next(reader, size,
		    &count, why);

		if (found == NULL || interrupt_check(why) == -1)
			return (-1);
		if (count == 0) {
			failure_set(why, EXITCODE_DATA, "it is cut off");
			return (-1);
		}
		if (place != NULL) {
			memcpy(place, found, count);
			place += count;
		}
		size -= (int64_t)count;
	}
	return (0);
}

int64_t
raw_reader_at(const struct raw_reader *reader)
{
	return (reader->at);
}

int
raw_reader_seek(struct raw_reader *reader, int64_t raw, struct failure *why)
{
	if (reader->gzip != NULL &&
	    gzip_stream_seek(reader->gzip, raw, why) == -1)
		return (-1);
	if (raw != reader->at) {
		reader->used = 0;
		reader->filled = 0;
	}
	reader->at = raw;
	return (0);
}
