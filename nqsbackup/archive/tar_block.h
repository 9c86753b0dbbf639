#ifndef NQSBACKUP_ARCHIVE_TAR_BLOCK_H
#define NQSBACKUP_ARCHIVE_TAR_BLOCK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tar_header.h"

struct failure;

/*
 * The header block of a tar entry that any program wrote: old V7, ustar, GNU,
 * star.  Pure.
 */

enum {
	TAR_BLOCK_NAME_ROOM = 155 + 1 + 100 + 1,
	TAR_BLOCK_LINK_ROOM = 100 + 1,
	TAR_BLOCK_OWNER_ROOM = 32 + 1
};

struct tar_block {
	char		type;		/* '0' also where there is none */
	bool		magic;		/* not of old V7 */
	char		name[TAR_BLOCK_NAME_ROOM];
	char		link[TAR_BLOCK_LINK_ROOM];
	char		owner[TAR_BLOCK_OWNER_ROOM];
	char		group[TAR_BLOCK_OWNER_ROOM];
	unsigned	mode;		/* 07777 */
	int64_t		uid;
	int64_t		gid;
	int64_t		size;
	int64_t		mtime;
	int64_t		major;		/* of a device */
	int64_t		minor;
};

enum tar_block_kind {
	TAR_BLOCK_NONE = -2,		/* no header: its checksum is wrong */
	TAR_BLOCK_BAD = -1,
	TAR_BLOCK_ZERO = 0,		/* all zeros */
	TAR_BLOCK_HEADER = 1
};

/*
 * Reads the TAR_BLOCK bytes at bytes.  Returns what they are, for
 * TAR_BLOCK_NONE and TAR_BLOCK_BAD with why set (DATA): a number is none or
 * out of range.
 */
enum tar_block_kind
tar_block_read(const unsigned char *bytes, struct tar_block *block,
    struct failure *why);

/*
 * Reads the number in size bytes at place: octal, or binary as GNU tar writes
 * it; an empty one is 0.  Returns 0, or -1 when it is none or does not fit.
 */
int
tar_block_number(const unsigned char *place, size_t size, int64_t *value);

#endif
