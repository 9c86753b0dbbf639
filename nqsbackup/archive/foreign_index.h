#ifndef NQSBACKUP_ARCHIVE_FOREIGN_INDEX_H
#define NQSBACKUP_ARCHIVE_FOREIGN_INDEX_H

struct entry_list;
struct failure;
struct foreign_use;
struct index;
struct tally;

/*
 * Makes of what foreign_scan() found, which it empties, an index by which all
 * of the program works as with one of ours: names in order and once each, the
 * last in the archive counting; the first name of a file as the file, the
 * others as its further names; directories that only the names below them
 * tell of, which are added to use; as trees what lies in no other entry.  What
 * cannot be had is told to tally.  Returns 0, or -1 with why set (DATA) when
 * an entry lies below what is no directory, or use goes beyond its limits.
 */
int
foreign_index_make(struct entry_list *found, struct foreign_use *use,
    struct index *index, struct tally *tally, struct failure *why);

#endif
