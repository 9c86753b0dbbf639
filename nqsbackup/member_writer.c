#include <config.h>

#include "member_writer.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../libcore/base/failure.h"
#include "../libcore/base/memory.h"
#include "../libcore/base/text.h"
#include "../libcore/system/fileio.h"
#include "gzip.h"
#include "index.h"

/* Where the entry in work began. */
struct mark {
	size_t	used;
	int64_t	raw;			/* of the data held back */
	int64_t	offset;
	size_t	member_count;
};

struct member_writer {
	int			 fd;
	enum member_writer_output output;
	struct gzip_packer	*packer;
	struct index		*index;	/* NULL: detached */
	struct mark		 mark;
	struct text		 member;
	int64_t			 raw;	/* of the data held back */
	int64_t			 offset;
	uint32_t		 crc;
	size_t			 used;
	unsigned char		 data[GZIP_MEMBER_LIMIT];
};

struct member_writer *
member_writer_make(int fd, enum member_writer_output output, int level,
    struct index *index)
{
	struct member_writer *writer = memory_make(1, sizeof(*writer));

	writer->fd = fd;
	writer->output = output;
	writer->packer = gzip_packer_make(level);
	writer->index = index;
	writer->crc = GZIP_CRC_INITIAL;
	return (writer);
}

void
member_writer_free(struct member_writer *writer)
{
	if (writer == NULL)
		return;
	gzip_packer_free(writer->packer);
	text_release(&writer->member);
	free(writer);
}

static int
refuse(struct failure *why)
{
	const int error = errno;

	failure_set_errno(why, failure_code_of_errno(error), error,
	    "cannot write the archive");
	return (-1);
}

int
member_writer_flush(struct member_writer *writer, struct failure *why)
{
	struct text *member = &writer->member;

	if (writer->used == 0)
		return (0);
	text_clear(member);
	gzip_pack(writer->packer, writer->data, writer->used, member);
	if (fileio_write(writer->fd, member->bytes, member->length) == -1)
		return (refuse(why));
	if (writer->index != NULL) {
		struct index_member *place = index_add_member(writer->index);

		place->offset = writer->offset;
		place->raw = writer->raw;
		place->crc = gzip_crc(GZIP_CRC_INITIAL, member->bytes,
		    member->length);
	} else {
		writer->crc = gzip_crc(writer->crc, member->bytes,
		    member->length);
	}
	writer->offset += (int64_t)member->length;
	writer->raw += (int64_t)writer->used;
	writer->used = 0;
	return (0);
}

int
member_writer_begin(struct member_writer *writer, int64_t size,
    struct failure *why)
{
	const int64_t room = GZIP_MEMBER_LIMIT - (int64_t)writer->used;

	if (size > room && member_writer_flush(writer, why) == -1)
		return (-1);
	writer->mark.used = writer->used;
	writer->mark.raw = writer->raw;
	writer->mark.offset = writer->offset;
	writer->mark.member_count = writer->index == NULL ? 0 :
	    writer->index->member_count;
	return (0);
}

int
member_writer_add(struct member_writer *writer, const void *bytes,
    size_t size, struct failure *why)
{
	const unsigned char *next = bytes;

	while (size > 0) {
		/* A full member is written only when more comes. */
		if (writer->used == GZIP_MEMBER_LIMIT &&
		    member_writer_flush(writer, why) == -1)
			return (-1);
		const size_t room = GZIP_MEMBER_LIMIT - writer->used;
		const size_t part = size < room ? size : room;

		memcpy(writer->data + writer->used, next, part);
		writer->used += part;
		next += part;
		size -= part;
	}
	return (0);
}

int
member_writer_rewind(struct member_writer *writer, struct failure *why)
{
	const struct mark *mark = &writer->mark;

	if (writer->raw == mark->raw) {
		writer->used = mark->used;
		return (1);
	}
	/* Otherwise the member began with the entry, which did not fit. */
	if (writer->output == MEMBER_WRITER_STREAM)
		return (0);
	assert(mark->used == 0);
	const off_t place = (off_t)mark->offset;

	if (ftruncate(writer->fd, place) == -1 ||
	    lseek(writer->fd, place, SEEK_SET) == -1)
		return (refuse(why));
	writer->offset = mark->offset;
	writer->raw = mark->raw;
	writer->used = 0;
	if (writer->index != NULL)
		writer->index->member_count = mark->member_count;
	return (1);
}

int
member_writer_detach(struct member_writer *writer, struct failure *why)
{
	if (member_writer_flush(writer, why) == -1)
		return (-1);
	writer->index = NULL;
	return (0);
}

int64_t
member_writer_raw(const struct member_writer *writer)
{
	return (writer->raw + (int64_t)writer->used);
}

int64_t
member_writer_offset(const struct member_writer *writer)
{
	return (writer->offset);
}

uint32_t
member_writer_crc(const struct member_writer *writer)
{
	return (writer->crc);
}
