#ifndef NQSBACKUP_RESTORE_RESTORE_JOURNAL_H
#define NQSBACKUP_RESTORE_RESTORE_JOURNAL_H

#include <stddef.h>

struct failure;
struct restore_folder;
struct restore_record;

/*
 * The journals of restores, files ID.STATE in a folder (restore_folder.h).
 * The state is in the name, so that it turns into the next at one instant:
 *
 *	lock	it has a name, and the lock of who works on it
 *	making	it is made ready; the target is as it was
 *	going	it happens, and is finished whatever happens
 *	done	what it replaced is kept
 *	back	it is taken back, and that is finished
 *	undone	it was taken back
 */
enum restore_state {
	RESTORE_NAMED,
	RESTORE_MAKING,
	RESTORE_GOING,
	RESTORE_DONE,
	RESTORE_BACK,
	RESTORE_UNDONE
};

/* A restore that has a journal. */
struct restore_kept {
	char			*id;
	enum restore_state	 state;
};

/* All of a folder, in the order of their identities; zeroed: empty. */
struct restore_list {
	struct restore_kept	*list;
	size_t			 count;
};

/*
 * Finds the restores in folder, each with its last state.  Returns 0, or -1
 * with why set; list is to be released in any case.
 */
int
restore_journal_list(const struct restore_folder *folder,
    struct restore_list *list, struct failure *why);

void
restore_journal_release(struct restore_list *list);

/*
 * Lets the journal of the restore id in state appear with record, durably.
 * Returns 0, or -1 with why set.
 */
int
restore_journal_write(const struct restore_folder *folder,
    const struct restore_kept *kept, const struct restore_record *record,
    struct failure *why);

/*
 * Turns the journal kept into one of state, durably.  Returns 0 and sets
 * kept->state, or -1 with why set.
 */
int
restore_journal_turn(const struct restore_folder *folder,
    struct restore_kept *kept, enum restore_state state, struct failure *why);

/*
 * Reads the journal kept into record, which is zeroed and is to be released
 * in any case.  Returns 0, or -1 with why set.
 */
int
restore_journal_read(const struct restore_folder *folder,
    const struct restore_kept *kept, struct restore_record *record,
    struct failure *why);

/*
 * Removes the journal of kept in state, if there is one.  Returns 0, or -1
 * with why set.
 */
int
restore_journal_remove(const struct restore_folder *folder,
    const struct restore_kept *kept, enum restore_state state,
    struct failure *why);

/*
 * Removes all files of the restore kept, the lock last.  Returns 0, or -1
 * with why set.
 */
int
restore_journal_remove_all(const struct restore_folder *folder,
    const struct restore_kept *kept, struct failure *why);

#endif
