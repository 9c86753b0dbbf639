#include <config.h>

#include "restore_commit.h"

#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "../libcore/base/failure.h"
#include "../libcore/system/beneath.h"
#include "folder.h"
#include "index.h"
#include "restoration.h"
#include "restore_attributes.h"
#include "restore_plan.h"
#include "restore_request.h"
#include "restore_stage.h"
#include "restore_thing.h"

struct mover {
	const struct restoration	*restoration;
	struct folder			 folder;	/* of the entry */
	struct folder			 carrier;	/* of its first name */
};

static int
refuse(struct failure *why, const char *what, const char *name)
{
	const int error = errno;

	failure_set_errno(why, failure_code_of_errno(error), error,
	    "cannot %s '%s' in the target", what, name);
	return (-1);
}

/* Removes what the plan says, deepest first. */
static int
remove_all(struct mover *mover, struct failure *why)
{
	const struct restoration *restoration = mover->restoration;
	const struct restore_plan *plan = restoration->plan;

	for (size_t i = plan->removal_count; i-- > 0;) {
		const struct entry *entry =
		    &restoration->request->disk->list[plan->removals[i]];
		const char *name;
		const int directory = folder_open(&mover->folder,
		    entry->name, &name);

		if (directory == -1 || unlinkat(directory, name,
		    entry->kind == ENTRY_DIRECTORY ? AT_REMOVEDIR : 0) == -1)
			return (refuse(why, "remove", entry->name));
	}
	folder_close(&mover->folder);
	return (0);
}

/* Makes the missing directories; they get their attributes at the end. */
static int
make_directories(struct mover *mover, struct failure *why)
{
	const struct restoration *restoration = mover->restoration;

	for (size_t i = 0; i < restoration->plan->count; i++) {
		const struct entry *entry = restoration_entry(restoration, i);
		const char *name;

		if (restoration->plan->steps[i].action != RESTORE_MAKE)
			continue;
		const int directory = folder_open(&mover->folder,
		    entry->name, &name);

		if (directory == -1 ||
		    mkdirat(directory, name, S_IRWXU) == -1)
			return (refuse(why, "make", entry->name));
	}
	return (0);
}

/* Moves what was made ready for entry number to its place. */
static int
move_thing(struct mover *mover, size_t number, struct failure *why)
{
	const struct restoration *restoration = mover->restoration;
	const struct entry *entry = restoration_entry(restoration, number);
	const int stage = restoration_stage(restoration, number, why);
	char staged[RESTORATION_NAME_ROOM];
	const char *name;

	if (stage == -1)
		return (-1);
	restoration_name(number, staged);
	const int directory = folder_open(&mover->folder, entry->name,
	    &name);

	if (directory == -1 ||
	    renameat(stage, staged, directory, name) == -1)
		return (refuse(why, "put", entry->name));
	/* Two names of one file both stay, for rename then does nothing. */
	if (unlinkat(stage, staged, 0) == -1 && errno != ENOENT)
		return (refuse(why, "put", entry->name));
	return (0);
}

/* Makes entry number a further name of carrier, which is in its place. */
static int
link_thing(struct mover *mover, size_t number, size_t carrier,
    struct failure *why)
{
	const struct restoration *restoration = mover->restoration;
	const struct entry *file = restoration_entry(restoration, carrier);
	const int stage = restoration_stage(restoration, number, why);
	char staged[RESTORATION_NAME_ROOM];
	const char *name;

	if (stage == -1)
		return (-1);
	restoration_name(number, staged);
	const int directory = folder_open(&mover->carrier, file->name,
	    &name);

	if (directory == -1 ||
	    linkat(directory, name, stage, staged, 0) == -1)
		return (refuse(why, "link to", file->name));
	return (move_thing(mover, number, why));
}

/* What is moved when: what could lead elsewhere comes last. */
enum turn { TURN_FILES, TURN_LINKS, TURN_SYMLINKS, TURN_COUNT };

