#include <config.h>

#include "restore.h"

#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "../libcore/base/failure.h"
#include "../libcore/system/beneath.h"
#include "archive_reader.h"
#include "folder.h"
#include "index.h"
#include "interrupt.h"
#include "restore_plan.h"
#include "restore_stage.h"
#include "restore_thing.h"

enum { NUMBER_ROOM = 24 };

struct restoration {
	int				 root;
	const struct restore_request	*request;
	const struct restore_plan	*plan;
	struct archive_reader		*reader;
	struct restore_stages		*stages;
	struct folder			 folder;	/* of the entry */
	struct folder			 carrier;	/* of its first name */
};

static const struct entry *
entry_at(const struct restoration *restoration, size_t number)
{
	return (&restoration->request->index->entries.list[number]);
}

static int
refuse(struct failure *why, const char *what, const char *name)
{
	const int error = errno;

	failure_set_errno(why, failure_code_of_errno(error), error,
	    "cannot %s '%s' in the target", what, name);
	return (-1);
}

/* The name of entry number in its stage. */
static void
show_number(size_t number, char string[NUMBER_ROOM])
{
	(void)snprintf(string, NUMBER_ROOM, "%zu", number);
}

/* Returns the tree that entry belongs to: the deepest one. */
static const char *
find_tree(const struct restoration *restoration, const struct entry *entry)
{
	const struct words *trees = &restoration->request->index->trees;
	const char *found = entry->name;
	size_t length = 0;

	for (size_t i = 0; i < trees->count; i++) {
		const char *tree = trees->list[i];

		if (strlen(tree) > length &&
		    entry_is_at_or_below(entry->name, tree)) {
			found = tree;
			length = strlen(tree);
		}
	}
	return (found);
}

/* Returns the stage of entry number, or -1 with why set. */
static int
open_stage(const struct restoration *restoration, size_t number,
    struct failure *why)
{
	return (restore_stage_open(restoration->stages, find_tree(restoration,
	    entry_at(restoration, number)), why));
}

/* A further name needs its file on the same file system. */
static int
check_link(const struct restoration *restoration, size_t number,
    size_t carrier, struct failure *why)
{
	const int stage = open_stage(restoration, number, why);
	const int other = stage == -1 ? -1 : open_stage(restoration, carrier,
	    why);
	struct stat here;
	struct stat there;

	if (other == -1)
		return (-1);
	if (fstat(stage, &here) == 0 && fstat(other, &there) == 0 &&
	    here.st_dev == there.st_dev)
		return (0);
	failure_set(why, EXITCODE_FAILED, "'%s' and '%s' are one file, but "
	    "lie on two file systems of the target",
	    entry_at(restoration, number)->name,
	    entry_at(restoration, carrier)->name);
	return (-1);
}

/* Makes one step ready. */
static int
stage_step(const struct restoration *restoration, size_t number,
    struct failure *why)
{
	const struct restore_step *step = &restoration->plan->steps[number];
	const struct entry *entry = entry_at(restoration, number);
	char name[NUMBER_ROOM];

	if (step->action == RESTORE_LINK)
		return (check_link(restoration, number, step->carrier, why));
	if (step->action != RESTORE_WRITE)
		return (0);
	show_number(number, name);
	const struct restore_thing thing = {
	    .directory = open_stage(restoration, number, why),
	    .name = name, .request = restoration->request };

	if (thing.directory == -1)
		return (-1);
	return (restore_thing_make(&thing, restoration->reader,
	    entry->kind == ENTRY_LINK ? entry->first : number, why));
}

static int
stage_all(const struct restoration *restoration, struct failure *why)
{
	const struct words *trees = &restoration->request->index->trees;

	for (size_t i = 0; i < trees->count; i++) {
		if (restore_stage_adopt(restoration->stages, trees->list[i],
		    why) == -1)
			return (-1);
	}
	for (size_t i = 0; i < restoration->plan->count; i++) {
		if (stage_step(restoration, i, why) == -1 ||
		    interrupt_check(why) == -1)
			return (-1);
	}
	return (restore_stage_sync(restoration->stages, why));
}

/* Removes what the plan says, deepest first. */
static int
remove_all(struct restoration *restoration, struct failure *why)
{
	const struct restore_plan *plan = restoration->plan;

	for (size_t i = plan->removal_count; i-- > 0;) {
		const struct entry *entry =
		    &restoration->request->disk->list[plan->removals[i]];
		const char *name;
		const int directory = folder_open(&restoration->folder,
		    entry->name, &name);

		if (directory == -1 || unlinkat(directory, name,
		    entry->kind == ENTRY_DIRECTORY ? AT_REMOVEDIR : 0) == -1)
			return (refuse(why, "remove", entry->name));
	}
	folder_close(&restoration->folder);
	return (0);
}

