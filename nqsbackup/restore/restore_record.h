#ifndef NQSBACKUP_RESTORE_RESTORE_RECORD_H
#define NQSBACKUP_RESTORE_RESTORE_RECORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "../../libcore/base/words.h"

struct failure;
struct text;

/*
 * What a restore does to the target, as its journal has it: enough to finish
 * it, or to take it back, without the archive.  Pure.
 */

/*
 * Two things change places: what is called name in the target, and number N
 * in the directory of the restore in the folder of a place.  They are known
 * by their inodes; 0: there is none.
 */
struct restore_move {
	size_t		 place;
	char		*name;
	uint64_t	 fresh;		/* what the restore puts there */
	uint64_t	 old;		/* what was there */
};

/*
 * The directory name gets the attributes of the directory "N.new", or back
 * those of "N.old", of the place, where N counts on behind the moves.
 */
struct restore_setting {
	size_t		 place;
	char		*name;
	uint64_t	 inode;		/* of it, 0: not known */
};

/* A zeroed record is an empty one. */
struct restore_record {
	char			*archive;	/* its name, for people */
	struct words		 trees;		/* that it changes */
	struct words		 places;
	struct restore_move	*moves;
	size_t			 move_count;
	struct restore_setting	*settings;
	size_t			 setting_count;
};

void
restore_record_release(struct restore_record *record);

/* Returns the number of the place name, which is added if it is new. */
size_t
restore_record_place(struct restore_record *record, const char *name);

/* Returns a new zeroed move; the call after the next may move it. */
struct restore_move *
restore_record_add_move(struct restore_record *record);

/* The same for a setting. */
struct restore_setting *
restore_record_add_setting(struct restore_record *record);

/* Returns whether record changes something in, or above, one of trees. */
bool
restore_record_meets(const struct restore_record *record,
    const struct words *trees);

/* Adds record to text. */
void
restore_record_write(const struct restore_record *record, struct text *text);

/*
 * Reads into record, which is zeroed, what restore_record_write() made.
 * Returns 0, or -1 with why set (DATA); record is to be released in any case.
 */
int
restore_record_read(const char *string, struct restore_record *record,
    struct failure *why);

#endif
