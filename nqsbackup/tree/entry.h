#ifndef NQSBACKUP_TREE_ENTRY_H
#define NQSBACKUP_TREE_ENTRY_H

#include <sys/types.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

#include "../../libcore/base/digest.h"

/*
 * One thing of a tree, on the disk or in an archive.  The values are the
 * letters of the index.
 */
enum entry_kind {
	ENTRY_FILE = 'f',
	ENTRY_DIRECTORY = 'd',
	ENTRY_SYMLINK = 'l',
	ENTRY_LINK = 'h',		/* a further name of a file */
	ENTRY_FIFO = 'p',
	ENTRY_BLOCK = 'b',		/* a device */
	ENTRY_CHARACTER = 'c',		/* a device */
	ENTRY_SOCKET = 's',		/* on the disk only */
	ENTRY_UNKNOWN = '?'		/* in archives of others only */
};

/* How large the numbers of devices are in archives. */
#define ENTRY_DEVICE_LIMIT	INT64_C(07777777)

struct stat;
struct traits;
struct traits_pool;

/* A piece of a sparse file that is not a hole. */
struct entry_extent {
	int64_t	offset;
	int64_t	length;
};

/* What the disk says of an entry. */
struct entry_disk {
	dev_t		device;
	ino_t		inode;
	uint64_t	mount;		/* of a directory; see mountid.h */
	uint32_t	links;
	bool		mounted;	/* a mount point: not looked into */
	bool		immovable;	/* cannot be renamed as a whole */
	bool		digested;	/* digest is that of the file */
	bool		fixed;		/* see fileflags.h; while it is read */
};

/* There are as many as files, so the order of the fields leaves no gaps. */
struct entry {
	char			*name;	/* "usr/spool/nqs", no slash around */
	int64_t			 uid;
	int64_t			 gid;
	const char		*owner;	/* "" or NULL: has no name; another */
	const char		*group;	/* keeps both, for as many entries */
	struct timespec		 mtime;
	int64_t			 size;	/* of a file; else 0 */
	uint32_t		 major;	/* of a device */
	uint32_t		 minor;
	char			*target;	/* of a symbolic link */
	struct entry_extent	*extents;	/* when sparse */
	uint32_t		 extent_count;
	uint32_t		 first;	/* of a link: the file's number */
	const struct traits	*traits;	/* NULL: none; not owned */
	int64_t			 at;	/* its header in the tar stream */
	unsigned char		 digest[DIGEST_SIZE];	/* of a file */
	struct entry_disk	 disk;
	uint16_t		 mode;	/* 07777 */
	unsigned char		 kind;	/* an enum entry_kind */
	bool			 lent;	/* the name belongs to another */
	bool			 sparse;
	bool			 changed;	/* while it was read */
	bool			 implied;	/* a directory that only the
						 * names below it tell of */
	bool			 whole_seconds;	/* all that mtime knows */
};

/* A list of entries that it owns; a zeroed one is empty. */
struct entry_list {
	struct entry		*list;
	size_t			 count;
	size_t			 room;
	struct traits_pool	*traits;	/* of its entries; NULL: they
						 * have none */
};

/* Returns whether kind is that of a device. */
bool
entry_is_device(enum entry_kind kind);

/* Takes kind, attributes, size and disk from status. */
void
entry_set_status(struct entry *entry, const struct stat *status);

/* Frees what entry itself holds and zeroes it. */
void
entry_release(struct entry *entry);

/* Adds the piece from offset on with length bytes to a sparse entry. */
void
entry_add_extent(struct entry *entry, int64_t offset, int64_t length);

/* Forgets the pieces of entry and that it is sparse. */
void
entry_clear_extents(struct entry *entry);

/* Returns how many bytes of a file are stored, without its holes. */
int64_t
entry_data_size(const struct entry *entry);

/*
 * Compares two names so that a directory comes right before all that is
 * below it: as strcmp(3) does with '/' as the smallest character.
 */
int
entry_compare_names(const char *a, const char *b);

/* Returns whether name is path, or is below the directory path. */
bool
entry_is_at_or_below(const char *name, const char *path);

/* Returns the pool for the traits of the entries of list. */
struct traits_pool *
entry_list_traits(struct entry_list *list);

/*
 * Returns a new zeroed entry at the end of list; it stays where it is until
 * the next call.
 */
struct entry *
entry_list_add(struct entry_list *list);

/* Makes room in list for count entries in all. */
void
entry_list_reserve(struct entry_list *list, size_t count);

/* Drops the last entry of list. */
void
entry_list_drop(struct entry_list *list);

/* Sorts list by name and drops all but the first of each name. */
void
entry_list_sort(struct entry_list *list);

/* Returns the number of the entry name in the sorted list, or -1. */
ssize_t
entry_list_find(const struct entry_list *list, const char *name);

/*
 * Returns the number of the nearest entry of the sorted list that name lies
 * below, or -1.
 */
ssize_t
entry_list_find_above(const struct entry_list *list, const char *name);

/* Frees what list holds and makes it empty. */
void
entry_list_release(struct entry_list *list);

#endif
