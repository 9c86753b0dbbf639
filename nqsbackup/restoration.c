#include <config.h>

#include "restoration.h"

#include <stdio.h>
#include <string.h>

#include "index.h"
#include "restore_plan.h"
#include "restore_request.h"
#include "restore_stage.h"

const struct entry *
restoration_entry(const struct restoration *restoration, size_t number)
{
	return (&restoration->request->index->entries.list[number]);
}

void
restoration_name(size_t number, char string[RESTORATION_NAME_ROOM])
{
	(void)snprintf(string, RESTORATION_NAME_ROOM, "%zu", number);
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

int
restoration_stage(const struct restoration *restoration, size_t number,
    struct failure *why)
{
	return (restore_stage_open(restoration->stages, find_tree(restoration,
	    restoration_entry(restoration, number)), why));
}
