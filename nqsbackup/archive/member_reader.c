#include <config.h>

#include "member_reader.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>

#include "../../libcore/base/failure.h"
#include "../../libcore/base/memory.h"
#include "../../libcore/system/fileio.h"
#include "../base/interrupt.h"
#include "../gzip/gzip.h"
#include "index.h"

struct member_reader {
	int			 fd;
	struct gzip_unpacker	*unpacker;
	const struct index	*index;	/* NULL: in the tail */
	size_t			 number;	/* of the next member */
	int64_t			 offset;	/* of the next member */
	int64_t			 end;	/* of all members */
	uint32_t		 crc;
	size_t			 used;	/* of the one in data */
	size_t			 length;
	unsigned char		*data;	/* GZIP_MEMBER_LIMIT, or NULL */
	unsigned char		*packed;	/* GZIP_PACKED_LIMIT, or NULL */
};

struct member_reader *
member_reader_make(int fd)
{
	struct member_reader *reader = memory_make(1, sizeof(*reader));

	reader->fd = fd;
	reader->unpacker = gzip_unpacker_make();
	return (reader);
}

void
member_reader_free(struct member_reader *reader)
{
	if (reader == NULL)
		return;
	gzip_unpacker_free(reader->unpacker);
	free(reader->data);
	free(reader->packed);
	free(reader);
}

void
member_reader_rest(struct member_reader *reader)
{
	reader->index = NULL;
	reader->used = 0;
	reader->length = 0;
	free(reader->data);
	free(reader->packed);
	reader->data = NULL;
	reader->packed = NULL;
}

/* Makes room for a member. */
static void
wake(struct member_reader *reader)
{
	if (reader->packed != NULL)
		return;
	reader->data = memory_make(GZIP_MEMBER_LIMIT, 1);
	reader->packed = memory_make(GZIP_PACKED_LIMIT, 1);
}

/* Reads size bytes at offset.  Returns 0, or -1 with why set. */
static int
read_packed(struct member_reader *reader, size_t size, struct failure *why)
{
	const ssize_t count = fileio_read_at(reader->fd, reader->packed,
	    size, (off_t)reader->offset);

	if (count == -1) {
		failure_set_errno(why, failure_code_of_errno(errno), errno,
		    "cannot read the archive");
		return (-1);
	}
	if ((size_t)count == size)
		return (0);
	failure_set(why, EXITCODE_DATA, "the archive is cut off");
	return (-1);
}

/*
 * Whether the member in work, which is number number, has just the sizes
 * and the checksum that the index says.
 */
static bool
is_as_indexed(const struct member_reader *reader, size_t size)
{
	const struct index *index = reader->index;
	const struct index_member *member = &index->members[reader->number];

	if (gzip_crc(GZIP_CRC_INITIAL, reader->packed, size) != member->crc)
		return (false);
	const int64_t end = reader->number + 1 == index->member_count ?
	    index->raw : member[1].raw;

	return (end - member->raw == (int64_t)reader->length);
}

static int
refuse_member(const struct member_reader *reader, struct failure *why)
{
	failure_set(why, EXITCODE_DATA,
	    "member %zu is not the one that the index tells of",
	    reader->number);
	return (-1);
}

/* Adds to why what is in the damaged member in work; entries are in order. */
static int
tell_damage(const struct member_reader *reader, struct failure *why)
{
	const struct index *index = reader->index;
	const struct entry_list *entries = &index->entries;
	const size_t next = reader->number + 1;
	const int64_t end = next >= index->member_count ? index->raw :
	    index->members[next].raw;
	size_t first = 0;
	size_t last = 0;

	if (why->code != EXITCODE_DATA || entries->count == 0 ||
	    reader->number >= index->member_count)
		return (-1);
	for (size_t i = 0; i < entries->count; i++) {
		if (entries->list[i].at <= index->members[reader->number].raw)
			first = i;
		if (entries->list[i].at < end)
			last = i;
	}
	failure_hint(why, "the damaged piece holds '%s' to '%s'; the rest "
	    "can still be restored, by patterns",
	    entries->list[first].name, entries->list[last].name);
	return (-1);
}

