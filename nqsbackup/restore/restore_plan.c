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

#define NONE	((size_t)-1)

/* The plan in the making; arrays have an item for each entry. */
struct planner {
	const struct restore_request	*request;
	struct restore_plan		*plan;
	enum restore_part		*parts;
	size_t				*on_disk;	/* or NONE */
	size_t				*carriers;	/* of each file */
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

/* Adds number to a list that has room for a power of two of them. */
static void
add_number(size_t **numbers, size_t *count, size_t number)
{
	if ((*count & (*count - 1)) == 0)
		*numbers = memory_resize(*numbers, *count == 0 ? 1 :
		    2 * *count, sizeof(**numbers));
	(*numbers)[(*count)++] = number;
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
is_left(const struct planner *planner, const struct restore_there *extra)
{
	const struct entry_list *entries = &planner->request->index->entries;
	const ssize_t number = entry_list_find_above(entries, extra->name);

	if (number == -1)
		return (false);
	const struct entry *above = &entries->list[number];

	return (above->implied || (extra->kind == ENTRY_SOCKET &&
	    above->kind == ENTRY_DIRECTORY &&
	    is_right_in(extra->name, above->name)));
}

/* Plans for what is on the disk only. */
static int
plan_extra(struct planner *planner, size_t number)
{
	const struct restore_there *extra =
	    &planner->request->disk->list[number];
	struct restore_plan *plan = planner->plan;

	if (!selection_has(planner->request->patterns, extra->name))
		return (0);
	if (!planner->request->exact || is_left(planner, extra)) {
		add_number(&plan->extras, &plan->extra_count, number);
		return (0);
	}
	if (extra->mounted)
		return (refuse(planner, extra->name,
		    "is a mount point that is not in the archive"));
	add_number(&plan->removals, &plan->removal_count, number);
	return (0);
}

/* Goes through both sorted lists side by side. */
static int
match_lists(struct planner *planner)
{
	const struct entry_list *entries = &planner->request->index->entries;
	const struct restore_disk *disk = planner->request->disk;
	const char *mounted = NULL;
	size_t at = 0;

	for (size_t i = 0; i < entries->count || at < disk->count;) {
		const int order = i == entries->count ? 1 :
		    at == disk->count ? -1 : entry_compare_names(
		    entries->list[i].name, disk->list[at].name);

		if (order > 0) {
			if (plan_extra(planner, at++) == -1)
				return (-1);
			continue;
		}
		const char *name = entries->list[i].name;

		/* Nobody has looked below it, and renaming stops there. */
		if (order < 0 && mounted != NULL &&
		    planner->parts[i] != RESTORE_PART_NONE &&
		    entry_is_at_or_below(name, mounted))
			return (refuse(planner, mounted,
			    "is a mount point, but a part of a tree in the "
			    "archive"));
		if (order == 0 && disk->list[at].mounted)
			mounted = name;
		planner->on_disk[i++] = order == 0 ? at++ : NONE;
	}
	return (0);
}

/*
 * Decides what happens to the thing on the disk that is of another kind than
 * entry.  Returns 0, or -1 with why set.
 */
static int
plan_replacement(struct planner *planner, const struct entry *entry,
    size_t number)
{
	const struct restore_there *there =
	    &planner->request->disk->list[number];
	struct restore_plan *plan = planner->plan;
	const bool directory = there->kind == ENTRY_DIRECTORY;

	if (directory && !planner->request->exact) {
		(void)refuse(planner, there->name,
		    "is a directory, but not in the archive");
		failure_hint(planner->why, "use --exact to remove it");
		return (-1);
	}
	if (directory && there->mounted)
		return (refuse(planner, there->name,
		    "is a mount point, but no directory in the archive"));
	/* Anything but a directory gives way to a rename. */
	if (directory || entry->kind == ENTRY_DIRECTORY)
		add_number(&plan->removals, &plan->removal_count, number);
	return (0);
}

static int
plan_directory(struct planner *planner, size_t number)
{
	const struct entry *entry =
	    &planner->request->index->entries.list[number];
	const size_t at = planner->on_disk[number];
	struct restore_step *step = &planner->plan->steps[number];
	const struct restore_there *there = at == NONE ? NULL :
	    &planner->request->disk->list[at];

	if (there == NULL || there->kind != ENTRY_DIRECTORY) {
		step->action = RESTORE_MAKE;
		return (there == NULL ? 0 :
		    plan_replacement(planner, entry, at));
	}
	if (planner->parts[number] == RESTORE_PART_NEEDED)
		step->action = RESTORE_SKIP;
	else
		step->action = there->same ? RESTORE_KEEP :
		    RESTORE_ATTRIBUTES;
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
	if (inode_table_find(planner->kept, there->device,
	    there->inode) != -1)
		return (false);
	inode_table_add(planner->kept, there->device, there->inode, number);
	return (true);
}

/* Plans for what is no directory, the first selected name of its data. */
static int
plan_thing(struct planner *planner, size_t number)
{
	const struct index *index = planner->request->index;
	const struct entry *content = index_content(index,
	    &index->entries.list[number]);
	const size_t at = planner->on_disk[number];
	struct restore_step *step = &planner->plan->steps[number];

	step->action = RESTORE_WRITE;
	if (at == NONE)
		return (0);
	const struct restore_there *there = &planner->request->disk->list[at];

	if (there->kind != content->kind)
		return (plan_replacement(planner, content, at));
	if (there->same && take_inode(planner, number, there))
		step->action = RESTORE_KEEP;
	return (0);
}

/* Plans for a further name of the file that carrier is. */
static int
plan_link(struct planner *planner, size_t number, size_t carrier)
{
	const struct entry_list *entries = &planner->request->index->entries;
	const struct restore_there *disk = planner->request->disk->list;
	const size_t at = planner->on_disk[number];
	struct restore_step *step = &planner->plan->steps[number];

	step->action = RESTORE_LINK;
	step->carrier = carrier;
	if (at == NONE)
		return (0);
	if (disk[at].kind == ENTRY_DIRECTORY)
		return (plan_replacement(planner, &entries->list[number],
		    at));
	if (planner->plan->steps[carrier].action != RESTORE_KEEP)
		return (0);
	const struct restore_there *file = &disk[planner->on_disk[carrier]];

	if (disk[at].kind == ENTRY_FILE &&
	    disk[at].device == file->device &&
	    disk[at].inode == file->inode)
		step->action = RESTORE_KEEP;
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
	const size_t file = entry->kind == ENTRY_LINK ?
	    entry->content.first : number;

	if (planner->carriers[file] != NONE)
		return (plan_link(planner, number, planner->carriers[file]));
	planner->carriers[file] = number;
	return (plan_thing(planner, number));
}

static int
compare_numbers(const void *a, const void *b)
{
	const size_t left = *(const size_t *)a;
	const size_t right = *(const size_t *)b;

	return (left < right ? -1 : left > right);
}

static void
count_changes(struct restore_plan *plan)
{
	/* Replaced things were added among those that go for good. */
	if (plan->removal_count > 1)
		qsort(plan->removals, plan->removal_count,
		    sizeof(*plan->removals), compare_numbers);
	plan->changes = plan->removal_count;
	for (size_t i = 0; i < plan->count; i++) {
		if (plan->steps[i].action != RESTORE_SKIP &&
		    plan->steps[i].action != RESTORE_KEEP)
			plan->changes++;
	}
}

int
restore_plan_make(const struct restore_request *request,
    struct restore_plan *plan, struct failure *why)
{
	const size_t count = request->index->entries.count;
	struct planner planner = { .request = request, .plan = plan,
	    .parts = restore_part_find(&request->index->entries,
	    request->patterns),
	    .on_disk = memory_make(count, sizeof(size_t)),
	    .carriers = memory_make(count, sizeof(size_t)),
	    .kept = inode_table_make(), .why = why };

	*plan = (struct restore_plan){ .count = count,
	    .steps = memory_make(count, sizeof(*plan->steps)) };
	for (size_t i = 0; i < count; i++)
		planner.carriers[i] = NONE;
	leave_devices_out(&planner);
	int rc = match_lists(&planner);

	for (size_t i = 0; i < count && rc == 0; i++)
		rc = plan_entry(&planner, i);
	if (rc == 0)
		count_changes(plan);
	free(planner.parts);
	free(planner.on_disk);
	free(planner.carriers);
	inode_table_free(planner.kept);
	return (rc);
}

void
restore_plan_release(struct restore_plan *plan)
{
	free(plan->steps);
	free(plan->removals);
	free(plan->extras);
	*plan = (struct restore_plan){ 0 };
}
