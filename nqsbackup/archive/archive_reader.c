#include <config.h>

#include "archive_reader.h"

#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../../libcore/base/clock.h"
#include "../../libcore/base/digest.h"
#include "../../libcore/base/failure.h"
#include "../../libcore/base/memory.h"
#include "../../libcore/base/text.h"
#include "../../libcore/system/fileio.h"
#include "../base/spool.h"
#include "archive_reader_private.h"
#include "foreign_archive.h"
#include "foreign_limits.h"
#include "index.h"
#include "index_use.h"
#include "member_reader.h"
#include "tar_header.h"

#define INDEX_LIMIT	(INT64_C(1) << 30)	/* bytes; see ARCHIVE.md */
#define POSITION_LIMIT	(INT64_MAX / 4)	/* leaves room for sums */

/*
 * Finds the size and the trailer.  Returns 1, 0 when there is no trailer of
 * ours, or -1 with why set.
 */
static int
read_trailer(struct archive_reader *reader, struct failure *why)
{
	unsigned char bytes[TRAILER_SIZE];
	struct stat status;

	if (fstat(reader->fd, &status) == -1) {
		failure_set_errno(why, failure_code_of_errno(errno), errno,
		    "cannot look at the archive");
		return (-1);
	}
	if (!S_ISREG(status.st_mode)) {
		failure_set(why, EXITCODE_DATA, "it is not a file");
		return (-1);
	}
	reader->size = (int64_t)status.st_size;
	return (reader->size >= TRAILER_SIZE &&
	    fileio_read_at(reader->fd, bytes, TRAILER_SIZE,
	    (off_t)(reader->size - TRAILER_SIZE)) == TRAILER_SIZE &&
	    trailer_read(bytes, &reader->trailer) == 0 &&
	    reader->trailer.offset < reader->size - TRAILER_SIZE &&
	    reader->trailer.raw <= POSITION_LIMIT);
}

/* Reads the text of the index, and checks its entry and its digest. */
static int
read_index_text(struct archive_reader *reader, struct text *text,
    struct failure *why)
{
	char name[] = INDEX_NAME;
	const struct entry entry = { .name = name, .kind = ENTRY_FILE,
	    .mode = 0600, .mtime = reader->trailer.created,
	    .size = reader->trailer.size };
	unsigned char digest[DIGEST_SIZE];
	int64_t left = entry.size;

	if (left > INDEX_LIMIT)
		return (tar_reader_refuse(why, name, "is too large"));
	if (index_use_check_size(left, reader->limits, why) == -1)
		return (-1);
	member_reader_seek_tail(reader->tar.members, reader->trailer.offset,
	    reader->size - TRAILER_SIZE);
	if (tar_reader_header(&reader->tar, reader->index, &entry, why) == -1)
		return (-1);
	while (left > 0) {
		size_t size;
		const unsigned char *bytes = member_reader_next(
		    reader->tar.members, left, &size, why);

		if (bytes == NULL)
			return (-1);
		if (size == 0)
			return (tar_reader_refuse(why, name, "is cut off"));
		text_add_bytes(text, bytes, size);
		left -= (int64_t)size;
	}
	digest_add(reader->tar.digest, text->bytes, text->length);
	digest_end(reader->tar.digest, digest);
	if (memcmp(digest, reader->trailer.digest, DIGEST_SIZE) != 0)
		return (tar_reader_refuse(why, name,
		    "does not match its digest"));
	return (tar_reader_padding(&reader->tar, entry.size, name, why));
}

/* Checks what fills the last record, between the index and the trailer. */
static int
match_filling(struct archive_reader *reader, struct failure *why)
{
	const struct trailer *trailer = &reader->trailer;
	const int64_t end = trailer->raw +
	    (int64_t)reader->tar.head.length + tar_padded(trailer->size) +
	    TRAILER_ZEROS;
	static const char zeros[TAR_RECORD];
	size_t size;

	if (tar_reader_match(&reader->tar, zeros,
	    (size_t)((TAR_RECORD - end % TAR_RECORD) % TAR_RECORD),
	    INDEX_NAME, why) == -1)
		return (-1);
	if (member_reader_next(reader->tar.members, 1, &size, why) == NULL)
		return (-1);
	if (size != 0 ||
	    member_reader_crc(reader->tar.members) != reader->trailer.crc)
		return (tar_reader_refuse(why, INDEX_NAME,
		    "does not end the archive"));
	return (0);
}

/* How much is read of the index. */
struct aim {
	enum archive_reader_depth	 depth;
	const char			*file;	/* the only entry, or NULL */
};

/* Reads text as far as aim. */
static int
read_lines(struct archive_reader *reader, const struct aim *aim,
    struct text *text, struct failure *why)
{
	struct index *index = &reader->own_index;
	struct index_search search = { .name = aim->file,
	    .offset = reader->trailer.offset, .raw = reader->trailer.raw };

	if (aim->file == NULL)
		return (aim->depth == ARCHIVE_READER_NAMES ?
		    index_read_names(text, index, why) :
		    index_read(text, index, why));
	const int rc = index_find(text, index, &search, why);

