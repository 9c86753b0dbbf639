#include <config.h>

#include "manifest_reader.h"

#include <sys/types.h>

#include <stdint.h>
#include <string.h>

#include "../../libcore/base/digest.h"
#include "../../libcore/base/failure.h"
#include "index.h"
#include "tar_reader.h"

/*
 * Takes the digests of the lines that are in the size bytes at bytes whole.
 * Returns how many bytes those are, or -1 with why set.
 */
static ssize_t
take_lines(struct manifest_reader *reader, const char *bytes, size_t size,
    struct failure *why)
{
	struct entry_list *entries = &reader->index->entries;
	size_t used = 0;

	for (; reader->number < entries->count; reader->number++) {
		struct entry *entry = &entries->list[reader->number];

		if (entry->kind != ENTRY_FILE && entry->kind != ENTRY_LINK)
			continue;
		const ssize_t length = index_read_manifest(bytes + used,
		    size - used, entry, entry->digest, why);

		if (length <= 0)
			return (length == 0 ? (ssize_t)used : -1);
		if (entry->kind == ENTRY_LINK && memcmp(entry->digest,
		    index_content(reader->index, entry)->digest,
		    DIGEST_SIZE) != 0)
			return (tar_reader_refuse(why, entry->name,
			    "has not the digest of its file"));
		used += (size_t)length;
	}
	return ((ssize_t)used);
}

int
manifest_reader_take(struct manifest_reader *reader, const void *bytes,
    size_t size, struct failure *why)
{
	struct text *rest = &reader->rest;
	const char *next = bytes;

	if (rest->length > 0) {
		/* All that is needed of this piece is the end of a line. */
		const char *end = memchr(next, '\n', size);
		const size_t part = end == NULL ? size :
		    (size_t)(end + 1 - next);

		text_add_bytes(rest, next, part);
		next += part;
		size -= part;
		const ssize_t used = take_lines(reader, rest->bytes,
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
	const ssize_t used = take_lines(reader, next, size, why);

	if (used == -1)
		return (-1);
	text_add_bytes(rest, next + used, size - (size_t)used);
	return (0);
}

/* Whether no line is missing, and nothing is behind the last one. */
static bool
is_complete(struct manifest_reader *reader)
{
	const struct entry_list *entries = &reader->index->entries;

	while (reader->number < entries->count && index_manifest_length(
	    &entries->list[reader->number]) == 0)
		reader->number++;
	return (reader->number == entries->count &&
	    reader->rest.length == 0);
}

int
manifest_reader_end(struct manifest_reader *reader, struct failure *why)
{
	return (is_complete(reader) ? 0 : tar_reader_refuse(why,
	    INDEX_MANIFEST, "has not the lines that the index asks for"));
}

void
manifest_reader_release(struct manifest_reader *reader)
{
	text_release(&reader->rest);
}
