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
	ENTRY_NAMED_LINK = 'H',		/* a link, before it is known whether
					 * there is such a file; in what is
					 * found in archives of others only */
	ENTRY_UNKNOWN = '?'		/* in archives of others only */
};

/* How large the numbers of devices are in archives. */
#define ENTRY_DEVICE_LIMIT	INT64_C(07777777)

struct entry_extents;
struct stat;
struct traits;
struct traits_pool;

/* A piece of a sparse file that is not a hole. */
struct entry_extent {
	int64_t	offset;
	int64_t	length;
};

/* Which file of the disk an entry is. */
struct entry_disk {
	dev_t	device;
	ino_t	inode;
};

/* What only one kind of entries has; of all others it is zero. */
union entry_content {
	struct entry_extents	*extents;	/* of a file; NULL: no holes */
	char			*target;	/* of a symbolic link, or a
						 * named one */
	uint32_t		 first;		/* of a link: the file's
						 * number */
	struct {
		uint32_t	 major;
		uint32_t	 minor;
	} device;
};

/*
 * There are as many as files, so nothing is larger than it need be, and the
 * order of the fields leaves no gaps: 128 bytes where pointers have 8.
 */
struct entry {
	char			*name;	/* "usr/spool/nqs", no slash around */
	uint32_t		 uid;
	uint32_t		 gid;
	const char		*owner;	/* "" or NULL: has no name; another */
	const char		*group;	/* keeps both, for as many entries */
	int64_t			 mtime;	/* its seconds since 1970 */
	int64_t			 size;	/* of a file; else 0 */
	union entry_content	 content;	/* that of its kind */
	const struct traits	*traits;	/* NULL: none; not owned */
	int64_t			 at;	/* its header in the tar stream */
	unsigned char		 digest[DIGEST_SIZE];	/* of a file */
	struct entry_disk	 disk;	/* if it is there */
	uint32_t		 mtime_nanoseconds;	/* further ones */
	uint16_t		 mode;	/* 07777 */
	unsigned char		 kind;	/* an enum entry_kind */
	bool			 lent : 1;	/* the name is another's */
	bool			 several : 1;	/* names, on the disk */
	bool			 changed : 1;	/* while it was read */
	bool			 implied : 1;	/* a directory that only the
						 * names below it tell of */
	bool			 whole_seconds : 1;	/* all mtime knows */
	bool			 mounted : 1;	/* a mount point: not looked
						 * into */
	bool			 digested : 1;	/* digest is that of the file
						 * on the disk */
	bool			 fixed : 1;	/* see fileflags.h; while it
						 * is read */
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

/* Returns whether both, of one kind, are no devices or the same. */
bool
entry_is_same_device(const struct entry *a, const struct entry *b);

/* Takes kind, attributes, size and disk from status. */
void
entry_set_status(struct entry *entry, const struct stat *status);

/* Sets both fields of the time of entry. */
void
entry_set_mtime(struct entry *entry, struct timespec mtime);

/* Returns the time of entry as the system wants it. */
struct timespec
entry_mtime(const struct entry *entry);

/*
 * Returns whether there has the time of entry, as far as entry knows it: in
 * whole seconds, if that is all.
 */
bool
entry_is_same_time(const struct entry *entry, const struct entry *there);

/* Frees and zeroes what entry has because of its kind, which is set. */
void
entry_clear_content(struct entry *entry);

/* Frees what entry itself holds and zeroes it. */
void
entry_release(struct entry *entry);

/* Makes entry, a file, a sparse one, which is all hole without a piece. */
void
entry_make_sparse(struct entry *entry);

/* Returns whether entry is a sparse file. */
bool
entry_is_sparse(const struct entry *entry);

/*
 * Returns the pieces of entry, which stay where they are until the next is
 * added, and sets *count to how many there are: none of what is not sparse.
 */
const struct entry_extent *
entry_extents(const struct entry *entry, size_t *count);

/* Adds the piece from offset on with length bytes to a sparse entry. */
void
entry_add_extent(struct entry *entry, int64_t offset, int64_t length);

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
