#include <config.h>

#include <stdbool.h>
#include <string.h>

#include "../../libcore/base/digest.h"
#include "../../libcore/base/failure.h"
#include "../../libcore/base/text.h"
#include "archive_reader_private.h"
#include "member_reader.h"
#include "tar_header.h"

/* The manifest, as it comes in pieces that end anywhere. */
struct lines {
	struct index	*index;
	size_t		 number;	/* of the entry that comes next */
	struct text	 rest;		/* the beginning of a line */
};

/*
 * Takes the digests of the lines that are in the size bytes at bytes whole.
 * Returns how many bytes those are, or -1 with why set.
 */
static ssize_t
take_lines(struct lines *lines, const char *bytes, size_t size,
    struct failure *why)
{
	struct entry_list *entries = &lines->index->entries;
	size_t used = 0;

	for (; lines->number < entries->count; lines->number++) {
		struct entry *entry = &entries->list[lines->number];

		if (entry->kind != ENTRY_FILE && entry->kind != ENTRY_LINK)
			continue;
		const ssize_t length = index_read_manifest(bytes + used,
		    size - used, entry, entry->digest, why);

		if (length <= 0)
			return (length == 0 ? (ssize_t)used : -1);
		if (entry->kind == ENTRY_LINK && memcmp(entry->digest,
		    index_content(lines->index, entry)->digest,
		    DIGEST_SIZE) != 0)
			return (tar_reader_refuse(why, entry->name,
			    "has not the digest of its file"));
		used += (size_t)length;
	}
	return ((ssize_t)used);
}

static int
take_piece(void *cookie, int64_t offset, const void *bytes, size_t size,
    struct failure *why)
{
	struct lines *lines = cookie;
	struct text *rest = &lines->rest;
	const char *next = bytes;

	(void)offset;			/* there are no holes */
	if (rest->length > 0) {
		/* All that is needed of this piece is the end of a line. */
		const char *end = memchr(next, '\n', size);
		const size_t part = end == NULL ? size :
		    (size_t)(end + 1 - next);

		text_add_bytes(rest, next, part);
		next += part;
		size -= part;
		const ssize_t used = take_lines(lines, rest->bytes,
		    rest->length, why);

		if (used == -1)
			return (-1);
		if (used == 0 && end != NULL)
			return (tar_reader_refuse(why, INDEX_MANIFEST,
			    "has a line that is too short"));
		if (used == 0)
			return (0);
		text_clear(rest);
	}
	const ssize_t used = take_lines(lines, next, size, why);

	if (used == -1)
		return (-1);
	text_add_bytes(rest, next + used, size - (size_t)used);
	return (0);
}

/* Whether no line is missing, and nothing is behind the last one. */
static bool
is_complete(struct lines *lines)
{
	const struct entry_list *entries = &lines->index->entries;

	while (lines->number < entries->count &&
	    index_manifest_length(&entries->list[lines->number]) == 0)
		lines->number++;
	return (lines->number == entries->count && lines->rest.length == 0);
}

int
archive_reader_digests(struct archive_reader *reader, struct index *index,
    struct failure *why)
{
	struct lines lines = { .index = index };
	const struct tar_sink sink = { take_piece, &lines };
	int rc = archive_reader_read(reader, &reader->index->manifest,
	    &sink, why);

	if (rc == 0 && !is_complete(&lines))
		rc = tar_reader_refuse(why, INDEX_MANIFEST,
		    "has not the lines that the index asks for");
	text_release(&lines.rest);
	reader->digested = rc == 0;
	return (rc);
}

int
archive_reader_digest(struct archive_reader *reader, size_t number,
    struct failure *why)
{
	struct index *index = &reader->own_index;
	struct entry *entry = &index->entries.list[number];
	const struct entry *manifest = &index->manifest;
	int64_t at = manifest->at + (int64_t)tar_header_length(manifest, NULL,
	    index->format);
	struct text line = { 0 };
	ssize_t length = 0;

	if (entry->kind != ENTRY_FILE)
		return (0);
	for (size_t i = 0; i < number && reader->line == -1; i++)
		at += (int64_t)index_manifest_length(&index->entries.list[i]);
	if (reader->line != -1)
		at += reader->line;
	if (member_reader_seek(reader->tar.members, index,
	    reader->trailer.offset, at, why) == -1)
		return (-1);
	while (length == 0) {
		size_t size;
		const unsigned char *bytes = member_reader_next(
		    reader->tar.members, (int64_t)(index_manifest_length(
		    entry) - line.length), &size, why);

		if (bytes != NULL && size == 0)
			(void)tar_reader_refuse(why, INDEX_MANIFEST,
			    "is cut off");
		if (bytes == NULL || size == 0) {
			length = -1;
			break;
		}
		text_add_bytes(&line, bytes, size);
		length = index_read_manifest(line.bytes, line.length, entry,
		    entry->digest, why);
	}
	text_release(&line);
	return (length == -1 ? -1 : 0);
}
