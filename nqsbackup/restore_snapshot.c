#include <config.h>

#include "restore_snapshot.h"

#include "../libcore/base/failure.h"
#include "folder.h"
#include "index.h"
#include "interrupt.h"
#include "restore_attributes.h"
#include "restore_plan.h"
#include "restore_request.h"
#include "scan.h"
#include "selection.h"
#include "tally.h"

static int
scan_trees(int root, const struct index *index, struct entry_list *disk,
    struct failure *why)
{
	struct tally tally = { 0 };

	for (size_t i = 0; i < index->trees.count; i++) {
		if (scan_tree(root, index->trees.list[i], disk, &tally,
		    why) == -1)
			return (-1);
	}
	if (tally.troubles == 0)
		return (0);
	failure_set(why, EXITCODE_FAILED,
	    "%zu things in the target cannot be looked at", tally.troubles);
	return (-1);
}

/*
 * Whether the file there has all that entry, with its content, would get,
 * so that only its data can still differ.
 */
static bool
may_be_same(const struct restore_request *request, const struct entry *entry,
    const struct entry *there)
{
	const struct entry *content = index_content(request->index, entry);

	return (content->kind == ENTRY_FILE && there->kind == ENTRY_FILE &&
	    content->size == there->size &&
	    restore_attributes_is_same(request, content, there) &&
	    selection_has(request->patterns, entry->name));
}

int
restore_snapshot_make(int root, const struct restore_request *request,
    struct entry_list *disk, struct failure *why)
{
	const struct entry_list *entries = &request->index->entries;
	struct folder folder;
	int rc = scan_trees(root, request->index, disk, why);

	if (rc == -1)
		return (-1);
	entry_list_sort(disk);
	folder_start(&folder, root);
	for (size_t i = 0; i < disk->count && rc == 0; i++) {
		struct entry *there = &disk->list[i];
		const ssize_t number = entry_list_find(entries, there->name);

		/* What cannot be read is written anew. */
		if (number != -1 && may_be_same(request,
		    &entries->list[number], there))
			(void)scan_digest(&folder, there);
		rc = interrupt_check(why);
	}
	folder_close(&folder);
	return (rc);
}
