#ifndef NQSBACKUP_RESTORE_RESTORE_MOVE_H
#define NQSBACKUP_RESTORE_RESTORE_MOVE_H

#include <stdbool.h>
#include <stddef.h>

struct failure;
struct restore_record;

/* Whether a restore happens, or is taken back. */
enum restore_direction { RESTORE_FORTH, RESTORE_BACKWARD };

/* Where a record's names are. */
struct restore_field {
	int			 root;		/* the target */
	const int		*stages;	/* as in restoration.h */
	const struct restore_record *record;
	size_t			 crossing;	/* is set to the move that
						 * failed, by EXDEV */
};

/*
 * Checks that nothing is mounted in what is still to be moved in direction.
 * Returns 0, or -1 with why set (FAILED).
 */
int
restore_move_check(const struct restore_field *field,
    enum restore_direction direction, struct failure *why);

/*
 * Does all that the record says, in direction, and makes it durable.  What is
 * done already is left as it is, so that this can be repeated at any time.
 * When something cannot be done, all is put back that was.  Returns 0, or -1
 * with why set, NEEDS_PERSON when it could not be put back either.
 */
int
restore_move_all(struct restore_field *field,
    enum restore_direction direction, struct failure *why);

/*
 * Sets *changes to how many of the record's moves would do something in
 * direction.  Returns whether the move number is one of them.
 */
bool
restore_move_is_due(const struct restore_field *field, size_t number,
    enum restore_direction direction);

#endif
