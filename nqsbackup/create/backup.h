#ifndef NQSBACKUP_CREATE_BACKUP_H
#define NQSBACKUP_CREATE_BACKUP_H

struct archive_writer;
struct entry_list;
struct failure;
struct tally;

/*
 * Writes the entries of list, which is sorted, from below the open directory
 * root into the archive.  A file that changes while it is read is read
 * again, a few times; when it never held still, and whatever else could not
 * be archived, is told to tally.  Sockets are left out with a note, devices
 * as a trouble.  Takes the entries out of list.  Returns 0, or -1 with why
 * set when the archive cannot be written or the program was asked to stop.
 */
int
backup_entries(int root, struct entry_list *list,
    struct archive_writer *writer, struct tally *tally, struct failure *why);

#endif
