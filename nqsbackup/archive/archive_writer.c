#include <config.h>

#include "archive_writer.h"

#include <assert.h>
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "../../libcore/base/clock.h"
#include "../../libcore/base/digest.h"
#include "../../libcore/base/failure.h"
#include "../../libcore/base/memory.h"
#include "../../libcore/base/text.h"
#include "../../libcore/base/words.h"
#include "../../libcore/system/fileio.h"
#include "../base/interrupt.h"
#include "../base/progress_bar.h"
#include "../gzip/gzip.h"
#include "../tree/name_pool.h"
#include "../tree/name_store.h"
#include "index.h"
#include "trailer.h"

static const unsigned char zeros[64 * 1024];

struct archive_writer {
	struct index		 index;
	struct name_store	*names;		/* of its entries */
	int64_t			 name_lines;	/* their size, in its text */
	int64_t			 manifest_size;
	struct member_writer	*members;
	struct digest		*digest;	/* of the file in work */
	bool			 digesting;	/* here, not by its member */
	struct progress_bar	*bar;
	struct text		 head;
	int64_t			 missing;	/* bytes of its data to come */
	int			 fd;
	int64_t			 end;	/* of the members of the index */
};

struct archive_writer *
archive_writer_make(const struct archive_settings *settings, int fd)
{
	struct archive_writer *writer = memory_make(1, sizeof(*writer));

	writer->names = name_store_make();
	writer->index.format = settings->format;
	writer->index.knows_traits = true;
	writer->index.created = settings->created;
	writer->index.host = memory_copy_string(settings->host);
	words_add_all(&writer->index.trees, settings->trees);
	writer->members = member_writer_make(&settings->members, fd,
	    &writer->index);
	writer->digest = digest_make();
	writer->bar = settings->bar;
	writer->fd = fd;
	return (writer);
}

void
archive_writer_free(struct archive_writer *writer)
{
	if (writer == NULL)
		return;
	member_writer_free(writer->members);
	index_release(&writer->index);
	name_store_free(writer->names);
	digest_free(writer->digest);
	text_release(&writer->head);
	free(writer);
}

const struct index *
archive_writer_index(const struct archive_writer *writer)
{
	return (&writer->index);
}

void
archive_writer_take_members(struct archive_writer *writer,
    struct index_members *members)
{
	struct index *index = &writer->index;

	*members = (struct index_members){ index->members,
	    index->member_count, writer->end };
	index->members = NULL;
	index->member_count = 0;
	index->member_room = 0;
}

struct traits_pool *
archive_writer_traits(struct archive_writer *writer)
{
	return (entry_list_traits(&writer->index.entries));
}

int
archive_writer_begin(struct archive_writer *writer, struct entry *entry,
    struct failure *why)
{
	struct text *head = &writer->head;
	unsigned char forgotten[DIGEST_SIZE];

	text_clear(head);
	tar_header_add(entry, index_link_name(&writer->index, entry),
	    writer->index.format, head);
	writer->missing = entry_data_size(entry);
	/* A file that was taken back has left its bytes in the digest. */
	digest_end(writer->digest, forgotten);
	const int64_t size = (int64_t)head->length +
	    tar_padded(writer->missing);

	/* Whoever packs the member can digest what is there as a whole. */
	writer->digesting = entry_is_sparse(entry) || size > GZIP_MEMBER_LIMIT;
	if (member_writer_begin(writer->members, size, why) == -1)
		return (-1);
	entry->at = member_writer_raw(writer->members);
	return (member_writer_add(writer->members, head->bytes, head->length,
	    why));
}

int
archive_writer_data(struct archive_writer *writer, const void *bytes,
    size_t size, struct failure *why)
{
	assert((int64_t)size <= writer->missing);
	writer->missing -= (int64_t)size;
	progress_bar_add(writer->bar, (int64_t)size);
	if (writer->digesting)
		digest_add(writer->digest, bytes, size);
	return (member_writer_add(writer->members, bytes, size, why));
}

int
archive_writer_hole(struct archive_writer *writer, int64_t size,
    struct failure *why)
{
	while (size > 0) {
		const size_t part = size < (int64_t)sizeof(zeros) ?
		    (size_t)size : sizeof(zeros);

		digest_add(writer->digest, zeros, part);
		size -= (int64_t)part;
		if (size > 0 && interrupt_check(why) == -1)
			return (-1);
	}
	return (0);
}

int
archive_writer_rewind(struct archive_writer *writer, struct failure *why)
{
	return (member_writer_rewind(writer->members, why));
}

/* Fills up to a whole number of units, of which size bytes are there. */
static int
add_padding(struct archive_writer *writer, int64_t size, int64_t unit,
    struct failure *why)
{
	const int64_t rest = size % unit;

	if (rest == 0)
		return (0);
	return (member_writer_add(writer->members, zeros,
	    (size_t)(unit - rest), why));
}

/* Keeps the name of an owner as long as the index. */
static const char *
keep_name(struct archive_writer *writer, const char *name)
{
	return (name_pool_keep(index_owners(&writer->index),
	    name == NULL ? "" : name));
}

