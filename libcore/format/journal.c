#include <config.h>

#include "journal.h"

#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../base/clock.h"
#include "../base/failure.h"
#include "../base/memory.h"
#include "../base/text.h"
#include "../system/fileio.h"
#include "../system/trust.h"
#include "jsonline.h"

enum {
	JOURNAL_LIMIT = 256 << 20	/* bytes; more is not a journal */
};

/*
 * All before size is whole records.  What stands behind it, if anything, is
 * what is left of a record that could not be written, and goes before the
 * next one comes.
 */
struct journal {
	char	*path;
	int	 fd;
	off_t	 size;
};

/* Takes fd. */
static struct journal *
make(const char *path, int fd, off_t size)
{
	struct journal *journal = memory_make(1, sizeof(*journal));

	journal->path = memory_copy_string(path);
	journal->fd = fd;
	journal->size = size;
	return journal;
}

static void
set_errno(struct failure *why, const char *action, const char *path)
{
	failure_set_errno(why, failure_code_of_errno(errno), errno,
	    "cannot %s the journal '%s'", action, path);
}

/*
 * Opens the journal path for flags as *fd.  Returns 1, 0 when there is none, or
 * -1 with why set.
 */
static int
open_trusted(const char *path, int flags, int *fd, struct failure *why)
{
	/* A pipe in its place must not make us wait; trust_check refuses it. */
	*fd = fileio_open(AT_FDCWD, path, flags | O_NOFOLLOW | O_NONBLOCK, 0);
	if (*fd == -1 && errno == ENOENT)
		return 0;
	if (*fd == -1) {
		set_errno(why, "open", path);
		return -1;
	}
	if (trust_check(*fd, path, why) == -1) {
		fileio_close_read(*fd);
		*fd = -1;
		return -1;
	}
	return 1;
}

struct journal *
journal_create(const char *path, struct failure *why)
{
	int fd = fileio_open(AT_FDCWD, path,
	    O_WRONLY | O_APPEND | O_CREAT | O_EXCL, S_IRUSR | S_IWUSR);

	if (fd != -1 && fileio_sync_parent(path) == 0)
		return make(path, fd, 0);
	set_errno(why, "make", path);
	if (fd != -1) {
		/* An empty one that stays is in nobody's way but ours. */
		(void)unlink(path);
		(void)close(fd);
	}
	return NULL;
}

void
journal_close(struct journal *journal)
{
	if (journal == NULL)
		return;
	/* Every record is on the disk already. */
	(void)close(journal->fd);
	free(journal->path);
	free(journal);
}

/* Adds the record of the length bytes at line, which stands at offset. */
static int
add_record(struct journal_records *records, const char *line, size_t length,
    struct failure *why)
{
	struct jsonline *record = jsonline_read(line, length, why);

	if (record == NULL)
		return -1;
	/* Room is added in powers of two: count says when. */
	if ((records->count & (records->count + 1)) == 0) {
		records->list = memory_resize(records->list,
		    2 * (records->count + 1), sizeof(*records->list));
	}
	records->list[records->count++] = record;
	return 0;
}

/*
 * A line without its end was being written when the system stopped; so was
 * one with NUL in it, whose size had reached the disk but not its bytes.
 */
static bool
is_torn(const char *line, const char *end)
{
	return end[-1] != '\n' || memchr(line, '\0', (size_t)(end - line)) !=
	    NULL;
}

int
journal_read_text(const char *path, const struct text *text,
    long long *offset, struct journal_records *records, struct failure *why)
{
	const char *line = text_string(text);
	const char *end = line + text->length;

	while (line < end) {
		const char *newline = memchr(line, '\n', (size_t)(end - line));
		const char *next = newline != NULL ? newline + 1 : end;

		if (next == end && is_torn(line, end))
			break;
		if (add_record(records, line, (size_t)(next - line),
		    why) == -1) {
			failure_add(why, "the journal '%s' is damaged at byte "
			    "%lld", path, *offset);
			return -1;
		}
		*offset += next - line;
		line = next;
	}
	return 0;
}