static enum turn
turn_of(const struct restoration *restoration, size_t number)
{
	if (restoration->plan->steps[number].action == RESTORE_LINK)
		return (TURN_LINKS);
	if (restoration_entry(restoration, number)->kind == ENTRY_SYMLINK)
		return (TURN_SYMLINKS);
	return (TURN_FILES);
}

static int
move_all(struct mover *mover, enum turn turn, struct failure *why)
{
	const struct restoration *restoration = mover->restoration;

	for (size_t i = 0; i < restoration->plan->count; i++) {
		const struct restore_step *step =
		    &restoration->plan->steps[i];
		int rc = 0;

		if (turn_of(restoration, i) != turn)
			continue;
		if (step->action == RESTORE_WRITE)
			rc = move_thing(mover, i, why);
		else if (step->action == RESTORE_LINK)
			rc = link_thing(mover, i, step->carrier, why);
		if (rc == -1)
			return (-1);
	}
	return (0);
}

/*
 * Gives a directory its attributes; whatever was done in it has changed its
 * time.
 */
static int
set_directory(const struct restoration *restoration,
    const struct entry *entry, struct failure *why)
{
	const int fd = beneath_open_directory(restoration->root, entry->name);
	struct entry there = { 0 };
	struct stat status;

	if (fd == -1)
		return (refuse(why, "open", entry->name));
	int rc = fstat(fd, &status);

	if (rc == 0)
		entry_set_status(&there, &status);
	if (rc == 0 &&
	    !restore_attributes_is_same(restoration->request, entry, &there))
		rc = restore_thing_set(fd, restoration->request, entry);
	if (rc == -1)
		(void)refuse(why, "set the attributes of", entry->name);
	(void)close(fd);		/* a directory */
	return (rc);
}

/* From the deepest up, so that a mode cannot be in the way. */
static int
set_directories(const struct restoration *restoration, struct failure *why)
{
	for (size_t i = restoration->plan->count; i-- > 0;) {
		const struct entry *entry = restoration_entry(restoration, i);

		if (entry->kind == ENTRY_DIRECTORY &&
		    restoration->plan->steps[i].action != RESTORE_SKIP &&
		    set_directory(restoration, entry, why) == -1)
			return (-1);
	}
	return (0);
}

/* Lets all that is ready appear.  From here on there is no way back. */
static int
commit(struct mover *mover, struct failure *why)
{
	const struct restoration *restoration = mover->restoration;

	if (remove_all(mover, why) == -1 ||
	    make_directories(mover, why) == -1)
		return (-1);
	for (enum turn turn = TURN_FILES; turn < TURN_COUNT; turn++) {
		if (move_all(mover, turn, why) == -1)
			return (-1);
	}
	if (restore_stage_clear(restoration->stages, why) == -1 ||
	    set_directories(restoration, why) == -1)
		return (-1);
	return (restore_stage_sync(restoration->stages, why));
}

/* Makes the directories above the trees, which no archive tells of. */
static int
make_parents(const struct restoration *restoration, struct failure *why)
{
	const struct words *trees = &restoration->request->index->trees;
	const mode_t mode = S_IRWXU | S_IRGRP | S_IXGRP | S_IROTH | S_IXOTH;

	for (size_t i = 0; i < trees->count; i++) {
		if (beneath_make_parents(restoration->root, trees->list[i],
		    mode) == -1)
			return (refuse(why, "reach", trees->list[i]));
	}
	return (0);
}

int
restore_commit_run(const struct restoration *restoration,
    struct failure *why)
{
	struct mover mover = { .restoration = restoration };
	int rc;

	folder_start(&mover.folder, restoration->root);
	folder_start(&mover.carrier, restoration->root);
	rc = make_parents(restoration, why);
	if (rc == 0)
		rc = commit(&mover, why);
	folder_close(&mover.folder);
	folder_close(&mover.carrier);
	if (rc == -1) {
		why->code = EXITCODE_NEEDS_PERSON;
		failure_hint(why, "the target is restored in part; the same "
		    "restore goes on with it");
	}
	return (rc);
}
