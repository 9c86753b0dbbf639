#include <config.h>

#include "../../libcore/base/failure.h"
#include "../../libcore/base/text.h"
#include "archive_reader_private.h"
#include "manifest_reader.h"
#include "member_reader.h"
#include "tar_header.h"

static int
take_piece(void *cookie, int64_t offset, const void *bytes, size_t size,
    struct failure *why)
{
	(void)offset;			/* there are no holes */
	return (manifest_reader_take(cookie, bytes, size, why));
}

int
archive_reader_digests(struct archive_reader *reader, struct index *index,
    struct failure *why)
{
	struct manifest_reader lines = { .index = index };
	const struct tar_sink sink = { take_piece, &lines };
	int rc = archive_reader_read(reader, &reader->index->manifest,
	    &sink, why);

	if (rc == 0)
		rc = manifest_reader_end(&lines, why);
	manifest_reader_release(&lines);
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
