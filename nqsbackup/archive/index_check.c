#include <config.h>

#include <stdlib.h>
#include <string.h>

#include "../../libcore/base/failure.h"
#include "../../libcore/base/memory.h"
#include "../../libcore/system/beneath.h"
#include "../gzip/gzip.h"
#include "../tree/stage_name.h"
#include "index.h"
#include "index_check.h"

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
 * In sorted order an entry comes after all that it lies in, and what it does
 * not lie in is not needed again.
 */
static void
add_above(struct index_checker *checker, const struct entry *entry)
{
	if (checker->count == checker->room) {
		checker->room = checker->room == 0 ? 32 : 2 * checker->room;
		checker->above = memory_resize(checker->above, checker->room,
		    sizeof(*checker->above));
	}
	checker->above[checker->count++] = (struct index_above){
	    .name = entry->name, .length = strlen(entry->name),
	    .directory = entry->kind == ENTRY_DIRECTORY };
}

/* Returns the nearest entry that name lies in, or NULL. */
static const struct index_above *
find_above(struct index_checker *checker, const char *name)
{
	while (checker->count > 0) {
		const struct index_above *above =
		    &checker->above[checker->count - 1];

		if (strncmp(name, above->name, above->length) == 0 &&
		    name[above->length] == '/')
			return (above);
		checker->count--;
	}
	return (NULL);
}

/* Each entry lies right in a directory of the archive, or is a tree. */
static int
check_place(struct index_checker *checker, const struct entry *entry,
    struct failure *why)
{
	const struct index_above *above = find_above(checker, entry->name);
	/* What is above was looked at, and so need not be again. */
	const char *rest = entry->name + (above == NULL ? 0 :
	    above->length + 1);

	if (!beneath_path_is_clean(rest) || stage_name_is_in(rest) ||
	    entry_is_at_or_below(entry->name, INDEX_FOLDER))
		return (refuse(entry, why, "is not a lawful name"));
	if (above != NULL && !above->directory)
		return (refuse(entry, why, "lies in what is no directory"));
	const bool inside = above != NULL && strchr(rest, '/') == NULL;

	/* What is no directory is there only to be refused as one above. */
	add_above(checker, entry);
	return (inside || words_has(&checker->index->trees, entry->name) ? 0 :
	    refuse(entry, why, "lies in no tree"));
}

static int
check_pieces(const struct entry *entry, struct failure *why)
{
	size_t count;
	const struct entry_extent *extents = entry_extents(entry, &count);
	int64_t end = 0;

	for (size_t i = 0; i < count; i++) {
		const struct entry_extent *extent = &extents[i];

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
	    entry_is_same_time(a, b));
}

/* A link is a further name of a file that comes before it. */
static int
check_link(const struct index *index, size_t number, struct failure *why)
{
	const struct entry *list = index->entries.list;
	const struct entry *entry = &list[number];

	if (entry->kind == ENTRY_LINK && (entry->content.first >= number ||
	    list[entry->content.first].kind != ENTRY_FILE ||
	    !has_same_attributes(entry, &list[entry->content.first])))
		return (refuse(entry, why, "is no further name of a file"));
	return (0);
}

static int
check_entry(const struct entry *entry, struct failure *why)
{
	if (entry->size > SIZE_LIMIT)
		return (refuse(entry, why, "is too large"));
	if (entry->kind == ENTRY_SYMLINK && entry->content.target[0] == '\0')
		return (refuse(entry, why, "links to nothing"));
	if (entry->kind == ENTRY_LINK && entry->traits != NULL)
		return (refuse(entry, why, "has attributes of its own"));
	return (check_pieces(entry, why));
}

/* Entries stand one behind the other, without anything between them. */
static int
place_entry(struct index_checker *checker, struct entry *entry,
    const char *link, struct failure *why)
{
	entry->at = checker->at;
	checker->at += (int64_t)tar_header_length(entry, link,
	    checker->index->format) + tar_padded(entry_data_size(entry));
	if (checker->at > checker->raw)
		return (refuse(entry, why, "lies behind the end"));
	return (0);
}

int
index_check_next(struct index_checker *checker, struct entry *entry,
    const char *link, struct failure *why)
{
	if (check_entry(entry, why) == -1 ||
	    check_place(checker, entry, why) == -1)
		return (-1);
	return (place_entry(checker, entry, link, why));
}

/* Sets *lines to how long the manifest's text has to be. */
static int
check_entries(struct index *index, int64_t raw, int64_t *lines,
    struct failure *why)
{
	struct index_checker checker = { .index = index, .raw = raw };
	int rc = 0;

	*lines = 0;
	for (size_t i = 0; i < index->entries.count && rc == 0; i++) {
		struct entry *entry = &index->entries.list[i];

		if (i > 0 && entry_compare_names(entry[-1].name,
		    entry->name) >= 0)
			rc = refuse(entry, why, "is not in order");
		if (rc == 0)
			rc = check_link(index, i, why);
		if (rc == 0)
			rc = index_check_next(&checker, entry,
			    index_link_name(index, entry), why);
		*lines += (int64_t)index_manifest_length(entry);
	}
	free(checker.above);
	index->manifest.at = checker.at;
	return (rc);
}

int
index_check_members(const struct index *index, int64_t offset, int64_t raw,
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
check_manifest(struct index *index, int64_t raw, int64_t lines,
    struct failure *why)
{
	struct entry *manifest = &index->manifest;
	struct index_checker checker = { .index = index, .raw = raw,
	    .at = manifest->at };

	if (manifest->size != lines)
		return (refuse(manifest, why, "has a wrong size"));
	if (place_entry(&checker, manifest, NULL, why) == -1)
		return (-1);
	if (checker.at != raw || index->members[index_find_member(index,
	    manifest->at)].raw != manifest->at)
		return (refuse(manifest, why, "has a wrong place"));
	return (0);
}

int
index_check_trees(const struct index *index, struct failure *why)
{
	for (size_t i = 0; i < index->trees.count; i++) {
		if (!beneath_path_is_clean(index->trees.list[i])) {
			failure_set(why, EXITCODE_DATA, "the index is "
			    "damaged: '%s' is not a lawful tree",
			    index->trees.list[i]);
			return (-1);
		}
	}
	return (0);
}

int
index_check(struct index *index, int64_t offset, int64_t raw,
    struct failure *why)
{
	int64_t lines;

	index->raw = raw;
	if (index_check_trees(index, why) == -1 ||
	    check_entries(index, raw, &lines, why) == -1 ||
	    index_check_members(index, offset, raw, why) == -1)
		return (-1);
	return (check_manifest(index, raw, lines, why));
}
