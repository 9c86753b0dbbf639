#include <config.h>

#include "tar_reader.h"

#include <string.h>

#include "../../libcore/base/failure.h"
#include "../base/interrupt.h"
#include "../tree/entry.h"
#include "index.h"
#include "member_reader.h"
#include "tar_header.h"

static const unsigned char *
next_of_members(void *cookie, int64_t most, size_t *size, struct failure *why)
{
	return (member_reader_next(cookie, most, size, why));
}

void
tar_reader_start(struct tar_reader *reader, int fd)
{
	reader->members = member_reader_make(fd);
	reader->source = (struct tar_source){ next_of_members,
	    reader->members };
	reader->digest = digest_make();
	reader->head = (struct text){ 0 };
}

void
tar_reader_start_source(struct tar_reader *reader,
    const struct tar_source *source)
{
	*reader = (struct tar_reader){ .source = *source,
	    .digest = digest_make() };
}

void
tar_reader_release(struct tar_reader *reader)
{
	member_reader_free(reader->members);
	digest_free(reader->digest);
	text_release(&reader->head);
}

int
tar_reader_refuse(struct failure *why, const char *name, const char *what)
{
	failure_set(why, EXITCODE_DATA, "'%s' in the archive %s", name, what);
	return (-1);
}

int
tar_reader_match(struct tar_reader *reader, const void *bytes, size_t length,
    const char *name, struct failure *why)
{
	const unsigned char *wanted = bytes;

	while (length > 0) {
		size_t size;
		const unsigned char *found = reader->source.next(
		    reader->source.cookie, (int64_t)length, &size, why);

		if (found == NULL)
			return (-1);
		if (size == 0)
			return (tar_reader_refuse(why, name, "is cut off"));
		if (memcmp(found, wanted, size) != 0)
			return (tar_reader_refuse(why, name,
			    "is not what the index says"));
		wanted += size;
		length -= size;
	}
	return (0);
}

int
tar_reader_padding(struct tar_reader *reader, int64_t size, const char *name,
    struct failure *why)
{
	static const char zeros[TAR_BLOCK];

	return (tar_reader_match(reader, zeros,
	    (size_t)(tar_padded(size) - size), name, why));
}

int
tar_reader_header(struct tar_reader *reader, const struct index *index,
    const struct entry *entry, struct failure *why)
{
	text_clear(&reader->head);
	tar_header_add(entry, index_link_name(index, entry),
	    index->format, &reader->head);
	return (tar_reader_match(reader, reader->head.bytes,
	    reader->head.length, entry->name, why));
}

/*
 * Takes size zeros into the digest.  There may be more than anybody has the
 * patience for, of a few bytes of archive.
 */
static int
digest_hole(struct digest *digest, int64_t size, struct failure *why)
{
	static const unsigned char zeros[64 * 1024];

	while (size > 0) {
		const size_t part = size < (int64_t)sizeof(zeros) ?
		    (size_t)size : sizeof(zeros);

		digest_add(digest, zeros, part);
		size -= (int64_t)part;
		if (size > 0 && interrupt_check(why) == -1)
			return (-1);
	}
	return (0);
}

/* Reads length bytes of data, which belong at offset of the file. */
static int
read_piece(struct tar_reader *reader, const char *name,
    const struct entry_extent *extent, const struct tar_sink *sink,
    struct failure *why)
{
	int64_t offset = extent->offset;
	int64_t left = extent->length;

	while (left > 0) {
		size_t size;
		const unsigned char *bytes = reader->source.next(
		    reader->source.cookie, left, &size, why);

		if (bytes == NULL)
			return (-1);
		if (size == 0)
			return (tar_reader_refuse(why, name, "is cut off"));
		digest_add(reader->digest, bytes, size);
		if (sink != NULL && sink->data(sink->cookie, offset, bytes,
		    size, why) == -1)
			return (-1);
		offset += (int64_t)size;
		left -= (int64_t)size;
		/* Between small files it is for the caller to ask. */
		if (left > 0 && interrupt_check(why) == -1)
			return (-1);
	}
	return (0);
}

int
tar_reader_digest(struct tar_reader *reader, const struct entry *entry,
    const struct tar_sink *sink, unsigned char digest[DIGEST_SIZE],
    struct failure *why)
{
	const struct entry_extent whole = { 0, entry->size };
	size_t count;
	const struct entry_extent *extents = entry_extents(entry, &count);
	int64_t end = 0;

	if (!entry_is_sparse(entry)) {
		extents = &whole;
		count = 1;
	}
	for (size_t i = 0; i < count; i++) {
		if (digest_hole(reader->digest, extents[i].offset - end,
		    why) == -1 || read_piece(reader, entry->name, &extents[i],
		    sink, why) == -1)
			return (-1);
		end = extents[i].offset + extents[i].length;
	}
	if (digest_hole(reader->digest, entry->size - end, why) == -1)
		return (-1);
	digest_end(reader->digest, digest);
	return (0);
}

int
tar_reader_judge(const struct entry *entry,
    const unsigned char digest[DIGEST_SIZE], struct failure *why)
{
	if (memcmp(digest, entry->digest, DIGEST_SIZE) != 0)
		return (tar_reader_refuse(why, entry->name,
		    "does not match its digest"));
	return (0);
}
