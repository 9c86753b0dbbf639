#ifndef NQSBACKUP_ARCHIVE_INDEX_H
#define NQSBACKUP_ARCHIVE_INDEX_H

#include <sys/types.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "../../libcore/base/words.h"
#include "../tree/entry.h"
#include "tar_header.h"

struct failure;
struct text;

/*
 * The index of an archive: the exact truth of every entry, and where it is.
 * doc/ARCHIVE.md defines its text, and that of the manifest, where the digests
 * of the files are.  The functions are pure.
 */

/* The folder of our own entries in an archive, the last two of it. */
#define INDEX_FOLDER	".nqsbackup"
#define INDEX_NAME	INDEX_FOLDER "/index"
#define INDEX_MANIFEST	INDEX_FOLDER "/manifest.sha256"

/* Many trees are slow, for each entry that is one is looked for in the list. */
enum { INDEX_TREE_LIMIT = 10000 };

enum { INDEX_KINDS = 7 };		/* of entries that there can be */

struct name_pool;

/* A member of the gzip file. */
struct index_member {
	int64_t		offset;		/* in the file */
	int64_t		raw;		/* of its first byte in the tar */
	uint32_t	crc;		/* CRC-32 of it as stored */
};

/* All members in a row, and where the last one ends in the file. */
struct index_members {
	struct index_member	*list;
	size_t			 count;
	int64_t			 end;
};

struct index {
	enum tar_format		 format;
	int64_t			 created;	/* clock_wall() */
	char			*host;
	struct words		 trees;
	struct index_member	*members;	/* up to the manifest's end */
	size_t			 member_count;
	size_t			 member_room;
	int64_t			 raw;		/* where they end, if checked */
	struct entry_list	 entries;	/* sorted */
	bool			 knows_traits;	/* it has all there were */
	struct entry		 manifest;	/* the entry behind them */
	struct name_pool	*owners;	/* of entries; index_owners() */
	char			*names;		/* of entries that were read */
};

/* One entry that is looked for; offset and raw are as in index_check(). */
struct index_search {
	const char	*name;
	int64_t		 offset;
	int64_t		 raw;
	int64_t		 line;	/* is set: of the manifest's text, where the
				 * line of the entry, if any, is */
};

/* Where writing a text in pieces is; zeroed it is at the beginning. */
struct index_place {
	int		stage;
	size_t		number;		/* of the line */
	size_t		member;		/* where the last entry begins */
	const struct entry *before;	/* it, NULL: none, in this member */
	const struct entry *last[INDEX_KINDS];	/* of each kind in it */
};

/* Frees what index holds and zeroes it. */
void
index_release(struct index *index);

/* Returns the pool that keeps the names of owners; it belongs to index. */
struct name_pool *
index_owners(struct index *index);

/* Returns a new member at the end of the list, not initialised. */
struct index_member *
index_add_member(struct index *index);

/*
 * Returns the number of the member that holds the byte raw of the tar; index
 * has members.
 */
size_t
index_find_member(const struct index *index, int64_t raw);

/*
 * Returns the name that an ENTRY_LINK is a further name of, NULL for any
 * other entry.
 */
const char *
index_link_name(const struct index *index, const struct entry *entry);

/*
 * Returns the entry that has the data and the attributes of entry: the file
 * that a link is a further name of, or entry itself.
 */
const struct entry *
index_content(const struct index *index, const struct entry *entry);

/* Sets all but the size, the digest and the place of the manifest's entry. */
void
index_begin_manifest(struct index *index);

/*
 * Adds the next piece of the index's text, some 64 KiB, to text.  place is
 * zeroed at first.  Returns whether there was a piece.
 */
bool
index_write(const struct index *index, struct index_place *place,
    struct text *text);

/* Adds the line of the index's text that says name to text. */
void
index_write_name(const char *name, struct text *text);

/*
 * Returns how long all that index_write() adds is; names is how long the lines
 * with names are, half of it, which can be counted when entries are added.
 */
int64_t
index_measure(const struct index *index, int64_t names);

/*
 * The same as index_write() for the text of the manifest: what sha256sum(1)
 * prints for each file, and -c reads.
 */
bool
index_write_manifest(const struct index *index, struct index_place *place,
    struct text *text);

/*
 * Reads into index, which is zeroed, the whole text that index_write()
 * makes; takes text, and empties it.  Entries have neither a place nor a
 * digest yet.  Returns 0, or -1 with why set (DATA), with the line; index is
 * to be released in any case.
 */
int
index_read(struct text *text, struct index *index, struct failure *why);

/*
 * The same, but entries get nothing but their names, and nothing else is
 * certain: for a list of them.
 */
int
index_read_names(struct text *text, struct index *index,
    struct failure *why);

/*
 * The same, but of the entries only the one that search names is in the list,
 * if there is one.  What comes before it was checked as by index_check(), but
 * not what further names are names of; of what comes behind nothing is
 * certain.  It has its place.
 */
int
index_find(struct text *text, struct index *index,
    struct index_search *search, struct failure *why);

/*
 * Checks what was read, so that the rest of the program need not distrust
 * it: clean names in order, each in a directory of the archive or a tree of
 * its own, links to files before them, pieces of sparse files in order,
 * members in order and of lawful sizes.  Sets where each entry is.  offset and
 * raw tell where the index's own entry begins in the file and in the tar.
 * Returns 0, or -1 with why set (DATA).
 */
int
index_check(struct index *index, int64_t offset, int64_t raw,
    struct failure *why);

/*
 * Reads the line of the manifest in the size bytes at bytes, which is that of
 * entry, a file or a link, and writes the digest to digest (NULL: to nowhere).
 * Returns how many bytes the line has, 0 when it is not all there, or -1 with
 * why set (DATA).
 */
ssize_t
index_read_manifest(const char *bytes, size_t size, const struct entry *entry,
    unsigned char *digest, struct failure *why);

/* Returns how many bytes the line of entry in the manifest has, if any. */
size_t
index_manifest_length(const struct entry *entry);

#endif
