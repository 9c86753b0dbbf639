#ifndef NQSBACKUP_ARCHIVE_MEMBER_READER_H
#define NQSBACKUP_ARCHIVE_MEMBER_READER_H

#include <stddef.h>
#include <stdint.h>

struct failure;
struct index;
struct index_members;

/*
 * The stream of bytes that member_writer made, read back from a file.  One
 * member at a time is in memory.  Whatever is not exactly as it was written
 * is a failure (DATA).
 */
struct member_reader;

/* Returns a reader of the open file fd, borrowed; it stands nowhere yet. */
struct member_reader *
member_reader_make(int fd);

void
member_reader_free(struct member_reader *reader);

/*
 * Gives the memory for members back until it is needed again.  The reader
 * then stands nowhere.
 */
void
member_reader_rest(struct member_reader *reader);

/*
 * Goes to the byte raw of the stream, by the members of index, which are
 * those before the offset end.  index is borrowed until the next call.
 * Returns 0, or -1 with why set.
 */
int
member_reader_seek(struct member_reader *reader, const struct index *index,
    int64_t end, int64_t raw, struct failure *why);

/*
 * Goes to where the member at offset begins; what is read from there on are
 * all members before the offset end, of which no index tells.
 */
void
member_reader_seek_tail(struct member_reader *reader, int64_t offset,
    int64_t end);

/*
 * Reads on: returns up to most bytes and sets *size, which is 0 at the end
 * only; or NULL with why set.  The bytes are good until the next call.
 */
const unsigned char *
member_reader_next(struct member_reader *reader, int64_t most, size_t *size,
    struct failure *why);

/*
 * Reads count of members, from number first on, and checks their checksums,
 * but unpacks nothing.  Returns 0, or -1 with why set.
 */
int
member_reader_check(struct member_reader *reader,
    const struct index_members *members, size_t first, size_t count,
    struct failure *why);

/* Returns the CRC-32 of the members since member_reader_seek_tail. */
uint32_t
member_reader_crc(const struct member_reader *reader);

#endif
