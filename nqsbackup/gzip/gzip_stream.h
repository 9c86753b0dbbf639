#ifndef NQSBACKUP_GZIP_GZIP_STREAM_H
#define NQSBACKUP_GZIP_GZIP_STREAM_H

#include <stddef.h>
#include <stdint.h>

struct failure;

/*
 * What any program has compressed into a gzip file (RFC 1952), as one stream
 * of bytes: members of any size and with any header one after the other, and
 * nothing but zeros behind them.  Memory is bounded, whatever the file says.
 */
struct gzip_stream;

/* Returns a stream of the open file fd, borrowed, at its beginning. */
struct gzip_stream *
gzip_stream_make(int fd);

void
gzip_stream_free(struct gzip_stream *stream);

/*
 * Reads on: returns up to most bytes and sets *size, which is 0 at the end
 * only; or NULL with why set.  The bytes are good until the next call.  At
 * the end of each member its checksum and length are checked (DATA).
 */
const unsigned char *
gzip_stream_next(struct gzip_stream *stream, int64_t most, size_t *size,
    struct failure *why);

/*
 * Goes to the byte raw of the stream, forwards by reading on, backwards from
 * one of the places that the stream remembers.  Returns 0, or -1 with why
 * set, DATA when the stream ends before.
 */
int
gzip_stream_seek(struct gzip_stream *stream, int64_t raw,
    struct failure *why);

#endif
