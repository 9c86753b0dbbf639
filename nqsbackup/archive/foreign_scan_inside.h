#ifndef NQSBACKUP_ARCHIVE_FOREIGN_SCAN_INSIDE_H
#define NQSBACKUP_ARCHIVE_FOREIGN_SCAN_INSIDE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tar_block.h"
#include "tar_extension.h"

struct entry_list;
struct failure;
struct foreign_use;
struct name_pool;
struct raw_reader;
struct tally;
struct tar_reader;

/*
 * What the files of foreign_scan share, and nobody else sees.
 */

/* Of a name; each part may cost as much as all before it. */
enum {
	FOREIGN_SCAN_NAME_LIMIT = 64 * 1024,	/* in bytes */
	FOREIGN_SCAN_PART_LIMIT = 4096		/* between slashes */
};

/* The reading of one tar. */
struct foreign_scan {
	struct raw_reader		*raw;
	struct tar_reader		*tar;
	struct foreign_use		*use;
	struct entry_list		*found;
	struct name_pool		*owners;
	struct tally			*tally;
	struct failure			*why;
	struct tar_extension		 global;
	struct tar_extension		 next;	/* of the next entry */
	bool				 waiting;	/* for that entry */
	bool				 rooted;	/* was said already */
	bool				 staged;	/* the same */
	unsigned char			 bytes[TAR_BLOCK];
	struct tar_block		 block;
};

/*
 * Checks what is held in memory and what it would be on a disk.  Returns 0,
 * or -1 with why set (DATA).
 */
int
foreign_scan_check(struct foreign_scan *scan);

/*
 * Skips what fills the last block of size bytes, whatever it is.  Returns 0,
 * or -1 with why set.
 */
int
foreign_scan_skip_padding(struct foreign_scan *scan, int64_t size);

/*
 * Takes the entry whose header is in block, with its data.  Returns 0, or -1
 * with why set.
 */
int
foreign_scan_take_entry(struct foreign_scan *scan);

#endif
