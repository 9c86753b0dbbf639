#ifndef NQSBACKUP_RESTORE_RESTORE_DISK_H
#define NQSBACKUP_RESTORE_RESTORE_DISK_H

#include <sys/types.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

struct entry;
struct entry_list;
struct restore_request;

/*
 * What is in the target, of which there may be as much as in the archive, so
 * only what a restore has to know of it is kept, and how it compares with the
 * entry of the same name.  Pure.
 */

/* Something that is there: 16 bytes. */
struct restore_there {
	ino_t		 inode;
	uint32_t	 number;	/* of a directory: in directories; of
					 * all else: in devices */
	unsigned char	 kind;		/* an enum entry_kind */
	bool		 same : 1;	/* as the entry; of a directory, its
					 * attributes; else data included */
	bool		 several : 1;	/* it has further names */
	bool		 mounted : 1;	/* a mount point: not looked into */
	bool		 immovable : 1;	/* cannot be renamed as a whole */
};

/* What has a name that no entry has. */
struct restore_other {
	char			*name;
	struct restore_there	 there;
};

/* What is to be known of a directory besides. */
struct restore_directory {
	struct timespec	 mtime;
	uint64_t	 mount;		/* see mountid.h */
	uint32_t	 uid;
	uint16_t	 mode;
};

/* A zeroed one is empty. */
struct restore_disk {
	struct restore_there	*list;	/* of each entry; of kind 0: nothing is
					 * there; NULL: nor for any other */
	struct restore_other	*others;	/* in the order of names */
	size_t			 other_count;
	struct restore_directory *directories;
	size_t			 directory_count;
	dev_t			*devices;	/* where the files are */
	size_t			 device_count;
};

/* The mount on which a directory lies; of all else it is zeroed. */
struct restore_mount {
	uint64_t	id;		/* see mountid.h */
	bool		layered;	/* nothing there can be renamed */
};

/*
 * Adds what is left of there, whose name comes behind all others and which
 * was looked at as far as it need be, and has a name for free(), which is
 * taken from it unless entry has it; entry is what request's index has by
 * this name, or NULL.
 */
void
restore_disk_add(struct restore_disk *disk,
    const struct restore_request *request, const struct entry *entry,
    struct entry *there, const struct restore_mount *mount);

/* Returns what is there by the name of the entry number, or NULL. */
const struct restore_there *
restore_disk_at(const struct restore_disk *disk, size_t number);

/* Returns what else is known of there, which is a directory of disk. */
const struct restore_directory *
restore_disk_directory(const struct restore_disk *disk,
    const struct restore_there *there);

/* Returns where there, which is no directory of disk, lies. */
dev_t
restore_disk_device(const struct restore_disk *disk,
    const struct restore_there *there);

/*
 * Notes that the directory name, and those below it, cannot be renamed; the
 * names of disk are those of entries.  Returns whether that is news.
 */
bool
restore_disk_hold(struct restore_disk *disk, const struct entry_list *entries,
    const char *name);

/* Frees what disk holds and makes it empty. */
void
restore_disk_release(struct restore_disk *disk);

#endif
