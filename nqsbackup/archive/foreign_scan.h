#ifndef NQSBACKUP_ARCHIVE_FOREIGN_SCAN_H
#define NQSBACKUP_ARCHIVE_FOREIGN_SCAN_H

struct entry_list;
struct failure;
struct foreign_use;
struct name_pool;
struct raw_reader;
struct tally;
struct tar_reader;

/* What is read, and by what: raw, and tar, which reads from it. */
struct foreign_source {
	struct raw_reader	*raw;
	struct tar_reader	*tar;
	struct name_pool	*owners;	/* keeps the names of owners */
};

/*
 * Reads a tar of others through and adds what is in it to found, in its
 * order: names are those of foreign_name_clean(), at is where the data of a
 * file begins, a further name has in target the name that it is one of, and
 * every file has its digest.  What is found is added to use; what cannot be
 * taken in is told to tally.  Returns 0, or -1 with why set: DATA when it is
 * no tar, or damaged, leads out of itself, or goes beyond the limits of use.
 */
int
foreign_scan(const struct foreign_source *source, struct foreign_use *use,
    struct entry_list *found, struct tally *tally, struct failure *why);

#endif
