#ifndef NQSBACKUP_ARCHIVE_ARCHIVE_READER_PRIVATE_H
#define NQSBACKUP_ARCHIVE_ARCHIVE_READER_PRIVATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "archive_reader.h"
#include "index.h"
#include "tar_reader.h"
#include "trailer.h"

struct entry;
struct failure;
struct foreign_archive;
struct foreign_limits;
struct progress_bar;

/* What the files archive_reader*.c share; for them alone. */
struct archive_reader {
	char			*name;	/* NULL: the caller says it */
	int			 own;	/* a descriptor to be closed, or -1 */
	int			 fd;
	int64_t			 size;
	struct trailer		 trailer;
	struct index		 own_index;
	const struct index	*index;	/* own_index, or another reader's */
	struct tar_reader	 tar;
	struct foreign_archive	*foreign;	/* NULL: one of ours */
	bool			 shared;	/* foreign is another's */
	bool			 digested;	/* the index has all digests */
	int64_t			 line;	/* of the manifest, where the line of
					 * the only entry is; -1: there are
					 * all entries */
	struct progress_bar	*bar;
	const struct foreign_limits *limits;	/* of an index that is read
						 * now, NULL: none */
};

/*
 * Like archive_reader_start(), but reads no more of the index than depth.
 */
struct archive_reader *
archive_reader_begin(int fd, const char *name,
    enum archive_reader_depth depth, struct failure *why);

/*
 * Reads entry and gives its data to sink (NULL: nobody), and the digest of a
 * file to digest.  Returns 0, or -1 with why set.
 */
int
archive_reader_take(struct archive_reader *reader, const struct entry *entry,
    const struct tar_sink *sink, unsigned char digest[DIGEST_SIZE],
    struct failure *why);

/*
 * Reads entry, which has its digest, and gives its data to sink (NULL:
 * nobody).  Returns 0, or -1 with why set.
 */
int
archive_reader_read(struct archive_reader *reader, const struct entry *entry,
    const struct tar_sink *sink, struct failure *why);

/*
 * Reads the whole manifest, which has to be the one that the index tells of,
 * and takes the digests of all files from it into index, which is the one that
 * reader has.  Returns 0, or -1 with why set.
 */
int
archive_reader_digests(struct archive_reader *reader, struct index *index,
    struct failure *why);

/*
 * Takes the digest of entry number alone from the manifest, of which only the
 * members where it stands are checked.  Returns 0, or -1 with why set.
 */
int
archive_reader_digest(struct archive_reader *reader, size_t number,
    struct failure *why);

/* Adds the archive's name to why, when why is damage of it. */
void
archive_reader_blame(const struct archive_reader *reader,
    struct failure *why);

#endif
