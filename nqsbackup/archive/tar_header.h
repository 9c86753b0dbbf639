#ifndef NQSBACKUP_ARCHIVE_TAR_HEADER_H
#define NQSBACKUP_ARCHIVE_TAR_HEADER_H

#include <stddef.h>
#include <stdint.h>

struct entry;
struct text;

/*
 * What stands before an entry's data in a tar stream.  Pure, and the same
 * bytes for the same entry always: a reader compares what it finds with what
 * it would have written, so that no tar program can see another archive than
 * the one that the index describes.  Any change to these bytes is a new
 * version of the archive.
 */

enum { TAR_BLOCK = 512, TAR_RECORD = 20 * TAR_BLOCK };

enum tar_format {
	TAR_USTAR,			/* pax where ustar cannot say it */
	TAR_PAX				/* and for parts of a second */
};

/* Returns size rounded up to whole blocks. */
int64_t
tar_padded(int64_t size);

/*
 * Adds to head the header of entry: a pax extended header if need be, the
 * ustar header, and the map of a sparse file (GNU sparse format 1.0).  link is
 * the name that an ENTRY_LINK is a further name of, else NULL.  The length of
 * what was added is a multiple of TAR_BLOCK; entry_data_size() bytes of data
 * and their padding follow it.
 */
void
tar_header_add(const struct entry *entry, const char *link,
    enum tar_format format, struct text *head);

/* Returns how many bytes tar_header_add() adds for the same. */
size_t
tar_header_length(const struct entry *entry, const char *link,
    enum tar_format format);

#endif
