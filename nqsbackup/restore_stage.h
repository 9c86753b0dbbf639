#ifndef NQSBACKUP_RESTORE_STAGE_H
#define NQSBACKUP_RESTORE_STAGE_H

#include <stddef.h>

struct entry_list;
struct failure;

/*
 * Folders in which things are made ready before they are moved to their
 * places: one in each tree of the target, or above it while there is none, so
 * that moving is renaming.  Nobody else may look into it.  What a killed
 * restore left in it is removed by the next.  Calling sequence:
 * restore_stage_make, restore_stage_adopt for each tree, restore_stage_open
 * as often as needed, restore_stage_clear, restore_stage_free.
 */
struct restore_stages;

/*
 * Returns the stages below the open directory root, of which disk, sorted,
 * tells what is there; both are borrowed.  Touches nothing yet.
 */
struct restore_stages *
restore_stage_make(int root, const struct entry_list *disk);

/*
 * Returns the descriptor of the stage for the tree, which stages keeps, or -1
 * with why set: BUSY when another restore is at work there.
 */
int
restore_stage_open(struct restore_stages *stages, const char *tree,
    struct failure *why);

/*
 * Looks in the directory tree and in those above it for what a killed
 * restore left, so that restore_stage_clear() removes it.  Returns 0, or -1
 * with why set: BUSY when another restore is at work there.
 */
int
restore_stage_adopt(struct restore_stages *stages, const char *tree,
    struct failure *why);

/*
 * Makes durable what was written to the stages' file systems, also when they
 * are cleared already.  Returns 0, or -1 with why set.
 */
int
restore_stage_sync(const struct restore_stages *stages, struct failure *why);

/*
 * Removes the stages and all in them, and gives the directories they were in
 * their time back.  Returns 0, or -1 with why set.
 */
int
restore_stage_clear(struct restore_stages *stages, struct failure *why);

/* Frees stages, without touching the disk. */
void
restore_stage_free(struct restore_stages *stages);

#endif
