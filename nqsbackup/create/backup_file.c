#include <config.h>

#include "backup_file.h"

#include <sys/stat.h>

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../../libcore/base/failure.h"
#include "../../libcore/base/memory.h"
#include "../../libcore/compat/hole.h"
#include "../../libcore/system/fileio.h"
#include "../archive/archive_writer.h"
#include "../base/interrupt.h"
#include "../base/tally.h"
#include "../tree/entry.h"
#include "../tree/owners.h"
#include "../tree/scan.h"
#include "../tree/traits_disk.h"

enum {
	READ_SIZE = 256 * 1024,
	ATTEMPT_LIMIT = 4,		/* to read a file that changes */
	EXTENT_LIMIT = 1000000		/* beyond it holes are not kept */
};

struct backup_file {
	struct archive_writer	*writer;
	struct owners		*owners;
	struct traits_reader	*traits;
	struct tally		*tally;
	int64_t			 room;	/* left to files with holes */
	int64_t			 claim;	/* of it, by the one in work */
	unsigned char		 buffer[READ_SIZE];
};

/* How reading a file went. */
enum outcome {
	OUTCOME_GOOD,
	OUTCOME_LARGE,			/* there is no room for its holes */
	OUTCOME_CHANGED,		/* while it was read */
	OUTCOME_UNREADABLE,		/* errno says why */
	OUTCOME_FAILED			/* the archive: why is set */
};

/*
 * Finds the pieces of a sparse file; all but holes is read.  What cannot be
 * asked for is data.  A file that has blocks for all of its bytes has no
 * holes, so most need not be asked.  Returns whether there are holes, be they
 * too many to be kept.
 */
static bool
find_extents(int fd, const struct stat *status, struct entry *entry)
{
	size_t count = 0;
	off_t start;
	off_t end = 0;
	int rc;

	entry_clear_content(entry);
	if ((int64_t)status->st_blocks >= (entry->size + 511) / 512)
		return (false);
	entry_make_sparse(entry);
	while ((rc = hole_next_data(fd, end, (off_t)entry->size, &start,
	    &end)) == 1 && count++ < EXTENT_LIMIT)
		entry_add_extent(entry, start, end - start);
	const struct entry_extent *extents = entry_extents(entry, &count);
	const bool whole = count == 1 && extents[0].offset == 0 &&
	    extents[0].length == entry->size;

	if (rc != 0 || whole || entry->size == 0)
		entry_clear_content(entry);
	return (rc == 1 || entry_is_sparse(entry));
}

/*
 * Copies length bytes of fd from offset on into the archive, zeros for what
 * the file has no more.
 */
static enum outcome
copy_piece(struct backup_file *file, int fd, int64_t offset, int64_t length,
    struct failure *why)
{
	enum outcome outcome = OUTCOME_GOOD;

	while (length > 0) {
		const size_t size = length < READ_SIZE ? (size_t)length :
		    READ_SIZE;
		ssize_t count = fileio_read_at(fd, file->buffer, size,
		    (off_t)offset);

		if (count == -1) {
			outcome = OUTCOME_UNREADABLE;
			count = 0;
		} else if ((size_t)count < size &&
		    outcome == OUTCOME_GOOD) {
			outcome = OUTCOME_CHANGED;
		}
		memset(file->buffer + count, 0, size - (size_t)count);
		const int error = errno;

		offset += (int64_t)size;
		length -= (int64_t)size;
		if (archive_writer_data(file->writer, file->buffer, size,
		    why) == -1 || (length > 0 && interrupt_check(why) == -1))
			return (OUTCOME_FAILED);
		errno = error;
	}
	return (outcome);
}

static enum outcome
copy_pieces(struct backup_file *file, int fd, const struct entry *entry,
    struct failure *why)
{
	enum outcome outcome = OUTCOME_GOOD;
	size_t count;
	const struct entry_extent *extents = entry_extents(entry, &count);
	int64_t end = 0;

	if (!entry_is_sparse(entry))
		return (copy_piece(file, fd, 0, entry->size, why));
	for (size_t i = 0; i < count; i++) {
		const struct entry_extent *extent = &extents[i];

		if (archive_writer_hole(file->writer, extent->offset - end,
		    why) == -1)
			return (OUTCOME_FAILED);
		const enum outcome piece = copy_piece(file, fd,
		    extent->offset, extent->length, why);

		/* The later ones of the enum are the worse ones. */
		if (piece > outcome)
			outcome = piece;
		if (outcome == OUTCOME_FAILED)
			return (outcome);
		end = extent->offset + extent->length;
	}
	if (archive_writer_hole(file->writer, entry->size - end, why) == -1)
		return (OUTCOME_FAILED);
	return (outcome);
}

/* Whether a file is still as it was: whatever is done to it sets its ctime. */
static bool
is_same(const struct stat *then, const struct stat *now)
{
	return (now->st_size == then->st_size &&
	    now->st_ctim.tv_sec == then->st_ctim.tv_sec &&
	    now->st_ctim.tv_nsec == then->st_ctim.tv_nsec);
}

/*
 * Reads the open file, which has status, into the archive once, as entry.
 * Sets status to what it is then.
 */
static enum outcome
read_once(struct backup_file *file, int fd, struct stat *status,
    struct entry *entry, struct failure *why)
{
	const struct stat before = *status;

