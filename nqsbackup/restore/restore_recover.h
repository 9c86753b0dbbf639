#ifndef NQSBACKUP_RESTORE_RESTORE_RECOVER_H
#define NQSBACKUP_RESTORE_RESTORE_RECOVER_H

struct failure;
struct report;
struct restore_folder;
struct restore_kept;
struct restore_record;
struct words;

/*
 * What restores leave behind, whole or killed.
 */

enum restore_entering { RESTORE_ENTER_IF_THERE, RESTORE_ENTER_MAKE };

/*
 * Opens the folder with the journals in the directory place below root, and
 * takes its lock; finishes what a killed restore or undo had begun to move,
 * and removes what it had only made ready.  Returns 1, 0 when there is no
 * folder and none is to be made, or -1 with why set (BUSY, or NEEDS_PERSON
 * when it cannot be finished); folder is to be left in any case.
 */
int
restore_recover_enter(struct restore_folder *folder, int root,
    const char *place, enum restore_entering entering, struct failure *why);

/*
 * Checks that nobody is at work in trees, except on the restore own, which
 * may be NULL.  Returns 0, or -1 with why set (BUSY).
 */
int
restore_recover_check(const struct restore_folder *folder,
    const struct words *trees, const char *own, struct failure *why);

/*
 * Closes the folder, locked or not, and removes it when nothing is kept in
 * it.
 */
void
restore_recover_leave(struct restore_folder *folder);

/*
 * Opens the directory of the restore id in each of record's places, which
 * are made if need be.  Returns their descriptors, to be closed by
 * restore_recover_close_stages(), or NULL with why set.
 */
int *
restore_recover_open_stages(int root, const char *id,
    const struct restore_record *record, struct failure *why);

void
restore_recover_close_stages(int *stages,
    const struct restore_record *record);

/*
 * Removes all that is kept of the restore, then its journal.  Returns 0, or
 * -1 with why set.
 */
int
restore_recover_discard(const struct restore_folder *folder, int root,
    const struct restore_kept *kept, struct failure *why);

/* A restore for which others make way, and where each of them is told of. */
struct restore_successor {
	const char	*id;
	struct report	*report;
};

/*
 * The same for all restores that folder has journals of and nobody works on,
 * that meet trees (NULL: all), except successor (NULL: none).
 */
int
restore_recover_discard_all(const struct restore_folder *folder, int root,
    const struct words *trees, const struct restore_successor *successor,
    struct failure *why);

/*
 * Tells report of each restore that would make way for one of trees, with the
 * folder in the directory place below root.  Changes nothing, takes no lock;
 * what cannot be looked at is warned of.
 */
void
restore_recover_foretell(int root, const char *place,
    const struct words *trees, struct report *report);

#endif
