#ifndef NQSBACKUP_ARCHIVE_FOREIGN_SPARSE_H
#define NQSBACKUP_ARCHIVE_FOREIGN_SPARSE_H

#include <stdint.h>

struct entry;
struct failure;
struct raw_reader;
struct tar_sparse;

/*
 * The maps of sparse files, in all the ways in which GNU tar has written
 * them.
 */

/*
 * Reads the map of the old format from header and from the blocks that follow
 * it.  Returns 0, or -1 with why set.
 */
int
foreign_sparse_read_old(struct raw_reader *raw, const unsigned char *header,
    struct tar_sparse *sparse, struct failure *why);

/*
 * Reads the map of format 1.0 from the beginning of the data, and takes its
 * length from *stored, that of the data.  Returns 0, or -1 with why set.
 */
int
foreign_sparse_read_map(struct raw_reader *raw, struct tar_sparse *sparse,
    int64_t *stored, struct failure *why);

/*
 * Makes entry the sparse file that sparse tells of, whose pieces are stored
 * in so many bytes.  Returns 0, or -1 with why set (DATA) when they do not
 * agree.
 */
int
foreign_sparse_set(struct entry *entry, const struct tar_sparse *sparse,
    int64_t stored, struct failure *why);

#endif