/* Brings the next member into memory.  Returns 1, 0 at the end, or -1. */
static int
load(struct member_reader *reader, struct failure *why)
{
	const struct index *index = reader->index;
	const int64_t left = reader->end - reader->offset;
	size_t size = left < GZIP_PACKED_LIMIT ? (size_t)left :
	    GZIP_PACKED_LIMIT;

	wake(reader);
	if (left == 0)
		return (0);
	reader->used = 0;
	reader->length = 0;
	if (index != NULL && reader->number + 1 < index->member_count)
		size = (size_t)(index->members[reader->number + 1].offset -
		    reader->offset);
	if (read_packed(reader, size, why) == -1)
		return (-1);
	const size_t packed = gzip_unpack(reader->unpacker, reader->packed,
	    size, reader->data, &reader->length, why);

	if (packed == 0)
		return (index == NULL ? -1 : tell_damage(reader, why));
	if (index == NULL) {
		reader->crc = gzip_crc(reader->crc, reader->packed, packed);
	} else if (packed != size || !is_as_indexed(reader, size)) {
		return (refuse_member(reader, why));
	}
	reader->offset += (int64_t)packed;
	reader->number++;
	return (1);
}

int
member_reader_seek(struct member_reader *reader, const struct index *index,
    int64_t end, int64_t raw, struct failure *why)
{
	const size_t number = index_find_member(index, raw);
	const int64_t place = raw - index->members[number].raw;

	if (reader->index != index || reader->number != number + 1) {
		reader->index = index;
		reader->number = number;
		reader->offset = index->members[number].offset;
		reader->end = end;
		if (load(reader, why) == -1)
			return (-1);
	}
	if (place > (int64_t)reader->length) {
		failure_set(why, EXITCODE_DATA,
		    "the index points behind the end of the archive");
		return (-1);
	}
	reader->used = (size_t)place;
	return (0);
}

void
member_reader_seek_tail(struct member_reader *reader, int64_t offset,
    int64_t end)
{
	reader->index = NULL;
	reader->number = 0;
	reader->offset = offset;
	reader->end = end;
	reader->crc = GZIP_CRC_INITIAL;
	reader->used = 0;
	reader->length = 0;
}

const unsigned char *
member_reader_next(struct member_reader *reader, int64_t most, size_t *size,
    struct failure *why)
{
	/* A member may be empty, though no writer of ours makes such a one. */
	while (reader->used == reader->length) {
		const int rc = load(reader, why);

		if (rc == -1)
			return (NULL);
		if (rc == 0)
			break;
	}
	const size_t left = reader->length - reader->used;
	const unsigned char *bytes = reader->data + reader->used;

	*size = most < (int64_t)left ? (size_t)most : left;
	reader->used += *size;
	return (bytes);
}

int
member_reader_check(struct member_reader *reader,
    const struct index_members *members, size_t first, size_t count,
    struct failure *why)
{
	wake(reader);
	for (size_t i = first; i < first + count; i++) {
		const struct index_member *member = &members->list[i];
		const size_t size = (size_t)((i + 1 < members->count ?
		    member[1].offset : members->end) - member->offset);

		reader->number = i;
		reader->offset = member->offset;
		if (read_packed(reader, size, why) == -1)
			return (-1);
		if (gzip_crc(GZIP_CRC_INITIAL, reader->packed, size) !=
		    member->crc)
			return (refuse_member(reader, why));
		if (interrupt_check(why) == -1)
			return (-1);
	}
	/* What is in memory belongs to none of them. */
	reader->index = NULL;
	return (0);
}

uint32_t
member_reader_crc(const struct member_reader *reader)
{
	return (reader->crc);
}
