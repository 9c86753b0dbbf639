#include <config.h>

#include "restore_layout.h"

#include <stdlib.h>

#include "../../libcore/base/memory.h"
#include "../archive/index.h"
#include "restore_disk.h"
#include "restore_plan.h"
#include "restore_request.h"
#include "restore_ways.h"

/* Adds node to those that are kept. */
static void
keep_node(struct restore_layout *layout, const struct restore_node *node)
{
	layout->nodes = memory_grow(layout->nodes, layout->count,
	    sizeof(*layout->nodes));
	layout->nodes[layout->count++] = *node;
}

/*
 * Ends the directories from open up to the one that name is in, which is
 * returned; the first is the target, and above all.
 */
static uint32_t
leave(struct restore_layout *layout, uint32_t open, const char *name,
    const struct restore_spot *here)
{
	while (open != 0 && !entry_is_at_or_below(name,
	    layout->nodes[open].name)) {
		layout->nodes[open].end = *here;
		open = layout->nodes[open].parent;
	}
	return (open);
}

/* Keeps all directories, and tells them of the other things in them. */
static void
make_nodes(struct restore_layout *layout)
{
	struct restore_spot at = { 0 };
	struct restore_spot before = { 0 };
	struct restore_node node;
	uint32_t open = 0;

	while (restore_node_next(&layout->lists, &at, &node)) {
		open = leave(layout, open, node.name, &before);
		node.parent = layout->count == 0 ? (uint32_t)RESTORE_NONE :
		    open;
		if (node.kept) {
			open = (uint32_t)layout->count;
			keep_node(layout, &node);
		} else if (node.changed) {
			layout->nodes[open].below++;
		}
		before = at;
	}
	/* Nothing else is below the empty name. */
	open = leave(layout, open, "", &before);
	layout->nodes[open].end = before;
}

/* Returns the mount that the directory node lies on, or is. */
static uint64_t
mount_of(const struct restore_layout *layout, const struct restore_node *node)
{
	const struct restore_lists *lists = &layout->lists;

	while (!node->was_directory && (node->way == RESTORE_NONE ||
	    !lists->ways->list[node->way].there))
		node = &layout->nodes[node->parent];
	if (node->was_directory)
		return (restore_disk_directory(lists->request->disk,
		    node->there)->mount);
	return (lists->ways->list[node->way].mount);
}

/* Decides whether node, by itself, cannot be exchanged. */
static bool
is_fixed(const struct restore_layout *layout, const struct restore_node *node)
{
	if (node->source == RESTORE_WAY)
		return (true);
	const struct restore_node *parent = &layout->nodes[node->parent];

	if (!node->was_directory || !node->is_directory)
		return (false);
	if (node->there->immovable)
		return (true);
	if (mount_of(layout, node) != mount_of(layout, parent))
		return (true);
	return (parent->source == RESTORE_WAY &&
	    !layout->lists.ways->list[parent->way].writable);
}

/*
 * Tells each directory what becomes of the directories in it, from the deepest
 * up.
 */
static void
tell_parents(struct restore_layout *layout)
{
	for (size_t i = layout->count; i-- > 1;) {
		struct restore_node *node = &layout->nodes[i];
		struct restore_node *parent = &layout->nodes[node->parent];

		if (node->source == RESTORE_PLAIN && node->below > 0)
			node->changed = true;
		if (is_fixed(layout, node))
			node->stays = true;
		if (node->stays)
			parent->stays = true;
		if (node->changed || node->below > 0)
			parent->below++;
	}
	layout->nodes[0].stays = true;
}

static void
add_unit(struct restore_layout *layout, const struct restore_spot *begin,
    const struct restore_node *node)
{
	layout->units = memory_grow(layout->units, layout->unit_count,
	    sizeof(*layout->units));
	layout->units[layout->unit_count++] = (struct restore_unit){
	    .node = *node, .begin = *begin };
}

static void
add_setting(struct restore_layout *layout, const struct restore_spot *at)
{
	layout->settings[layout->setting_count++] = at->node;
}

