#ifndef NQSBACKUP_TREE_SCAN_H
#define NQSBACKUP_TREE_SCAN_H

#include <stdbool.h>

struct entry;
struct entry_list;
struct failure;
struct stat;
struct tally;

/* Returns whether name in a directory is nothing that is ever listed. */
bool
scan_skips(const char *name);

/*
 * Adds to list what is at path below the open directory root and, when that
 * is a directory, all below it, without following symbolic links or leaving
 * its file system.  Names begin with path; the order is not that of names.
 * What vanishes meanwhile is left out; what cannot be read is told to tally.
 * Returns 0, also when there is nothing at path, or -1 with why set when path
 * cannot be reached.
 */
int
scan_tree(int root, const char *path, struct entry_list *list,
    struct tally *tally, struct failure *why);

/*
 * Looks again at name in the open directory: sets the attributes and, of a
 * symbolic link, the target of entry, but not its name; and status to all
 * that the system says but the time of the last access.  Returns 0, or -1 with
 * errno set.
 */
int
scan_entry(int directory, const char *name, struct entry *entry,
    struct stat *status);

/*
 * Opens name in the open directory to be read, with flags besides: not through
 * a symbolic link, waiting for no FIFO, and without a change of its access
 * time if that can be had.  Returns the descriptor, or -1 with errno set.
 */
int
scan_open(int directory, const char *name, int flags);

/*
 * Reads the regular file entry, which was seen as name in the open directory,
 * for its digest.  Returns 0, or -1 with errno set, ESTALE when it is another
 * file by now.
 */
int
scan_digest_at(int directory, const char *name, struct entry *entry);

#endif
