#ifndef NQSBACKUP_GZIP_RAW_READER_H
#define NQSBACKUP_GZIP_RAW_READER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct failure;

/*
 * The bytes of a tar that any program made, whether it is compressed by gzip
 * or not at all.
 */
struct raw_reader;

/*
 * Returns a reader of the open file fd, borrowed, at its beginning; or NULL
 * with why set, DATA when it is compressed in another way.
 */
struct raw_reader *
raw_reader_make(int fd, struct failure *why);

void
raw_reader_free(struct raw_reader *reader);

/* Returns whether the file is compressed: then checksums cover it. */
bool
raw_reader_is_packed(const struct raw_reader *reader);

/*
 * Reads on: returns up to most bytes and sets *size, which is 0 at the end
 * only; or NULL with why set.  The bytes are good until the next call.
 */
const unsigned char *
raw_reader_next(struct raw_reader *reader, int64_t most, size_t *size,
    struct failure *why);

/*
 * Reads exactly size bytes to bytes, NULL: to nowhere.  Returns 0, or -1 with
 * why set, DATA when there are fewer.
 */
int
raw_reader_take(struct raw_reader *reader, void *bytes, int64_t size,
    struct failure *why);

/* Returns the position of the byte that comes next. */
int64_t
raw_reader_at(const struct raw_reader *reader);

/* Goes to the byte at raw.  Returns 0, or -1 with why set. */
int
raw_reader_seek(struct raw_reader *reader, int64_t raw, struct failure *why);

#endif
