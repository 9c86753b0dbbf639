#ifndef NQSBACKUP_CREATE_BACKUP_H
#define NQSBACKUP_CREATE_BACKUP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "../archive/tar_header.h"
#include "../tree/entry.h"

struct archive_writer;
struct failure;
struct member_batch_source;
struct tally;
struct words;

/*
 * Trees become an archive.  The caller's thread walks through them and makes
 * plans; several threads carry these out, each of which is one member.  What
 * is too large for one, what does not hold still and what is in the way of
 * anything is read by the caller's thread, in its place among the others, so
 * the archive is always the same.  Calling sequence: backup_make; an archive
 * writer with the backup_source; backup_trees; archive_writer_free;
 * backup_free.
 */
struct backup;

struct backup_settings {
	struct tally	*tally;		/* borrowed */
	enum tar_format	 format;
	size_t		 member_size;	/* that members should have */
	bool		 devices;	/* are taken, too */
	int64_t		 room;		/* for all files with holes */
	struct entry_disk archive;	/* the file that it is written to */
};

/* Never NULL. */
struct backup *
backup_make(const struct backup_settings *settings);

void
backup_free(struct backup *backup);

/* Returns what the settings of the archive's writer need. */
const struct member_batch_source *
backup_source(const struct backup *backup);

/*
 * Writes what is at trees, names below the open directory root, into the
 * archive.  A file that changes while it is read is read again, a few times;
 * when it never held still, and whatever else could not be archived, is told
 * to tally; so is a directory whose name is longer than 16 KB, which is not
 * gone into, for each name below it is as long.  Sockets and the archive itself
 * are left out with a note, devices as a trouble, unless they are taken.
 * Returns 0, or -1 with why set when a tree cannot be reached, the archive
 * cannot be written or the program was asked to stop.
 */
int
backup_trees(struct backup *backup, int root, const struct words *trees,
    struct archive_writer *writer, struct failure *why);

#endif
