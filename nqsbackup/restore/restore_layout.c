#include <config.h>

#include "restore_layout.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "../../libcore/base/memory.h"
#include "../archive/index.h"
#include "restore_disk.h"
#include "restore_plan.h"
#include "restore_request.h"
#include "restore_ways.h"

/* The layout in the making. */
struct layouter {
	const struct restore_request	*request;
	const struct restore_plan	*plan;
	const struct restore_ways	*ways;
	struct restore_layout		*layout;
	bool				*removed;	/* each on disk */
};

/* Returns whichever name comes first; NULL is the end of a list. */
static const char *
first_of(const char *a, const char *b)
{
	if (a == NULL || b == NULL)
		return (a == NULL ? b : a);
	return (entry_compare_names(a, b) <= 0 ? a : b);
}

static size_t
take(const char *name, const char *next, size_t *number)
{
	if (next == NULL || strcmp(name, next) != 0)
		return (RESTORE_NONE);
	return ((*number)++);
}

/* Merges the three sorted lists into nodes. */
static void
merge_lists(const struct layouter *layouter)
{
	const struct entry_list *entries = &layouter->request->index->entries;
	const struct restore_disk *disk = layouter->request->disk;
	const struct restore_ways *ways = layouter->ways;
	struct restore_layout *layout = layouter->layout;
	size_t entry = 0;
	size_t there = 0;
	size_t way = 0;

	for (;;) {
		const char *next_entry = entry < entries->count ?
		    entries->list[entry].name : NULL;
		const char *next_disk = there < disk->count ?
		    disk->list[there].name : NULL;
		const char *next_way = way < ways->count ?
		    ways->list[way].name : NULL;
		const char *name = first_of(next_way, first_of(next_entry,
		    next_disk));

		if (name == NULL)
			return;
		struct restore_node *node = &layout->nodes[layout->count++];

		node->name = name;
		node->entry = take(name, next_entry, &entry);
		node->disk = take(name, next_disk, &there);
		node->way = take(name, next_way, &way);
		if (node->entry != RESTORE_NONE)
			layout->of_entries[node->entry] = layout->count - 1;
	}
}

/* Finds for each node the directory it is in, and what lies below it. */
static void
find_parents(struct restore_layout *layout)
{
	size_t open = 0;

	layout->nodes[0].parent = RESTORE_NONE;
	for (size_t i = 1; i < layout->count; i++) {
		/* The first is the target, and above all. */
		while (open != 0 && !entry_is_at_or_below(
		    layout->nodes[i].name, layout->nodes[open].name))
			open = layout->nodes[open].parent;
		layout->nodes[i].parent = open;
		open = i;
	}
	for (size_t i = layout->count; i-- > 0;) {
		struct restore_node *node = &layout->nodes[i];

		if (node->end < i + 1)
			node->end = i + 1;
		if (node->parent != RESTORE_NONE &&
		    layout->nodes[node->parent].end < node->end)
			layout->nodes[node->parent].end = node->end;
	}
}

/* Decides where what will be there comes from. */
static void
find_source(const struct layouter *layouter, struct restore_node *node)
{
	const bool on_disk = node->disk != RESTORE_NONE;

	if (node->entry == RESTORE_NONE && !on_disk) {
		node->source = layouter->ways->list[node->way].there ?
		    RESTORE_WAY : RESTORE_PLAIN;
		return;
	}
	const enum restore_action action = node->entry == RESTORE_NONE ?
	    RESTORE_SKIP : layouter->plan->steps[node->entry].action;

	if (action != RESTORE_SKIP && action != RESTORE_KEEP) {
		node->source = RESTORE_ENTRY;
		node->changed = true;
	} else if (on_disk && !layouter->removed[node->disk]) {
		node->source = RESTORE_CARRIED;
	} else {
		node->source = RESTORE_ABSENT;
		node->changed = on_disk;
	}
}

/* Returns the mount that the directory node lies on, or is. */
static uint64_t
mount_of(const struct layouter *layouter, const struct restore_node *node)
{
	while (node->disk == RESTORE_NONE && (node->way == RESTORE_NONE ||
	    !layouter->ways->list[node->way].there))
		node = &layouter->layout->nodes[node->parent];
	if (node->disk != RESTORE_NONE)
		return (layouter->request->disk->list[node->disk].mount);
	return (layouter->ways->list[node->way].mount);
}

/* Whether node is a directory and will be one. */
static bool
remains_directory(const struct layouter *layouter,
    const struct restore_node *node)
{
	const struct restore_request *request = layouter->request;

	return (node->disk != RESTORE_NONE &&
	    request->disk->list[node->disk].kind == ENTRY_DIRECTORY &&
	    (node->source == RESTORE_CARRIED ||
	    (node->source == RESTORE_ENTRY && request->index->
	    entries.list[node->entry].kind == ENTRY_DIRECTORY)));
}

