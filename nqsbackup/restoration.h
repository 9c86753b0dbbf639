#ifndef NQSBACKUP_RESTORATION_H
#define NQSBACKUP_RESTORATION_H

#include <stddef.h>

struct archive_reader;
struct entry;
struct failure;
struct restore_plan;
struct restore_request;
struct restore_stages;

/*
 * A restore at work: what all of its parts look at.
 */
struct restoration {
	int				 root;	/* the target */
	const struct restore_request	*request;
	const struct restore_plan	*plan;
	struct archive_reader		*reader;
	struct restore_stages		*stages;
};

/* Room for the name of an entry in its stage. */
enum { RESTORATION_NAME_ROOM = 24 };

/* Returns entry number of the archive. */
const struct entry *
restoration_entry(const struct restoration *restoration, size_t number);

/* Writes the name that entry number has in its stage into string. */
void
restoration_name(size_t number, char string[RESTORATION_NAME_ROOM]);

/*
 * Returns the descriptor of the stage for entry number, which the stages
 * keep, or -1 with why set.
 */
int
restoration_stage(const struct restoration *restoration, size_t number,
    struct failure *why);

#endif
