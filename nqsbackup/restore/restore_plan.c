#include <config.h>

#include "restore_plan.h"

#include <stdlib.h>
#include <string.h>

#include "../../libcore/base/failure.h"
#include "../../libcore/base/memory.h"
#include "../archive/index.h"
#include "../tree/inode_table.h"
#include "../tree/selection.h"
#include "restore_attributes.h"
#include "restore_disk.h"
#include "restore_part.h"
#include "restore_request.h"

/* The plan in the making. */
struct planner {
	const struct restore_request	*request;
	struct restore_plan		*plan;
	unsigned char			*parts;	/* of each entry */
	struct inode_table		*kept;	/* files with further names */
	struct failure			*why;
};

const char *
restore_plan_word(enum restore_action action)
{
	static const char *const words[] = { "skip", "keep", "make",
	    "attributes", "write", "link" };

	return (words[action]);
}

size_t
restore_plan_carrier(const struct restore_plan *plan, size_t number)
{
	return (plan->carriers[number] == 0 ? number :
	    plan->carriers[number]);
}

/* Adds name to a list. */
static void
add_name(const char ***names, size_t *count, const char *name)
{
	*names = memory_grow(*names, *count, sizeof(**names));
	(*names)[(*count)++] = name;
}

static int
refuse(struct planner *planner, const char *name, const char *what)
{
	failure_set(planner->why, EXITCODE_FAILED, "'%s' in the target %s",
	    name, what);
	return (-1);
}

/* Whether name lies in the directory above, and in none below that. */
static bool
is_right_in(const char *name, const char *above)
{
	const char *slash = strrchr(name, '/');

	return (slash != NULL && (size_t)(slash - name) == strlen(above));
}

/*
 * Whether extra lies where the archive does not say what else there is, or is
 * a socket, which no archive has, in what stays.
 */
static bool
is_left(const struct planner *planner, const struct restore_other *extra)
{
	const struct entry_list *entries = &planner->request->index->entries;
	const ssize_t number = entry_list_find_above(entries, extra->name);

	if (number == -1)
		return (false);
	const struct entry *above = &entries->list[number];

	return (above->implied || (extra->there.kind == ENTRY_SOCKET &&
	    above->kind == ENTRY_DIRECTORY &&
	    is_right_in(extra->name, above->name)));
}

/* Plans for what is on the disk only. */
static int
plan_extra(struct planner *planner, size_t number)
{
	const struct restore_other *extra =
	    &planner->request->disk->others[number];
	struct restore_plan *plan = planner->plan;

	if (!selection_has(planner->request->patterns, extra->name))
		return (0);
	if (!planner->request->exact || is_left(planner, extra)) {
		add_name(&plan->extras, &plan->extra_count, extra->name);
		return (0);
	}
	if (extra->there.mounted)
		return (refuse(planner, extra->name,
		    "is a mount point that is not in the archive"));
	plan->removed[number] = true;
	add_name(&plan->removals, &plan->removal_count, extra->name);
	return (0);
}

/* Nobody has looked below a mount point, and renaming stops there. */
static int
check_mounts(struct planner *planner)
{
	const struct entry_list *entries = &planner->request->index->entries;
	const char *mounted = NULL;

	for (size_t i = 0; i < entries->count; i++) {
		const char *name = entries->list[i].name;
		const struct restore_there *there = restore_disk_at(
		    planner->request->disk, i);

		if (there == NULL && mounted != NULL &&
		    planner->parts[i] != RESTORE_PART_NONE &&
		    entry_is_at_or_below(name, mounted))
			return (refuse(planner, mounted,
			    "is a mount point, but a part of a tree in the "
			    "archive"));
		if (there != NULL && there->mounted)
			mounted = name;
	}
	return (0);
}

/*
 * Decides what happens to there, which has the name of the entry number and is
 * of another kind.  Returns 0, or -1 with why set.
 */
static int
plan_replacement(struct planner *planner, size_t number,
    const struct restore_there *there)
{
	const struct entry *entry =
	    &planner->request->index->entries.list[number];
	struct restore_plan *plan = planner->plan;
	const bool directory = there->kind == ENTRY_DIRECTORY;

	if (directory && !planner->request->exact) {
		(void)refuse(planner, entry->name,
		    "is a directory, but not in the archive");
		failure_hint(planner->why, "use --exact to remove it");
		return (-1);
	}
	if (directory && there->mounted)
		return (refuse(planner, entry->name,
		    "is a mount point, but no directory in the archive"));
	/* Anything but a directory gives way to a rename. */
	if (directory || entry->kind == ENTRY_DIRECTORY)
		add_name(&plan->removals, &plan->removal_count, entry->name);
	return (0);
}

static int
plan_directory(struct planner *planner, size_t number)
{
	unsigned char *action = &planner->plan->actions[number];
	const struct restore_there *there = restore_disk_at(
	    planner->request->disk, number);

	if (there == NULL || there->kind != ENTRY_DIRECTORY) {
		*action = RESTORE_MAKE;
		return (there == NULL ? 0 :
		    plan_replacement(planner, number, there));
	}
	if (planner->parts[number] == RESTORE_PART_NEEDED)
		*action = RESTORE_SKIP;
	else
		*action = there->same ? RESTORE_KEEP : RESTORE_ATTRIBUTES;
	return (0);
}