/* Reads the records of fd from *offset on.  Returns 0, or -1. */
static int
read_records(int fd, const char *path, long long *offset,
    struct journal_records *records, struct failure *why)
{
	struct text text = { 0 };
	struct stat status;
	int rc = -1;

	if (fstat(fd, &status) == -1 ||
	    lseek(fd, (off_t)*offset, SEEK_SET) == -1) {
		set_errno(why, "read", path);
		goto out;
	}
	if (status.st_size < *offset) {
		failure_set(why, EXITCODE_DATA, "the journal '%s' has lost "
		    "what was read from it", path);
		goto out;
	}
	if (fileio_read_all(fd, path, JOURNAL_LIMIT, &text, why) == -1)
		goto out;
	rc = journal_read_text(path, &text, offset, records, why);
out:
	text_release(&text);
	return rc;
}

int
journal_read_from(const char *path, long long *offset,
    struct journal_records *records, struct failure *why)
{
	int fd;
	int rc = open_trusted(path, O_RDONLY, &fd, why);

	if (rc != 1)
		return rc;
	rc = read_records(fd, path, offset, records, why);
	fileio_close_read(fd);
	return rc == 0 ? 1 : -1;
}

int
journal_read(const char *path, struct journal_records *records,
    struct failure *why)
{
	long long offset = 0;

	return journal_read_from(path, &offset, records, why);
}

void
journal_release_records(struct journal_records *records)
{
	for (size_t i = 0; i < records->count; i++)
		jsonline_free(records->list[i]);
	free(records->list);
	records->list = NULL;
	records->count = 0;
}

struct journal *
journal_open(const char *path, struct failure *why)
{
	struct journal_records records = { 0 };
	struct journal *journal = NULL;
	long long size = 0;
	int fd;
	const int found = open_trusted(path, O_RDWR | O_APPEND, &fd, why);

	if (found == 0) {
		failure_set_errno(why, EXITCODE_FAILED, ENOENT,
		    "cannot open the journal '%s'", path);
	}
	if (found != 1)
		return NULL;
	if (read_records(fd, path, &size, &records, why) == -1)
		goto out;
	if (ftruncate(fd, (off_t)size) == -1 || fsync(fd) == -1) {
		set_errno(why, "write", path);
		goto out;
	}
	journal = make(path, fd, (off_t)size);
	fd = -1;
out:
	/* Nothing was written that could be lost. */
	if (fd != -1)
		(void)close(fd);
	journal_release_records(&records);
	return journal;
}

/* Takes away what stands behind the last whole record. */
static int
trim(const struct journal *journal)
{
	struct stat status;

	if (fstat(journal->fd, &status) == -1)
		return -1;
	if (status.st_size == journal->size)
		return 0;
	if (status.st_size < journal->size) {
		/* Somebody else cut it; to go on would fill it with NULs. */
		errno = EIO;
		return -1;
	}
	return ftruncate(journal->fd, journal->size) == -1 ? -1 :
	    fsync(journal->fd);
}

/*
 * fileio_write() writes a line with one write(2) unless the disk fills in the
 * middle of it, and the second one fails then.
 */
static int
append(struct journal *journal, const struct text *line)
{
	if (trim(journal) == 0 &&
	    fileio_write(journal->fd, line->bytes, line->length) == 0 &&
	    fsync(journal->fd) == 0) {
		journal->size += (off_t)line->length;
		return 0;
	}
	int error = errno;
	/* If this fails too, the next append, or journal_open, does it. */
	(void)trim(journal);
	errno = error;
	return -1;
}

int
journal_append(struct journal *journal, struct jsonline *record,
    struct failure *why)
{
	struct text line = { 0 };
	char now[CLOCK_TEXT_ROOM];

	if (jsonline_string(record, "time") == NULL) {
		clock_show(clock_wall(), now);
		jsonline_set_string(record, "time", now);
	}
	jsonline_show(record, &line);
	int rc = append(journal, &line);
	if (rc == -1) {
		failure_set_errno(why, EXITCODE_CANNOT_WRITE, errno,
		    "cannot write the journal '%s'", journal->path);
	}
	text_release(&line);
	return rc;
}
