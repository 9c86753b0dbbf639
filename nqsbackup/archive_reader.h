#ifndef NQSBACKUP_ARCHIVE_READER_H
#define NQSBACKUP_ARCHIVE_READER_H

#include <stddef.h>
#include <stdint.h>

struct failure;
struct index;
struct tar_sink;

/*
 * Reads an archive.  Nothing in it is believed: the index is checked when
 * the archive is opened, and an entry's header is compared with the one that
 * the index makes, its data with its digest.  Every damage is a failure
 * (DATA).  Calling sequence: archive_reader_open, then any of the others in
 * any order, archive_reader_close.
 */
struct archive_reader;

/*
 * Opens the archive path, "-" for standard input, which is copied into a
 * temporary file when it is not a file itself, and reads its index.  Returns
 * the reader, or NULL with why set.
 */
struct archive_reader *
archive_reader_open(const char *path, struct failure *why);

/*
 * The same for the open file fd, borrowed, which messages call name.
 */
struct archive_reader *
archive_reader_start(int fd, const char *name, struct failure *why);

void
archive_reader_close(struct archive_reader *reader);

/* Returns the index; it belongs to reader. */
const struct index *
archive_reader_index(const struct archive_reader *reader);

/*
 * Reads the entry number, whatever kind it is, and gives its data to sink
 * (NULL: nobody).  Returns 0 when header, data and digest are as the index
 * says, else -1 with why set; sink has seen data then that is not to be
 * used.
 */
int
archive_reader_entry(struct archive_reader *reader, size_t number,
    const struct tar_sink *sink, struct failure *why);

/*
 * Reads everything and checks that every byte of the archive is one that
 * the index asks for.  Returns 0, or -1 with why set.
 */
int
archive_reader_verify(struct archive_reader *reader, struct failure *why);

#endif
