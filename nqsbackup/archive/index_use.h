#ifndef NQSBACKUP_ARCHIVE_INDEX_USE_H
#define NQSBACKUP_ARCHIVE_INDEX_USE_H

#include <stddef.h>
#include <stdint.h>

struct failure;
struct foreign_limits;
struct index;

/*
 * Whether an archive of ours holds what limits (complete; NULL: anything)
 * say: a small file can have an index that is a thousand times as large, and a
 * hole of any size.  Pure.  All return 0, or -1 with why set (DATA).
 */

/* Checks the size of an index before it is unpacked. */
int
index_use_check_size(int64_t size, const struct foreign_limits *limits,
    struct failure *why);

/* Checks its text, before anything is made of it. */
int
index_use_check_text(const char *bytes, size_t size,
    const struct foreign_limits *limits, struct failure *why);

/*
 * Checks the entries and trees that it has, and, as far as they were read, the
 * sizes of its files.
 */
int
index_use_check(const struct index *index,
    const struct foreign_limits *limits, struct failure *why);

#endif
