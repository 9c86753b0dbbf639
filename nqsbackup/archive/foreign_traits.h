#ifndef NQSBACKUP_ARCHIVE_FOREIGN_TRAITS_H
#define NQSBACKUP_ARCHIVE_FOREIGN_TRAITS_H

struct entry;
struct tally;
struct tar_extension;
struct traits_pool;

/*
 * Sets the traits of entry to those that extension, which loses them, says;
 * they belong to pool.  What cannot be kept is told to tally.  May ask the
 * system's user database for the names in access control lists.  Returns 0,
 * or -1 when pool is full.
 */
int
foreign_traits_take(struct tar_extension *extension,
    struct traits_pool *pool, struct entry *entry, struct tally *tally);

#endif
