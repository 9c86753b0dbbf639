#ifndef NQSBACKUP_ARCHIVE_MEMBER_WRITER_H
#define NQSBACKUP_ARCHIVE_MEMBER_WRITER_H

#include <stddef.h>
#include <stdint.h>

#include "member_batch.h"

struct failure;
struct index;

/*
 * A stream of bytes that becomes gzip members in a file.  A member begins at
 * the beginning of an entry or, of an entry that is larger than a member
 * may be, anywhere in it.  Members are packed by several threads, and always
 * the same; they are written, in their order, by the caller's thread alone,
 * whenever it waits for one of them.
 */
struct member_writer;

enum member_writer_output {
	MEMBER_WRITER_FILE,		/* an empty file: can go back */
	MEMBER_WRITER_STREAM
};

struct member_writer_settings {
	enum member_writer_output	output;
	struct member_batch_settings	batches;
	size_t				threads;	/* 1 to CREW_LIMIT */
};

/*
 * Returns a writer of members to fd.  Every member is added to index
 * (borrowed) when it is written, until member_writer_detach.
 */
struct member_writer *
member_writer_make(const struct member_writer_settings *settings, int fd,
    struct index *index);

void
member_writer_free(struct member_writer *writer);

/*
 * Says that an entry comes, for which exactly size bytes will be added.
 * Returns 0, or -1 with why set (CANNOT_WRITE, ...).
 */
int
member_writer_begin(struct member_writer *writer, int64_t size,
    struct failure *why);

/*
 * Adds what plan tells of, as a member of its own, by means of the source of
 * the settings; takes plan over.  What is added otherwise waits for all plans
 * before it, but for what the source itself adds when a plan is done.
 * Returns 0, or -1 with why set.
 */
int
member_writer_give(struct member_writer *writer, void *plan,
    struct failure *why);

/*
 * Waits for all plans that were given.  Returns 0, or -1 with why set.
 */
int
member_writer_settle(struct member_writer *writer, struct failure *why);

/* Adds size bytes.  Returns 0, or -1 with why set. */
int
member_writer_add(struct member_writer *writer, const void *bytes,
    size_t size, struct failure *why);

/*
 * Says that the last size bytes are all of the data of entry number in the
 * index, so that its digest is set there when they are written.  The entry
 * is one that lies in a member as a whole.
 */
void
member_writer_digest(struct member_writer *writer, int64_t size,
    size_t number);

/*
 * Goes back to the last member_writer_begin.  Returns 1, 0 when it cannot
 * because the output is a stream, or -1 with why set.
 */
int
member_writer_rewind(struct member_writer *writer, struct failure *why);

/*
 * Writes out all that is held back or in work.  Returns 0, or -1 with why
 * set.
 */
int
member_writer_flush(struct member_writer *writer, struct failure *why);

/*
 * Writes out what is held back; the members from now on are not added to
 * the index, but their bytes to member_writer_crc().
 */
int
member_writer_detach(struct member_writer *writer, struct failure *why);

/*
 * Says in why that the archive could not be written, for error.  Returns -1.
 */
int
member_writer_refuse(int error, struct failure *why);

/* Returns how many bytes were added so far. */
int64_t
member_writer_raw(const struct member_writer *writer);

/* Returns how many bytes are in the file since the last flush or detach. */
int64_t
member_writer_offset(const struct member_writer *writer);

/* Returns the CRC-32 of all members since member_writer_detach. */
uint32_t
member_writer_crc(const struct member_writer *writer);

#endif