	reader->line = search.line;
	return (rc);
}

/* Reads the index, up to what is checked in its entries. */
static int
take_index(struct archive_reader *reader, const struct aim *aim,
    struct failure *why)
{
	struct text text = { 0 };
	int rc = read_index_text(reader, &text, why);

	if (rc == 0)
		rc = match_filling(reader, why);
	if (rc == 0)
		rc = index_use_check_text(text.bytes, text.length,
		    reader->limits, why);
	if (rc == 0)
		rc = read_lines(reader, aim, &text, why);
	text_release(&text);
	if (rc == 0 && reader->own_index.created / CLOCK_SECOND !=
	    reader->trailer.created)
		return (tar_reader_refuse(why, INDEX_NAME,
		    "is of another time"));
	return (rc == 0 ? index_use_check(&reader->own_index, reader->limits,
	    why) : -1);
}

static int
read_index(struct archive_reader *reader, enum archive_reader_depth depth,
    struct failure *why)
{
	const struct aim aim = { depth, NULL };
	struct index *index = &reader->own_index;

	reader->line = -1;
	if (take_index(reader, &aim, why) == -1)
		return (-1);
	if (depth == ARCHIVE_READER_NAMES)
		return (0);
	if (index_check(index, reader->trailer.offset, reader->trailer.raw,
	    why) == -1)
		return (-1);
	return (depth == ARCHIVE_READER_ALL ?
	    archive_reader_digests(reader, index, why) : 0);
}

/* Reads what the index says of the one file name. */
static int
read_one(struct archive_reader *reader, const char *name,
    struct failure *why)
{
	const struct aim aim = { ARCHIVE_READER_ENTRIES, name };
	const struct entry_list *entries = &reader->own_index.entries;

	if (take_index(reader, &aim, why) == -1)
		return (-1);
	if (entries->count == 0 || entries->list[0].kind != ENTRY_LINK)
		return (0);
	/* The file comes before it, where nobody has looked for it. */
	index_release(&reader->own_index);
	return (read_index(reader, ARCHIVE_READER_ENTRIES, why));
}

static struct archive_reader *
make(int fd, int own, const char *name)
{
	struct archive_reader *reader = memory_make(1, sizeof(*reader));

	reader->name = name == NULL ? NULL : memory_copy_string(name);
	reader->fd = fd;
	reader->own = own;
	reader->index = &reader->own_index;
	tar_reader_start(&reader->tar, fd);
	return (reader);
}

/* Says which archive it is that cannot be read, unless the caller does. */
static void
name_archive(const struct archive_reader *reader, struct failure *why)
{
	if (reader->name != NULL)
		failure_add(why, "cannot read the archive '%s'",
		    reader->name);
}

/* Ends opening: returns reader, or NULL with why set when rc is -1. */
static struct archive_reader *
finish(struct archive_reader *reader, int rc, struct failure *why)
{
	if (rc != -1)
		return (reader);
	name_archive(reader, why);
	archive_reader_close(reader);
	return (NULL);
}

struct archive_reader *
archive_reader_begin(int fd, const char *name,
    enum archive_reader_depth depth, struct failure *why)
{
	struct archive_reader *reader = make(fd, -1, name);
	int rc = read_trailer(reader, why);

	if (rc == 0) {
		failure_set(why, EXITCODE_DATA, "it does not end like an "
		    "archive of nqsbackup: it is cut off or damaged");
		rc = -1;
	} else if (rc == 1) {
		rc = read_index(reader, depth, why);
	}
	return (finish(reader, rc, why));
}

struct archive_reader *
archive_reader_start(int fd, const char *name, struct failure *why)
{
	return (archive_reader_begin(fd, name, ARCHIVE_READER_ALL, why));
}

/* Opens path, or standard input.  Returns it, or -1 with why set. */
static int
open_file(const char *path, struct failure *why)
{
	if (strcmp(path, "-") == 0)
		return (spool_input(why));
	/* Something else than a file does not block, and is refused. */
	const int fd = fileio_open(AT_FDCWD, path,
	    O_RDONLY | O_NONBLOCK | O_NOCTTY, 0);

	if (fd == -1)
		failure_set_errno(why, failure_code_of_errno(errno), errno,
		    "cannot open the archive '%s'", path);
	return (fd);
}

struct archive_reader *
archive_reader_open(const char *path, const struct foreign_limits *limits,
    struct tally *tally, struct failure *why)
{
	return (archive_reader_look(path, limits, ARCHIVE_READER_ALL, tally,
	    why));
}

/* Opens path as far as aim, or all of one of another program. */
static struct archive_reader *
look(const char *path, const struct foreign_limits *limits,
    const struct aim *aim, struct tally *tally, struct failure *why)
{
	struct foreign_limits complete = *limits;
	const int fd = open_file(path, why);

	if (fd == -1)
		return (NULL);
	struct archive_reader *reader = make(fd, fd,
	    strcmp(path, "-") == 0 ? "standard input" : path);
	int rc = read_trailer(reader, why);

	foreign_limits_complete(&complete);
	reader->limits = &complete;
	if (rc == 1 && aim->file != NULL) {
		rc = read_one(reader, aim->file, why);
	} else if (rc == 1) {
		rc = read_index(reader, aim->depth, why);
	} else if (rc == 0) {
		reader->foreign = foreign_archive_open(fd, &complete,
		    &reader->own_index, tally, why);
		rc = reader->foreign == NULL ? -1 : 0;
	}
	reader->limits = NULL;
	/* Whoever reads much goes on with a reader of its own. */
	member_reader_rest(reader->tar.members);
	return (finish(reader, rc, why));
}

