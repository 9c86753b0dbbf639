#ifndef NQSBACKUP_ARCHIVE_FOREIGN_ARCHIVE_H
#define NQSBACKUP_ARCHIVE_FOREIGN_ARCHIVE_H

#include <stdbool.h>

struct entry;
struct failure;
struct foreign_limits;
struct index;
struct tally;
struct tar_sink;

/*
 * A tar that another program made, plain or compressed by gzip: ustar, pax,
 * GNU tar's own format, old V7.  It has no index, so it is read through when
 * it is opened, and an index is made of what was found, with the digest that
 * each file had then.
 */
struct foreign_archive;

/*
 * Reads the open file fd, borrowed, and fills index, which is zeroed.  What
 * cannot be taken in is told to tally.  Returns the archive, or NULL with why
 * set; index is to be released in any case.
 */
struct foreign_archive *
foreign_archive_open(int fd, const struct foreign_limits *limits,
    struct index *index, struct tally *tally, struct failure *why);

void
foreign_archive_close(struct foreign_archive *archive);

/* Returns whether checksums of gzip cover the archive. */
bool
foreign_archive_is_packed(const struct foreign_archive *archive);

/*
 * Reads the data of the file entry, which the index has, and gives it to sink
 * (NULL: nobody).  Returns 0 when it has still the digest that it had, or -1
 * with why set; sink may have seen data then that is not to be used.
 */
int
foreign_archive_entry(struct foreign_archive *archive,
    const struct entry *entry, const struct tar_sink *sink,
    struct failure *why);

#endif
