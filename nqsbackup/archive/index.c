#include <config.h>

#include "index.h"

#include <stdlib.h>

#include "../../libcore/base/clock.h"
#include "../../libcore/base/memory.h"
#include "../tree/name_pool.h"

void
index_release(struct index *index)
{
	free(index->host);
	words_release(&index->trees);
	free(index->members);
	entry_list_release(&index->entries);
	entry_release(&index->manifest);
	name_pool_free(index->owners);
	free(index->names);
	*index = (struct index){ 0 };
}

struct name_pool *
index_owners(struct index *index)
{
	if (index->owners == NULL)
		index->owners = name_pool_make();
	return (index->owners);
}

struct index_member *
index_add_member(struct index *index)
{
	if (index->member_count == index->member_room) {
		index->member_room = index->member_room == 0 ? 64 :
		    2 * index->member_room;
		index->members = memory_resize(index->members,
		    index->member_room, sizeof(*index->members));
	}
	return (&index->members[index->member_count++]);
}

size_t
index_find_member(const struct index *index, int64_t raw)
{
	size_t low = 0;
	size_t high = index->member_count;

	while (high - low > 1) {
		const size_t middle = low + (high - low) / 2;

		if (index->members[middle].raw <= raw)
			low = middle;
		else
			high = middle;
	}
	return (low);
}

const char *
index_link_name(const struct index *index, const struct entry *entry)
{
	if (entry->kind != ENTRY_LINK)
		return (NULL);
	return (index->entries.list[entry->content.first].name);
}

const struct entry *
index_content(const struct index *index, const struct entry *entry)
{
	if (entry->kind != ENTRY_LINK)
		return (entry);
	return (&index->entries.list[entry->content.first]);
}

void
index_begin_manifest(struct index *index)
{
	struct entry *manifest = &index->manifest;

	entry_release(manifest);
	manifest->name = memory_copy_string(INDEX_MANIFEST);
	manifest->kind = ENTRY_FILE;
	manifest->mode = 0600;
	manifest->mtime = index->created / CLOCK_SECOND;
}
