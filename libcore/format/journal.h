#ifndef LIBCORE_FORMAT_JOURNAL_H
#define LIBCORE_FORMAT_JOURNAL_H

#include <stddef.h>

struct failure;
struct jsonline;
struct text;

/*
 * A file of JSON lines that only grows.  A record is one write(2), and is on
 * the disk when journal_append returns: what is about to be done is written
 * before it is begun, what was done after it was seen.  Only the last line
 * of a journal may be torn, by a crash.
 *
 * What a journal says is acted upon, so one that is opened or read must be a
 * regular file that nobody else could have written, see trust_check(); a link
 * in its place is not followed.
 */
struct journal;

/*
 * Makes the journal path, which must not exist, and makes its name durable.
 * Returns it, or NULL with why set.
 */
struct journal *
journal_create(const char *path, struct failure *why);

/*
 * Opens the journal path to append to it.  A torn last line is cut off.
 * Returns it, or NULL with why set (DATA when it is damaged, DENIED when it is
 * not to be trusted).
 */
struct journal *
journal_open(const char *path, struct failure *why);

void
journal_close(struct journal *journal);

/*
 * Appends record, with a key "time" (clock_show()) if it has none, and waits
 * until it is on the disk.  Returns 0, or -1 with why set (CANNOT_WRITE);
 * then no part of the record stands in the journal.
 */
int
journal_append(struct journal *journal, struct jsonline *record,
    struct failure *why);

/* The records of a journal; a zeroed one is empty. */
struct journal_records {
	struct jsonline	**list;
	size_t		  count;
};

/*
 * Reads all records of the journal path; a torn last line is left out.
 * Returns 1, 0 when there is no such file, or -1 with why set (DATA, or DENIED
 * when it is not to be trusted).
 */
int
journal_read(const char *path, struct journal_records *records,
    struct failure *why);

/*
 * Adds to records what text, the bytes that the journal path has from *offset
 * on, holds, and moves *offset behind the last whole record.  Returns 0, or
 * -1 with why set (DATA).  Reads no file.
 */
int
journal_read_text(const char *path, const struct text *text,
    long long *offset, struct journal_records *records, struct failure *why);

void
journal_release_records(struct journal_records *records);

/*
 * Follows a journal while it grows: reads the records from *offset on, which
 * is 0 at first and is moved behind the last whole one.  Returns as
 * journal_read does.
 */
int
journal_read_from(const char *path, long long *offset,
    struct journal_records *records, struct failure *why);

#endif
