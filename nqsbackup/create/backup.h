#ifndef NQSBACKUP_CREATE_BACKUP_H
#define NQSBACKUP_CREATE_BACKUP_H

struct archive_writer;
struct failure;
struct tally;
struct words;

enum backup_devices {
	BACKUP_DEVICES_LEFT_OUT,
	BACKUP_DEVICES_TAKEN
};

/*
 * Writes what is at trees, names below the open directory root, into the
 * archive.  A file that changes while it is read is read again, a few times;
 * when it never held still, and whatever else could not be archived, is told
 * to tally.  Sockets are left out with a note, devices as a trouble, unless
 * they are taken.  Returns 0, or -1 with why set when a tree cannot be reached,
 * the archive cannot be written or the program was asked to stop.
 */
int
backup_trees(int root, const struct words *trees,
    struct archive_writer *writer, struct tally *tally,
    enum backup_devices devices, struct failure *why);

#endif