	entry_set_status(entry, status);
	owners_set(file->owners, entry);
	traits_disk_read(file->traits, fd, entry);
	file->claim = find_extents(fd, status, entry) ? entry->size : 0;
	if (file->claim > file->room)
		return (OUTCOME_LARGE);
	if (archive_writer_begin(file->writer, entry, why) == -1)
		return (OUTCOME_FAILED);
	const enum outcome outcome = copy_pieces(file, fd, entry, why);

	if (outcome == OUTCOME_FAILED)
		return (outcome);
	const int error = errno;

	/* It is open, and this cannot fail but by what made it fail before. */
	if (fstat(fd, status) == -1)
		return (OUTCOME_UNREADABLE);
	errno = error;
	return (outcome == OUTCOME_GOOD && !is_same(&before, status) ?
	    OUTCOME_CHANGED : outcome);
}

/*
 * Whether status is that of the file that entry was when it was looked for,
 * or of one that took its place.  Of those with several names it must be the
 * same, for its other names lead to it.
 */
static bool
is_taken(const struct entry *entry, const struct stat *status)
{
	return (S_ISREG(status->st_mode) &&
	    status->st_dev == entry->disk.device &&
	    (status->st_ino == entry->disk.inode ||
	    (status->st_nlink == 1 && !entry->several)));
}

/*
 * Opens the regular file that entry is, and sets status to what it is now.
 * Returns the descriptor, or -1 with errno set: ESTALE when it is another one
 * now.  A FIFO put in its place does not block.
 */
static int
open_file(int directory, const char *name, const struct entry *entry,
    struct stat *status)
{
	const int fd = scan_open(directory, name, 0);

	if (fd == -1)
		return (-1);
	if (fstat(fd, status) == 0 && is_taken(entry, status))
		return (fd);
	(void)close(fd);		/* was only looked at */
	errno = ESTALE;
	return (-1);
}

void
backup_file_tell_flags(struct tally *tally, const struct entry *entry)
{
	if (entry->fixed)
		tally_note(tally, entry->name, "must not be changed, or only "
		    "be added to: the archive does not keep that");
}

void
backup_file_tell(struct tally *tally, const struct entry *entry, int error)
{
	if (error == ESTALE || error == ELOOP)
		tally_trouble(tally, entry->name,
		    "was replaced while it was read");
	else if (error == ENOENT)
		tally_trouble(tally, entry->name,
		    "vanished before it was read");
	else
		tally_trouble(tally, entry->name, "cannot be read: %s",
		    strerror(error));
}

/*
 * Decides about a file that was read with outcome, the attempt-th time.
 * Returns 1 when it is to be read again, 0 when it is done (in the archive
 * or, then without a name, not), -1 with why set.
 */
static int
settle_file(struct backup_file *file, struct entry *entry, enum outcome outcome,
    int attempt, struct failure *why)
{
	const int error = errno;

	if (outcome == OUTCOME_FAILED)
		return (-1);
	if (outcome == OUTCOME_LARGE) {
		tally_trouble(file->tally, entry->name, "has holes, and is "
		    "larger than may be (--max-size): left out");
		entry_release(entry);
		return (0);
	}
	if (outcome == OUTCOME_GOOD) {
		if (attempt > 1)
			tally_note(file->tally, entry->name,
			    "changed while it was read, and was read again");
		return (0);
	}
	const bool again = outcome == OUTCOME_CHANGED &&
	    attempt < ATTEMPT_LIMIT;

	if (again || outcome == OUTCOME_UNREADABLE) {
		const int rc = archive_writer_rewind(file->writer, why);

		if (rc == -1)
			return (-1);
		if (rc == 1 && again)
			return (1);
		if (outcome == OUTCOME_UNREADABLE)
			backup_file_tell(file->tally, entry, error);
		if (rc == 1) {
			entry_release(entry);
			return (0);
		}
	}
	if (outcome == OUTCOME_CHANGED)
		tally_trouble(file->tally, entry->name,
		    "changed all the time while it was read");
	entry->changed = true;
	return (0);
}

struct backup_file *
backup_file_make(struct archive_writer *writer, struct owners *owners,
    struct traits_reader *traits, struct tally *tally, int64_t room)
{
	struct backup_file *file = memory_make(1, sizeof(*file));

	file->writer = writer;
	file->owners = owners;
	file->traits = traits;
	file->tally = tally;
	file->room = room;
	return (file);
}

void
backup_file_free(struct backup_file *file)
{
	free(file);
}

int
backup_file_write(struct backup_file *file, int directory, const char *name,
    struct entry *entry, struct failure *why)
{
	struct stat status;
	const int fd = open_file(directory, name, entry, &status);
	int rc = 1;

	if (fd == -1) {
		backup_file_tell(file->tally, entry, errno);
		return (0);
	}
	backup_file_tell_flags(file->tally, entry);
	for (int attempt = 1; rc == 1; attempt++)
		rc = settle_file(file, entry, read_once(file, fd, &status,
		    entry, why), attempt, why);
	(void)close(fd);		/* was only read */
	if (rc == -1)
		return (-1);
	if (entry->name == NULL)
		return (0);
	file->room -= file->claim;
	return (1);
}
