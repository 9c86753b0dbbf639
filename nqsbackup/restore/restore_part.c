#include <config.h>

#include "restore_part.h"

#include <sys/types.h>

#include <string.h>

#include "../../libcore/base/memory.h"
#include "../../libcore/base/text.h"
#include "../tree/entry.h"
#include "../tree/selection.h"

/* Returns the number of the directory that entry lies in, or -1. */
static ssize_t
find_parent(const struct entry_list *entries, const struct entry *entry)
{
	const char *slash = strrchr(entry->name, '/');
	struct text parent = { 0 };

	if (slash == NULL)
		return (-1);
	text_add_bytes(&parent, entry->name, (size_t)(slash - entry->name));
	const ssize_t number = entry_list_find(entries, text_string(&parent));

	text_release(&parent);
	return (number);
}

unsigned char *
restore_part_find(const struct entry_list *entries, char *const *patterns)
{
	unsigned char *parts = memory_make(entries->count, sizeof(*parts));

	for (size_t i = 0; i < entries->count; i++) {
		/* Of an implied directory nothing is known but its name. */
		if (selection_has(patterns, entries->list[i].name))
			parts[i] = entries->list[i].implied ?
			    RESTORE_PART_NEEDED : RESTORE_PART_SELECTED;
	}
	if (patterns[0] == NULL)
		return (parts);
	/* Backwards, so that a needed directory needs its own in turn. */
	for (size_t i = entries->count; i-- > 0;) {
		if (parts[i] == RESTORE_PART_NONE)
			continue;
		const ssize_t parent = find_parent(entries,
		    &entries->list[i]);

		if (parent != -1 && parts[parent] == RESTORE_PART_NONE)
			parts[parent] = RESTORE_PART_NEEDED;
	}
	return (parts);
}