/* Decides whether node, by itself, cannot be exchanged. */
static bool
is_fixed(const struct layouter *layouter, const struct restore_node *node)
{
	if (node->source == RESTORE_WAY)
		return (true);
	const struct restore_node *parent =
	    &layouter->layout->nodes[node->parent];

	if (!remains_directory(layouter, node))
		return (false);
	if (layouter->request->disk->list[node->disk].immovable)
		return (true);
	if (mount_of(layouter, node) != mount_of(layouter, parent))
		return (true);
	return (parent->source == RESTORE_WAY &&
	    !layouter->ways->list[parent->way].writable);
}

/* Tells each directory what becomes of what is in it, from the deepest up. */
static void
tell_parents(const struct layouter *layouter)
{
	struct restore_layout *layout = layouter->layout;

	for (size_t i = layout->count; i-- > 1;) {
		struct restore_node *node = &layout->nodes[i];
		struct restore_node *parent = &layout->nodes[node->parent];

		if (node->source == RESTORE_PLAIN && node->below > 0)
			node->changed = true;
		if (is_fixed(layouter, node))
			node->stays = true;
		if (node->stays)
			parent->stays = true;
		if (node->changed || node->below > 0)
			parent->below++;
	}
	layout->nodes[0].stays = true;
}

/* Whether node is a directory that stands, and only itself changes. */
static bool
is_setting(const struct layouter *layouter, const struct restore_node *node)
{
	return (node->changed && node->below == 0 &&
	    node->entry != RESTORE_NONE &&
	    layouter->plan->steps[node->entry].action == RESTORE_ATTRIBUTES);
}

/* Finds the units, from the top down. */
static void
find_units(const struct layouter *layouter)
{
	struct restore_layout *layout = layouter->layout;

	for (size_t i = 0; i < layout->count;) {
		const struct restore_node *node = &layout->nodes[i];

		if (!node->changed && node->below == 0) {
			i = node->end;
		} else if (node->stays) {
			if (node->changed)
				layout->settings[layout->setting_count++] = i;
			i++;
		} else if (!node->changed && node->below == 1) {
			i++;
		} else {
			if (is_setting(layouter, node))
				layout->settings[layout->setting_count++] = i;
			else
				layout->units[layout->unit_count++] = i;
			i = node->end;
		}
	}
}

void
restore_layout_make(const struct restore_request *request,
    const struct restore_plan *plan, const struct restore_ways *ways,
    struct restore_layout *layout)
{
	const struct layouter layouter = { .request = request, .plan = plan,
	    .ways = ways, .layout = layout,
	    .removed = memory_make(request->disk->count, sizeof(bool)) };
	const size_t room = request->index->entries.count +
	    request->disk->count + ways->count;

	*layout = (struct restore_layout){
	    .nodes = memory_make(room, sizeof(*layout->nodes)),
	    .units = memory_make(room, sizeof(size_t)),
	    .settings = memory_make(room, sizeof(size_t)),
	    .of_entries = memory_make(request->index->entries.count,
	    sizeof(size_t)) };
	for (size_t i = 0; i < plan->removal_count; i++)
		layouter.removed[plan->removals[i]] = true;
	merge_lists(&layouter);
	find_parents(layout);
	for (size_t i = 0; i < layout->count; i++)
		find_source(&layouter, &layout->nodes[i]);
	tell_parents(&layouter);
	find_units(&layouter);
	free(layouter.removed);
}

void
restore_layout_release(struct restore_layout *layout)
{
	free(layout->nodes);
	free(layout->units);
	free(layout->settings);
	free(layout->of_entries);
	*layout = (struct restore_layout){ 0 };
}

size_t
restore_layout_unit(const struct restore_layout *layout, size_t node)
{
	size_t low = 0;
	size_t high = layout->unit_count;

	while (low < high) {
		const size_t middle = low + (high - low) / 2;
		const size_t first = layout->units[middle];

		if (node >= first && node < layout->nodes[first].end)
			return (middle);
		if (node < first)
			high = middle;
		else
			low = middle + 1;
	}
	return (RESTORE_NONE);
}

/* Whether we may make something in the directory node, which is there. */
static bool
is_writable(const struct restore_request *request,
    const struct restore_ways *ways, const struct restore_node *node)
{
	if (request->privileged)
		return (true);
	if (node->disk == RESTORE_NONE)
		return (ways->list[node->way].writable);
	const struct restore_there *there = &request->disk->list[node->disk];

	return (there->uid == request->uid && (there->mode & 0300) == 0300);
}

const char *
restore_layout_place(const struct restore_request *request,
    const struct restore_ways *ways, const struct restore_layout *layout,
    size_t directory)
{
	struct restore_layout borrowed = *layout;
	const struct layouter layouter = { .request = request, .ways = ways,
	    .layout = &borrowed };
	const struct restore_node *at = &layout->nodes[directory];
	const struct restore_node *place = at;
	const uint64_t mount = mount_of(&layouter, at);

	for (;;) {
		if (is_writable(request, ways, at))
			place = at;
		if (at->parent == RESTORE_NONE)
			break;
		at = &layout->nodes[at->parent];
		if (mount_of(&layouter, at) != mount)
			break;
	}
	return (place->name);
}