struct archive_reader *
archive_reader_look(const char *path, const struct foreign_limits *limits,
    enum archive_reader_depth depth, struct tally *tally,
    struct failure *why)
{
	const struct aim aim = { depth, NULL };

	return (look(path, limits, &aim, tally, why));
}

struct archive_reader *
archive_reader_find(const char *path, const struct foreign_limits *limits,
    const char *name, struct tally *tally, struct failure *why)
{
	const struct aim aim = { ARCHIVE_READER_ENTRIES, name };

	return (look(path, limits, &aim, tally, why));
}

struct archive_reader *
archive_reader_share(const struct archive_reader *reader)
{
	struct archive_reader *other = memory_make(1, sizeof(*other));

	other->name = reader->name == NULL ? NULL :
	    memory_copy_string(reader->name);
	other->fd = reader->fd;
	other->own = -1;
	other->size = reader->size;
	other->trailer = reader->trailer;
	other->index = reader->index;
	/* As it is one part, one thread at a time reads it. */
	other->foreign = reader->foreign;
	other->digested = reader->digested;
	other->shared = true;
	tar_reader_start(&other->tar, other->fd);
	return (other);
}

void
archive_reader_close(struct archive_reader *reader)
{
	if (reader == NULL)
		return;
	if (reader->own != -1)
		(void)close(reader->own);	/* was only read */
	if (!reader->shared)
		foreign_archive_close(reader->foreign);
	free(reader->name);
	index_release(&reader->own_index);
	tar_reader_release(&reader->tar);
	free(reader);
}

const struct index *
archive_reader_index(const struct archive_reader *reader)
{
	return (reader->index);
}

enum archive_reader_proof
archive_reader_proof(const struct archive_reader *reader)
{
	if (reader->foreign == NULL)
		return (ARCHIVE_READER_DIGESTS);
	return (foreign_archive_is_packed(reader->foreign) ?
	    ARCHIVE_READER_CHECKSUMS : ARCHIVE_READER_STRUCTURE);
}

int
archive_reader_take(struct archive_reader *reader, const struct entry *entry,
    const struct tar_sink *sink, unsigned char digest[DIGEST_SIZE],
    struct failure *why)
{
	/* An entry that was damaged has left its bytes in the digest. */
	digest_end(reader->tar.digest, digest);
	if (member_reader_seek(reader->tar.members, reader->index,
	    reader->trailer.offset, entry->at, why) == -1 ||
	    tar_reader_header(&reader->tar, reader->index, entry, why) == -1)
		return (-1);
	if (entry->kind != ENTRY_FILE)
		return (0);
	if (tar_reader_digest(&reader->tar, entry, sink, digest, why) == -1)
		return (-1);
	return (tar_reader_padding(&reader->tar, entry_data_size(entry),
	    entry->name, why));
}

int
archive_reader_read(struct archive_reader *reader, const struct entry *entry,
    const struct tar_sink *sink, struct failure *why)
{
	unsigned char digest[DIGEST_SIZE];

	if (archive_reader_take(reader, entry, sink, digest, why) == -1)
		return (-1);
	return (entry->kind == ENTRY_FILE ?
	    tar_reader_judge(entry, digest, why) : 0);
}

void
archive_reader_blame(const struct archive_reader *reader,
    struct failure *why)
{
	if (why->code == EXITCODE_DATA)
		name_archive(reader, why);
}

int
archive_reader_entry(struct archive_reader *reader, size_t number,
    const struct tar_sink *sink, struct failure *why)
{
	const struct entry *entry = &reader->index->entries.list[number];
	int rc = 0;

	if (reader->foreign == NULL && !reader->digested)
		rc = archive_reader_digest(reader, number, why);
	if (rc == 0 && reader->foreign == NULL)
		rc = archive_reader_read(reader, entry, sink, why);
	else if (rc == 0 && entry->kind == ENTRY_FILE)
		rc = foreign_archive_entry(reader->foreign, entry, sink, why);
	if (rc == 0)
		return (0);
	archive_reader_blame(reader, why);
	return (-1);
}

size_t
archive_reader_part(const struct archive_reader *reader, size_t first)
{
	const struct index *index = reader->index;
	const struct entry_list *entries = &index->entries;

	if (reader->foreign != NULL)
		return (entries->count - first);
	size_t member = index_find_member(index, entries->list[first].at);
	size_t number = first + 1;

	for (; number < entries->count; number++) {
		const int64_t at = entries->list[number].at;

		while (member + 1 < index->member_count &&
		    index->members[member + 1].raw <= at)
			member++;
		if (index->members[member].raw == at)
			break;
	}
	return (number - first);
}