/* Makes the missing directories; they get their attributes at the end. */
static int
make_directories(struct restoration *restoration, struct failure *why)
{
	for (size_t i = 0; i < restoration->plan->count; i++) {
		const struct entry *entry = entry_at(restoration, i);
		const char *name;

		if (restoration->plan->steps[i].action != RESTORE_MAKE)
			continue;
		const int directory = folder_open(&restoration->folder,
		    entry->name, &name);

		if (directory == -1 ||
		    mkdirat(directory, name, S_IRWXU) == -1)
			return (refuse(why, "make", entry->name));
	}
	return (0);
}

/* Moves what was made ready for entry number to its place. */
static int
move_thing(struct restoration *restoration, size_t number,
    struct failure *why)
{
	const struct entry *entry = entry_at(restoration, number);
	const int stage = open_stage(restoration, number, why);
	char staged[NUMBER_ROOM];
	const char *name;

	if (stage == -1)
		return (-1);
	show_number(number, staged);
	const int directory = folder_open(&restoration->folder, entry->name,
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
link_thing(struct restoration *restoration, size_t number, size_t carrier,
    struct failure *why)
{
	const struct entry *file = entry_at(restoration, carrier);
	const int stage = open_stage(restoration, number, why);
	char staged[NUMBER_ROOM];
	const char *name;

	if (stage == -1)
		return (-1);
	show_number(number, staged);
	const int directory = folder_open(&restoration->carrier, file->name,
	    &name);

	if (directory == -1 ||
	    linkat(directory, name, stage, staged, 0) == -1)
		return (refuse(why, "link to", file->name));
	return (move_thing(restoration, number, why));
}

/* What is moved when: what could lead elsewhere comes last. */
enum turn { TURN_FILES, TURN_LINKS, TURN_SYMLINKS, TURN_COUNT };

static enum turn
turn_of(const struct restoration *restoration, size_t number)
{
	if (restoration->plan->steps[number].action == RESTORE_LINK)
		return (TURN_LINKS);
	if (entry_at(restoration, number)->kind == ENTRY_SYMLINK)
		return (TURN_SYMLINKS);
	return (TURN_FILES);
}

static int
move_all(struct restoration *restoration, enum turn turn,
    struct failure *why)
{
	for (size_t i = 0; i < restoration->plan->count; i++) {
		const struct restore_step *step =
		    &restoration->plan->steps[i];
		int rc = 0;

		if (turn_of(restoration, i) != turn)
			continue;
		if (step->action == RESTORE_WRITE)
			rc = move_thing(restoration, i, why);
		else if (step->action == RESTORE_LINK)
			rc = link_thing(restoration, i, step->carrier, why);
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
	    !restore_plan_is_same(restoration->request, entry, &there))
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
		const struct entry *entry = entry_at(restoration, i);

		if (entry->kind == ENTRY_DIRECTORY &&
		    restoration->plan->steps[i].action != RESTORE_SKIP &&
		    set_directory(restoration, entry, why) == -1)
			return (-1);
	}
	return (0);
}

/* Lets all that is ready appear.  From here on there is no way back. */
static int
commit(struct restoration *restoration, struct failure *why)
{
	if (remove_all(restoration, why) == -1 ||
	    make_directories(restoration, why) == -1)
		return (-1);
	for (enum turn turn = TURN_FILES; turn < TURN_COUNT; turn++) {
		if (move_all(restoration, turn, why) == -1)
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
restore_run(int root, const struct restore_request *request,
    const struct restore_plan *plan, struct archive_reader *reader,
    struct failure *why)
{
	struct restoration restoration = { .root = root, .request = request,
	    .plan = plan, .reader = reader,
	    .stages = restore_stage_make(root, request->disk) };
	struct failure second = { 0 };

	folder_start(&restoration.folder, root);
	folder_start(&restoration.carrier, root);
	int rc = stage_all(&restoration, why);

	if (rc == 0) {
		rc = make_parents(&restoration, why);
		if (rc == 0)
			rc = commit(&restoration, why);
		if (rc == -1) {
			why->code = EXITCODE_NEEDS_PERSON;
			failure_hint(why, "the target is restored in part; "
			    "the same restore goes on with it");
		}
	}
	/* The first failure is what counts. */
	if (rc == -1)
		(void)restore_stage_clear(restoration.stages, &second);
	folder_close(&restoration.folder);
	folder_close(&restoration.carrier);
	restore_stage_free(restoration.stages);
	return (rc);
}