/* Adds entry to the index. */
static void
keep_entry(struct archive_writer *writer, struct entry *entry)
{
	char *name = entry->name;

	/* There are many, and each by itself would cost a third more. */
	entry->name = name_store_keep(writer->names, name);
	if (!entry->lent)
		free(name);
	entry->lent = true;
	entry->owner = keep_name(writer, entry->owner);
	entry->group = keep_name(writer, entry->group);
	/* Now, for later a core would have nothing to do meanwhile. */
	text_clear(&writer->head);
	index_write_name(entry->name, &writer->head);
	writer->name_lines += (int64_t)writer->head.length;
	writer->manifest_size += (int64_t)index_manifest_length(entry);
	*entry_list_add(&writer->index.entries) = *entry;
	*entry = (struct entry){ 0 };
}

int
archive_writer_end(struct archive_writer *writer, struct entry *entry,
    struct failure *why)
{
	assert(writer->missing == 0);
	if (entry->kind == ENTRY_FILE && writer->digesting)
		digest_end(writer->digest, entry->digest);
	else if (entry->kind == ENTRY_FILE)
		member_writer_digest(writer->members, entry->size,
		    writer->index.entries.count);
	if (add_padding(writer, entry_data_size(entry), TAR_BLOCK, why) == -1)
		return (-1);
	keep_entry(writer, entry);
	return (0);
}

int
archive_writer_give(struct archive_writer *writer, void *plan,
    struct failure *why)
{
	return (member_writer_give(writer->members, plan, why));
}

int
archive_writer_settle(struct archive_writer *writer, struct failure *why)
{
	return (member_writer_settle(writer->members, why));
}

void
archive_writer_take(struct archive_writer *writer, struct entry *entry)
{
	progress_bar_add(writer->bar, entry_data_size(entry));
	keep_entry(writer, entry);
}

/*
 * Adds the data of entry, a file of our own, and sets its digest.  write is
 * one of those of index.h.
 */
static int
add_pieces(struct archive_writer *writer, struct entry *entry,
    bool (*write)(const struct index *index, struct index_place *place,
    struct text *text), struct failure *why)
{
	struct index_place place = { 0 };
	struct text piece = { 0 };
	int rc = archive_writer_begin(writer, entry, why);

	writer->digesting = true;
	while (rc == 0 && write(&writer->index, &place, &piece)) {
		rc = archive_writer_data(writer, piece.bytes, piece.length,
		    why);
		text_clear(&piece);
	}
	digest_end(writer->digest, entry->digest);
	text_release(&piece);
	if (rc == -1)
		return (-1);
	return (add_padding(writer, entry->size, TAR_BLOCK, why));
}

static int
add_manifest(struct archive_writer *writer, struct failure *why)
{
	struct index *index = &writer->index;

	/* All members before must be done, for their digests are needed. */
	if (member_writer_flush(writer->members, why) == -1)
		return (-1);
	index_begin_manifest(index);
	index->manifest.size = writer->manifest_size;
	return (add_pieces(writer, &index->manifest, index_write_manifest,
	    why));
}

/* Adds the index in members of its own; tells the trailer of it. */
static int
add_index(struct archive_writer *writer, struct trailer *trailer,
    struct failure *why)
{
	struct entry entry = { .kind = ENTRY_FILE, .mode = 0600,
	    .mtime = writer->index.manifest.mtime };

	/* All members before have their place now, so it can be written. */
	if (member_writer_detach(writer->members, why) == -1)
		return (-1);
	trailer->offset = member_writer_offset(writer->members);
	writer->end = trailer->offset;
	trailer->raw = member_writer_raw(writer->members);
	trailer->size = index_measure(&writer->index, writer->name_lines);
	entry.name = memory_copy_string(INDEX_NAME);
	entry.size = trailer->size;
	const int rc = add_pieces(writer, &entry, index_write, why);

	memcpy(trailer->digest, entry.digest, DIGEST_SIZE);
	entry_release(&entry);
	return (rc);
}

/* Fills the last record, but for what the trailer itself holds of it. */
static int
add_filling(struct archive_writer *writer, struct failure *why)
{
	const int64_t size = member_writer_raw(writer->members) +
	    TRAILER_ZEROS;

	if (add_padding(writer, size, TAR_RECORD, why) == -1)
		return (-1);
	return (member_writer_flush(writer->members, why));
}

int
archive_writer_finish(struct archive_writer *writer, struct failure *why)
{
	struct trailer trailer = { 0 };
	struct text member = { 0 };

	if (add_manifest(writer, why) == -1 ||
	    add_index(writer, &trailer, why) == -1 ||
	    add_filling(writer, why) == -1)
		return (-1);
	trailer.created = writer->index.created / CLOCK_SECOND;
	trailer.crc = member_writer_crc(writer->members);
	trailer_write(&trailer, &member);
	const int rc = fileio_write(writer->fd, member.bytes, member.length);
	const int error = errno;

	text_release(&member);
	return (rc == -1 ? member_writer_refuse(error, why) : 0);
}
