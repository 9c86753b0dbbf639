#ifndef NQSBACKUP_RESTORE_RESTORE_DISK_H
#define NQSBACKUP_RESTORE_RESTORE_DISK_H

#include <sys/types.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

struct entry;
struct restore_request;

/*
 * What is in the target, of which there may be as much as in the archive, so
 * only what a restore has to know of it is kept, and how it compares with the
 * entry of the same name.  Pure.
 */
struct restore_there {
	char		*name;		/* often that of the entry */
	struct timespec	 mtime;
	dev_t		 device;
	ino_t		 inode;
	uint64_t	 mount;		/* of a directory; see mountid.h */
	uint32_t	 uid;
	uint16_t	 mode;
	unsigned char	 kind;		/* an enum entry_kind */
	bool		 lent;		/* the name belongs to the entry */
	bool		 same;		/* as the entry; of a directory, its
					 * attributes; else data included */
	bool		 several;	/* it has further names */
	bool		 mounted;	/* a mount point: not looked into */
	bool		 immovable;	/* cannot be renamed as a whole */
};

/* In the order of their names; a zeroed one is empty. */
struct restore_disk {
	struct restore_there	*list;
	size_t			 count;
	size_t			 room;
};

/* The mount on which a directory lies; of all else it is zeroed. */
struct restore_mount {
	uint64_t	id;		/* see mountid.h */
	bool		layered;	/* nothing there can be renamed */
};

/*
 * Adds what is left of there, whose name comes behind all others and which
 * was looked at as far as it need be, and has a name for free(), which is
 * taken from it unless that of entry does; entry is what request's index has
 * by this name, or NULL.
 */
void
restore_disk_add(struct restore_disk *disk,
    const struct restore_request *request, const struct entry *entry,
    struct entry *there, const struct restore_mount *mount);

/* Frees what disk holds and makes it empty. */
void
restore_disk_release(struct restore_disk *disk);

#endif
