#include <config.h>

#include <stdlib.h>
#include <string.h>

#include "../../libcore/base/failure.h"
#include "../../libcore/base/memory.h"
#include "../../libcore/system/beneath.h"
#include "../gzip/gzip.h"
#include "../tree/stage_name.h"
#include "index.h"

/* Sizes up to this leave room for sums of a few of them. */
#define SIZE_LIMIT	(INT64_MAX / 16)

static int
refuse(const struct entry *entry, struct failure *why, const char *what)
{
	failure_set(why, EXITCODE_DATA, "the index is damaged: '%s' %s",
	    entry->name, what);
	return (-1);
}

/*
 * The entries above the one in work, the nearest last.  In sorted order an
 * entry comes after all that it lies in, and what it does not lie in is not
 * needed again.
 */
struct ancestors {
	size_t	*numbers;
	size_t	 count;
	size_t	 room;
};

static void
ancestors_add(struct ancestors *ancestors, size_t number)
{
	if (ancestors->count == ancestors->room) {
		ancestors->room = ancestors->room == 0 ? 32 :
		    2 * ancestors->room;
		ancestors->numbers = memory_resize(ancestors->numbers,
		    ancestors->room, sizeof(*ancestors->numbers));
	}
	ancestors->numbers[ancestors->count++] = number;
}

/* Returns the nearest entry that entry lies in, or NULL. */
static const struct entry *
find_ancestor(struct ancestors *ancestors, const struct index *index,
    const struct entry *entry)
{
	while (ancestors->count > 0) {
		const struct entry *above = &index->entries.list[
		    ancestors->numbers[ancestors->count - 1]];

		if (entry_is_at_or_below(entry->name, above->name))
			return (above);
		ancestors->count--;
	}
	return (NULL);
}

/* Each entry lies right in a directory of the archive, or is a tree. */
static int
check_place(const struct index *index, struct ancestors *ancestors,
    size_t number, struct failure *why)
{
	const struct entry *entry = &index->entries.list[number];
	const struct entry *above = find_ancestor(ancestors, index, entry);

	if (!beneath_path_is_clean(entry->name) ||
	    entry_is_at_or_below(entry->name, INDEX_FOLDER) ||
	    stage_name_is_in(entry->name))
		return (refuse(entry, why, "is not a lawful name"));
	if (above != NULL && above->kind != ENTRY_DIRECTORY)
		return (refuse(entry, why, "lies in what is no directory"));
	ancestors_add(ancestors, number);
	if (above != NULL && strchr(entry->name + strlen(above->name) + 1,
	    '/') == NULL)
		return (0);
	if (!words_has(&index->trees, entry->name))
		return (refuse(entry, why, "lies in no tree"));
	return (0);
}

static int
check_pieces(const struct entry *entry, struct failure *why)
{
	int64_t end = 0;

	for (size_t i = 0; i < entry->extent_count; i++) {
		const struct entry_extent *extent = &entry->extents[i];

		if (extent->offset < end || extent->length <= 0 ||
		    extent->length > entry->size ||
		    extent->offset > entry->size - extent->length)
			return (refuse(entry, why, "has a wrong piece"));
		end = extent->offset + extent->length;
	}
	return (0);
}

static bool
has_same_attributes(const struct entry *a, const struct entry *b)
{
	return (a->mode == b->mode && a->uid == b->uid && a->gid == b->gid &&
	    a->mtime.tv_sec == b->mtime.tv_sec &&
	    a->mtime.tv_nsec == b->mtime.tv_nsec);
}

