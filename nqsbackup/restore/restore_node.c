#include <config.h>

#include "restore_node.h"

#include <string.h>

#include "../archive/index.h"
#include "restore_disk.h"
#include "restore_plan.h"
#include "restore_request.h"
#include "restore_ways.h"

/* Returns whichever name comes first; NULL is the end of a list. */
static const char *
first_of(const char *a, const char *b)
{
	if (a == NULL || b == NULL)
		return (a == NULL ? b : a);
	return (entry_compare_names(a, b) <= 0 ? a : b);
}

static uint32_t
take(const char *name, const char *next, uint32_t *number)
{
	if (next == NULL || (next != name && strcmp(name, next) != 0))
		return ((uint32_t)RESTORE_NONE);
	return ((*number)++);
}

/* Takes the next name of the three sorted lists; returns which other it is. */
static uint32_t
take_name(const struct restore_lists *lists, struct restore_spot *spot,
    struct restore_node *node)
{
	const struct entry_list *entries = &lists->request->index->entries;
	const struct restore_disk *disk = lists->request->disk;
	const struct restore_ways *ways = lists->ways;
	const char *entry = spot->entry < entries->count ?
	    entries->list[spot->entry].name : NULL;
	const char *other = spot->other < disk->other_count ?
	    disk->others[spot->other].name : NULL;
	const char *way = spot->way < ways->count ?
	    ways->list[spot->way].name : NULL;
	const char *name = first_of(way, first_of(entry, other));

	*node = (struct restore_node){ .name = name };
	node->entry = take(name, entry, &spot->entry);
	node->way = take(name, way, &spot->way);
	return (take(name, other, &spot->other));
}

/* Decides where what will be there comes from. */
static void
find_source(const struct restore_lists *lists, uint32_t other,
    struct restore_node *node)
{
	const enum restore_action action = node->entry == RESTORE_NONE ?
	    RESTORE_SKIP : lists->plan->actions[node->entry];

	if (node->entry == RESTORE_NONE && node->there == NULL) {
		node->source = lists->ways->list[node->way].there ?
		    RESTORE_WAY : RESTORE_PLAIN;
	} else if (action != RESTORE_SKIP && action != RESTORE_KEEP) {
		node->source = RESTORE_ENTRY;
		node->changed = true;
	} else if (node->there != NULL && (other == RESTORE_NONE ||
	    !lists->plan->removed[other])) {
		node->source = RESTORE_CARRIED;
	} else {
		node->source = RESTORE_ABSENT;
		node->changed = node->there != NULL;
	}
}

bool
restore_node_next(const struct restore_lists *lists,
    struct restore_spot *spot, struct restore_node *node)
{
	const struct restore_disk *disk = lists->request->disk;
	const uint32_t other = take_name(lists, spot, node);

	if (node->name == NULL)
		return (false);
	const bool archived = node->entry != RESTORE_NONE &&
	    lists->request->index->entries.list[node->entry].kind ==
	    ENTRY_DIRECTORY;

	if (other != RESTORE_NONE)
		node->there = &disk->others[other].there;
	else if (node->entry != RESTORE_NONE)
		node->there = restore_disk_at(disk, node->entry);
	find_source(lists, other, node);
	node->was_directory = node->there != NULL &&
	    node->there->kind == ENTRY_DIRECTORY;
	node->is_directory = node->source == RESTORE_PLAIN ||
	    (node->source == RESTORE_ENTRY && archived) ||
	    (node->source == RESTORE_CARRIED && node->was_directory);
	node->kept = node->was_directory || archived ||
	    node->way != RESTORE_NONE;
	if (node->kept)
		spot->node++;
	node->end = *spot;
	return (true);
}