/*
 * Whether the file on the disk may stay for this entry: two files of the
 * archive must not remain one on the disk.
 */
static bool
take_inode(struct planner *planner, size_t number,
    const struct restore_there *there)
{
	if (there->kind != ENTRY_FILE || !there->several)
		return (true);
	const dev_t device = restore_disk_device(planner->request->disk,
	    there);

	if (inode_table_find(planner->kept, device, there->inode) != -1)
		return (false);
	inode_table_add(planner->kept, device, there->inode, number);
	return (true);
}

/* Plans for what is no directory, the first selected name of its data. */
static int
plan_thing(struct planner *planner, size_t number)
{
	const struct index *index = planner->request->index;
	const struct entry *content = index_content(index,
	    &index->entries.list[number]);
	const struct restore_there *there = restore_disk_at(
	    planner->request->disk, number);
	unsigned char *action = &planner->plan->actions[number];

	*action = RESTORE_WRITE;
	if (there == NULL)
		return (0);
	if (there->kind != content->kind)
		return (plan_replacement(planner, number, there));
	if (there->same && take_inode(planner, number, there))
		*action = RESTORE_KEEP;
	return (0);
}

/* Plans for a further name of the file that carrier is. */
static int
plan_link(struct planner *planner, size_t number, size_t carrier)
{
	const struct restore_disk *disk = planner->request->disk;
	const struct restore_there *there = restore_disk_at(disk, number);
	unsigned char *actions = planner->plan->actions;

	actions[number] = RESTORE_LINK;
	if (there == NULL)
		return (0);
	if (there->kind == ENTRY_DIRECTORY)
		return (plan_replacement(planner, number, there));
	if (actions[carrier] != RESTORE_KEEP)
		return (0);
	const struct restore_there *file = restore_disk_at(disk, carrier);

	if (there->kind == ENTRY_FILE && there->inode == file->inode &&
	    restore_disk_device(disk, there) ==
	    restore_disk_device(disk, file))
		actions[number] = RESTORE_KEEP;
	return (0);
}

/* Lets devices take no part, unless they are asked for. */
static void
leave_devices_out(struct planner *planner)
{
	const struct entry_list *entries = &planner->request->index->entries;

	if (planner->request->devices)
		return;
	for (size_t i = 0; i < entries->count; i++) {
		if (entry_is_device(entries->list[i].kind))
			planner->parts[i] = RESTORE_PART_NONE;
	}
}

static int
plan_entry(struct planner *planner, size_t number)
{
	const struct entry *entry =
	    &planner->request->index->entries.list[number];

	if (planner->parts[number] == RESTORE_PART_NONE)
		return (0);
	if (restore_attributes_is_foreign(planner->request, entry))
		planner->plan->foreign++;
	if (traits_has_forbidden(&planner->request->rule, entry->traits))
		planner->plan->withheld++;
	if (entry->kind == ENTRY_DIRECTORY)
		return (plan_directory(planner, number));
	if (entry->kind != ENTRY_LINK)
		return (plan_thing(planner, number));
	const size_t file = entry->content.first;
	uint32_t *carrier = &planner->plan->carriers[file];

	if (planner->parts[file] != RESTORE_PART_NONE || *carrier != 0)
		return (plan_link(planner, number,
		    restore_plan_carrier(planner->plan, file)));
	*carrier = (uint32_t)number;
	return (plan_thing(planner, number));
}

static int
compare_names(const void *a, const void *b)
{
	const char *const *left = a;
	const char *const *right = b;

	return (entry_compare_names(*left, *right));
}

static void
count_changes(struct restore_plan *plan)
{
	/* Replaced things were added behind those that go for good. */
	if (plan->removal_count > 1)
		qsort(plan->removals, plan->removal_count,
		    sizeof(*plan->removals), compare_names);
	plan->changes = plan->removal_count;
	for (size_t i = 0; i < plan->count; i++) {
		if (plan->actions[i] != RESTORE_SKIP &&
		    plan->actions[i] != RESTORE_KEEP)
			plan->changes++;
	}
}

int
restore_plan_make(const struct restore_request *request,
    struct restore_plan *plan, struct failure *why)
{
	const size_t count = request->index->entries.count;
	const size_t others = request->disk->other_count;
	struct planner planner = { .request = request, .plan = plan,
	    .parts = restore_part_find(&request->index->entries,
	    request->patterns), .kept = inode_table_make(), .why = why };

	/* Most carriers are never set, and take no memory then. */
	*plan = (struct restore_plan){ .count = count,
	    .actions = memory_make(count, sizeof(*plan->actions)),
	    .carriers = memory_make(count, sizeof(*plan->carriers)),
	    .removed = memory_make(others, sizeof(*plan->removed)) };
	leave_devices_out(&planner);
	int rc = check_mounts(&planner);

	for (size_t i = 0; i < others && rc == 0; i++)
		rc = plan_extra(&planner, i);
	for (size_t i = 0; i < count && rc == 0; i++)
		rc = plan_entry(&planner, i);
	if (rc == 0)
		count_changes(plan);
	free(planner.parts);
	inode_table_free(planner.kept);
	return (rc);
}

void
restore_plan_release(struct restore_plan *plan)
{
	free(plan->actions);
	free(plan->carriers);
	free(plan->removals);
	free(plan->removed);
	free(plan->extras);
	*plan = (struct restore_plan){ 0 };
}
