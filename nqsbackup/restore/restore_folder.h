#ifndef NQSBACKUP_RESTORE_RESTORE_FOLDER_H
#define NQSBACKUP_RESTORE_RESTORE_FOLDER_H

#include <time.h>

struct failure;
struct text;

/*
 * The folders .nqsbackup-restore, into which nobody else may look; where it
 * is another user's, ours is .nqsbackup-restore-UID.  There is
 * one at the top of each file system in which a restore changes something;
 * it holds a directory for each restore, with what is new, and after the
 * exchange with what was there.  The first of them, mostly right in the
 * target, also holds the lock and the journals.
 */
struct restore_folder {
	int		 parent;	/* the directory that it is in */
	int		 fd;
	int		 lock;		/* -1: not locked */
	char		*place;		/* the name of parent, for messages */
	char		 name[48];	/* in parent */
};

/*
 * Opens the folder in the directory place below the open directory root.
 * Returns 1, 0 when there is none, or -1 with why set (DENIED when it is not
 * ours alone); folder is to be closed in any case.
 */
int
restore_folder_open(struct restore_folder *folder, int root,
    const char *place, struct failure *why);

/* The same, but makes it when there is none.  Returns 0 or -1. */
int
restore_folder_make(struct restore_folder *folder, int root,
    const char *place, struct failure *why);

/*
 * Takes the folder's lock, for as long as one looks at what restores there
 * are; waits for it.  Returns 1, 0 when the folder has gone meanwhile, or -1
 * with why set (BUSY, STOPPED).
 */
int
restore_folder_lock(struct restore_folder *folder, struct failure *why);

/* Gives the folder's lock up. */
void
restore_folder_unlock(struct restore_folder *folder);

/*
 * Takes the lock of the restore id, which says that somebody works on it.
 * Returns 1 and sets *claim to a descriptor that holds it, 0 when somebody
 * else does, or -1 with why set.
 */
int
restore_folder_claim(const struct restore_folder *folder, const char *id,
    int *claim, struct failure *why);

/* Adds the name by which undo finds the restore id. */
void
restore_folder_show(const struct restore_folder *folder, const char *id,
    struct text *text);

/*
 * Removes the folder, and the lock in it, if it holds nothing else, and gives
 * the directory it was in its time back.
 */
void
restore_folder_remove_empty(struct restore_folder *folder);

/* Closes the folder, and gives up the lock. */
void
restore_folder_close(struct restore_folder *folder);

/*
 * Fills why with what could not be done, by errno: "cannot WHAT 'FOLDER'".
 * Returns -1.
 */
int
restore_folder_refuse(const struct restore_folder *folder, const char *what,
    struct failure *why);

#endif
