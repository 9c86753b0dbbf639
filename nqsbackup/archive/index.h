#ifndef NQSBACKUP_INDEX_H
#define NQSBACKUP_INDEX_H

#include <stddef.h>
#include <stdint.h>

#include "../../libcore/base/words.h"
#include "../tree/entry.h"
#include "tar_header.h"

struct failure;
struct text;

/*
 * The index of an archive: the exact truth of every entry, and where it is.
 * doc/ARCHIVE.md defines its text.  The functions are pure.
 */

/* The folder of our own entries in an archive, the last two of it. */
#define INDEX_FOLDER	".nqsbackup"
#define INDEX_NAME	INDEX_FOLDER "/index"
#define INDEX_MANIFEST	INDEX_FOLDER "/manifest.sha256"

/* Many trees are slow, for each entry that is one is looked for in the list. */
enum { INDEX_TREE_LIMIT = 10000 };

/* A member of the gzip file. */
struct index_member {
	int64_t		offset;		/* in the file */
	int64_t		raw;		/* of its first byte in the tar */
	uint32_t	crc;		/* CRC-32 of it as stored */
};

struct index {
	enum tar_format		 format;
	int64_t			 created;	/* clock_wall() */
	char			*host;
	struct words		 trees;
	struct index_member	*members;	/* up to the manifest's end */
	size_t			 member_count;
	size_t			 member_room;
	struct entry_list	 entries;	/* sorted */
	struct entry		 manifest;	/* the entry behind them */
};

/* Frees what index holds and zeroes it. */
void
index_release(struct index *index);

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

/* Adds the index as text. */
void
index_write(const struct index *index, struct text *text);

/*
 * Adds the manifest of the entries: what sha256sum(1) prints for each file,
 * and -c reads.
 */
void
index_write_manifest(const struct index *index, struct text *text);

/*
 * Reads into index, which is zeroed, the text that index_write() makes.
 * Changes text.  Returns 0, or -1 with why set (DATA), with the line; index
 * is to be released in any case.
 */
int
index_read(struct text *text, struct index *index, struct failure *why);

/*
 * Checks what was read, so that the rest of the program need not distrust
 * it: clean names in order, each in a directory of the archive or a tree of
 * its own, links to files before them, pieces of sparse files in order,
 * members in order and of lawful sizes.  offset and raw tell where the
 * index's own entry begins in the file and in the tar.  Returns 0, or -1 with
 * why set (DATA).
 */
int
index_check(const struct index *index, int64_t offset, int64_t raw,
    struct failure *why);

#endif
