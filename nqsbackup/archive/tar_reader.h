#ifndef NQSBACKUP_ARCHIVE_TAR_READER_H
#define NQSBACKUP_ARCHIVE_TAR_READER_H

#include <stddef.h>
#include <stdint.h>

#include "../../libcore/base/digest.h"
#include "../../libcore/base/text.h"

struct entry;
struct failure;
struct index;
struct member_reader;

/* Where the bytes of a tar come from. */
struct tar_source {
	/*
	 * Returns up to most bytes, good until the next call, and sets *size,
	 * which is 0 at the end only; or NULL with why set.
	 */
	const unsigned char *(*next)(void *cookie, int64_t most, size_t *size,
		    struct failure *why);
	void	 *cookie;
};

/*
 * Reads the tar of an archive by knowing what must be there: whatever is not
 * exactly so is a failure (DATA).  There is no parser that could be misled.
 * Calling sequence: go to an entry by members, tar_reader_header, then
 * tar_reader_digest when it is a file.
 */
struct tar_reader {
	struct tar_source	 source;
	struct member_reader	*members;	/* NULL: not of ours */
	struct digest		*digest;
	struct text		 head;	/* the last header that was read */
};

/* Takes the data of an entry, in order; what is left out is a hole. */
struct tar_sink {
	/* Returns 0, or -1 with why set, which ends the reading. */
	int	(*data)(void *cookie, int64_t offset, const void *bytes,
		    size_t size, struct failure *why);
	void	 *cookie;
};

/* Fills reader for the open file fd, borrowed. */
void
tar_reader_start(struct tar_reader *reader, int fd);

/*
 * Fills reader for a tar that others made, of which only the data of files
 * is read.
 */
void
tar_reader_start_source(struct tar_reader *reader,
    const struct tar_source *source);

/* Frees what reader holds. */
void
tar_reader_release(struct tar_reader *reader);

/*
 * Fills why with DATA and that the entry name "in the archive" is as what
 * says; returns -1.
 */
int
tar_reader_refuse(struct failure *why, const char *name, const char *what);

/*
 * Compares what comes next, a part of the entry name, with the length bytes
 * at bytes.  Returns 0, or -1 with why set.
 */
int
tar_reader_match(struct tar_reader *reader, const void *bytes, size_t length,
    const char *name, struct failure *why);

/*
 * Checks that zeros fill the last block behind size bytes of data.  Returns
 * 0, or -1 with why set.
 */
int
tar_reader_padding(struct tar_reader *reader, int64_t size, const char *name,
    struct failure *why);

/*
 * Checks the header of entry, which is in the archive with index.
 * Returns 0, or -1 with why set.
 */
int
tar_reader_header(struct tar_reader *reader, const struct index *index,
    const struct entry *entry, struct failure *why);

/*
 * Reads the data of the file entry, but not what pads it, gives it to sink
 * (NULL: nobody), and writes its digest to digest.  Returns 0, or -1 with why
 * set.
 */
int
tar_reader_digest(struct tar_reader *reader, const struct entry *entry,
    const struct tar_sink *sink, unsigned char digest[DIGEST_SIZE],
    struct failure *why);

/*
 * Compares digest with the one that entry says.  Returns 0, or -1 with why
 * set.
 */
int
tar_reader_judge(const struct entry *entry,
    const unsigned char digest[DIGEST_SIZE], struct failure *why);

#endif
