#ifndef NQSBACKUP_ARCHIVE_TAR_EXTENSION_H
#define NQSBACKUP_ARCHIVE_TAR_EXTENSION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

#include "../tree/entry.h"
#include "pax_traits.h"

struct failure;
struct text;

/*
 * What extended headers say of the entry behind them, in place of its own
 * header: those of pax, and the long names of GNU tar.  Pure.
 */

/* How many pieces a sparse file may have. */
enum { TAR_EXTENSION_PIECE_LIMIT = 1000000 };

/* A sparse file, as GNU tar's formats 0.0, 0.1 and 1.0 have it. */
struct tar_sparse {
	bool			 has;
	int64_t			 major;		/* 1: the map is in the data */
	int64_t			 minor;
	int64_t			 size;		/* with holes, or -1 */
	char			*name;		/* NULL: the entry's own */
	struct entry_extent	*pieces;
	size_t			 count;
	bool			 half;		/* a piece lacks its length */
};

struct tar_extension {
	char			*path;		/* NULL: not said; all alike */
	char			*link;
	char			*owner;
	char			*group;
	bool			 has_uid;
	bool			 has_gid;
	bool			 has_size;
	bool			 has_mtime;
	int64_t			 uid;
	int64_t			 gid;
	int64_t			 size;
	struct timespec		 mtime;
	char			*access;	/* access control lists */
	char			*default_access;
	struct pax_traits	 traits;	/* all others */
	size_t			 unknown;	/* so many are not kept */
	struct tar_sparse	 sparse;
};

/* Frees what extension holds and zeroes it. */
void
tar_extension_release(struct tar_extension *extension);

/*
 * Sets *copy, which is zeroed, to what global, of a header for all entries,
 * says of each.
 */
void
tar_extension_inherit(struct tar_extension *copy,
    const struct tar_extension *global);

/* Whom the records of an extended header are for. */
enum tar_extension_scope {
	TAR_EXTENSION_ENTRY,		/* the next entry: "x" */
	TAR_EXTENSION_GLOBAL		/* all entries that follow: "g" */
};

/*
 * Takes the records of an extended header, which it changes, into extension.
 * Returns 0, or -1 with why set (DATA): a record is not lawful, or not in a
 * header of this scope.
 */
int
tar_extension_read(struct tar_extension *extension, struct text *records,
    enum tar_extension_scope scope, struct failure *why);

/*
 * Adds a piece of a sparse file.  Returns 0, or -1 with why set (DATA) when
 * there are too many.
 */
int
tar_extension_add_piece(struct tar_sparse *sparse, int64_t offset,
    int64_t length, struct failure *why);

#endif