static int
check_entry(const struct index *index, size_t number, struct failure *why)
{
	const struct entry *list = index->entries.list;
	const struct entry *entry = &list[number];

	if (number > 0 &&
	    entry_compare_names(list[number - 1].name, entry->name) >= 0)
		return (refuse(entry, why, "is not in order"));
	if (entry->size > SIZE_LIMIT)
		return (refuse(entry, why, "is too large"));
	if (entry->kind == ENTRY_SYMLINK && entry->target[0] == '\0')
		return (refuse(entry, why, "links to nothing"));
	if (entry->kind == ENTRY_LINK && (entry->first >= number ||
	    list[entry->first].kind != ENTRY_FILE ||
	    !has_same_attributes(entry, &list[entry->first])))
		return (refuse(entry, why, "is no further name of a file"));
	if (entry->kind == ENTRY_LINK && entry->traits != NULL)
		return (refuse(entry, why, "has attributes of its own"));
	return (check_pieces(entry, why));
}

/*
 * Entries stand one behind the other, without anything between them: *at is
 * where this one begins, and then where it ends.
 */
static int
place_entry(struct index *index, struct entry *entry, int64_t raw,
    int64_t *at, struct failure *why)
{
	entry->at = *at;
	*at += (int64_t)tar_header_length(entry, index_link_name(index,
	    entry), index->format) + tar_padded(entry_data_size(entry));
	if (*at > raw)
		return (refuse(entry, why, "lies behind the end"));
	return (0);
}

static int
check_entries(struct index *index, int64_t raw, struct failure *why)
{
	struct ancestors ancestors = { 0 };
	int64_t at = 0;
	int rc = 0;

	for (size_t i = 0; i < index->entries.count && rc == 0; i++) {
		rc = check_entry(index, i, why);
		if (rc == 0)
			rc = check_place(index, &ancestors, i, why);
		if (rc == 0)
			rc = place_entry(index, &index->entries.list[i], raw,
			    &at, why);
	}
	free(ancestors.numbers);
	index->manifest.at = at;
	return (rc);
}

static int
check_members(const struct index *index, int64_t offset, int64_t raw,
    struct failure *why)
{
	for (size_t i = 0; i < index->member_count; i++) {
		const struct index_member *member = &index->members[i];
		const bool last = i + 1 == index->member_count;
		const int64_t next = last ? offset : member[1].offset;
		const int64_t next_raw = last ? raw : member[1].raw;

		if ((i == 0 && (member->offset != 0 || member->raw != 0)) ||
		    next <= member->offset ||
		    next - member->offset > GZIP_PACKED_LIMIT ||
		    next_raw <= member->raw ||
		    next_raw - member->raw > GZIP_MEMBER_LIMIT) {
			failure_set(why, EXITCODE_DATA, "the index is "
			    "damaged: member %zu has a wrong place", i);
			return (-1);
		}
	}
	if (index->member_count == 0) {
		failure_set(why, EXITCODE_DATA,
		    "the index is damaged: it has no members");
		return (-1);
	}
	return (0);
}

/* The manifest comes last: it begins a member, and the index follows it. */
static int
check_manifest(struct index *index, int64_t raw, struct failure *why)
{
	struct entry *manifest = &index->manifest;
	int64_t at = manifest->at;
	int64_t size = 0;

	for (size_t i = 0; i < index->entries.count; i++)
		size += (int64_t)index_manifest_length(
		    &index->entries.list[i]);
	if (manifest->size != size)
		return (refuse(manifest, why, "has a wrong size"));
	if (place_entry(index, manifest, raw, &at, why) == -1)
		return (-1);
	if (at != raw || index->members[index_find_member(index,
	    manifest->at)].raw != manifest->at)
		return (refuse(manifest, why, "has a wrong place"));
	return (0);
}

int
index_check(struct index *index, int64_t offset, int64_t raw,
    struct failure *why)
{
	for (size_t i = 0; i < index->trees.count; i++) {
		if (!beneath_path_is_clean(index->trees.list[i])) {
			failure_set(why, EXITCODE_DATA, "the index is "
			    "damaged: '%s' is not a lawful tree",
			    index->trees.list[i]);
			return (-1);
		}
	}
	index->raw = raw;
	if (check_entries(index, raw, why) == -1 ||
	    check_members(index, offset, raw, why) == -1)
		return (-1);
	return (check_manifest(index, raw, why));
}