/* Whether node is a directory that stands, and only itself changes. */
static bool
is_setting(const struct restore_layout *layout,
    const struct restore_node *node)
{
	return (node->changed && node->below == 0 &&
	    node->entry != RESTORE_NONE && layout->lists.plan->
	    actions[node->entry] == RESTORE_ATTRIBUTES);
}

/* Finds the units, from the top down. */
static void
find_units(struct restore_layout *layout)
{
	struct restore_walk walk = { .layout = layout,
	    .end = layout->nodes[0].end };
	struct restore_spot before = walk.at;
	struct restore_node node;

	layout->settings = memory_make(layout->count, sizeof(size_t));
	for (; restore_layout_next(&walk, &node); before = walk.at) {
		if (!node.changed && node.below == 0) {
			walk.at = node.end;
		} else if (node.stays) {
			if (node.changed)
				add_setting(layout, &before);
		} else if (node.changed || node.below > 1) {
			if (is_setting(layout, &node))
				add_setting(layout, &before);
			else
				add_unit(layout, &before, &node);
			walk.at = node.end;
		}
	}
}

void
restore_layout_make(const struct restore_lists *lists,
    struct restore_layout *layout)
{
	*layout = (struct restore_layout){ .lists = *lists };
	make_nodes(layout);
	tell_parents(layout);
	find_units(layout);
}

void
restore_layout_release(struct restore_layout *layout)
{
	free(layout->nodes);
	free(layout->units);
	free(layout->settings);
	*layout = (struct restore_layout){ 0 };
}

void
restore_layout_enter(const struct restore_layout *layout,
    const struct restore_unit *unit, struct restore_walk *walk)
{
	*walk = (struct restore_walk){ .layout = layout, .at = unit->begin,
	    .end = unit->node.end, .parent = unit->node.parent };
}

static bool
is_same_spot(const struct restore_spot *a, const struct restore_spot *b)
{
	return (a->entry == b->entry && a->other == b->other &&
	    a->way == b->way);
}

bool
restore_layout_next(struct restore_walk *walk, struct restore_node *node)
{
	const struct restore_layout *layout = walk->layout;
	const struct restore_spot before = walk->at;

	if (is_same_spot(&before, &walk->end))
		return (false);
	while (is_same_spot(&before, &layout->nodes[walk->parent].end))
		walk->parent = layout->nodes[walk->parent].parent;
	(void)restore_node_next(&layout->lists, &walk->at, node);
	node->parent = walk->parent;
	if (node->kept) {
		*node = layout->nodes[before.node];
		walk->parent = before.node;
	}
	return (true);
}

size_t
restore_layout_unit(const struct restore_layout *layout, size_t number)
{
	size_t low = 0;
	size_t high = layout->unit_count;

	while (low < high) {
		const size_t middle = low + (high - low) / 2;
		const struct restore_unit *unit = &layout->units[middle];

		if (number < unit->begin.entry)
			high = middle;
		else if (number < unit->node.end.entry)
			return (middle);
		else
			low = middle + 1;
	}
	return (RESTORE_NONE);
}

/* Whether we may make something in the directory node, which is there. */
static bool
is_writable(const struct restore_lists *lists,
    const struct restore_node *node)
{
	const struct restore_request *request = lists->request;

	if (request->privileged)
		return (true);
	if (!node->was_directory)
		return (lists->ways->list[node->way].writable);
	const struct restore_directory *directory = restore_disk_directory(
	    request->disk, node->there);

	return (directory->uid == request->uid &&
	    (directory->mode & 0300) == 0300);
}

const char *
restore_layout_place(const struct restore_layout *layout, size_t directory)
{
	const struct restore_node *at = &layout->nodes[directory];
	const struct restore_node *place = at;
	const uint64_t mount = mount_of(layout, at);

	for (;;) {
		if (is_writable(&layout->lists, at))
			place = at;
		if (at->parent == RESTORE_NONE)
			break;
		at = &layout->nodes[at->parent];
		if (mount_of(layout, at) != mount)
			break;
	}
	return (place->name);
}
