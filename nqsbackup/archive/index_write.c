#include <config.h>

#include <inttypes.h>
#include <string.h>

#include "../../libcore/base/clock.h"
#include "../../libcore/base/text.h"
#include "../base/word.h"
#include "../tree/entry.h"
#include "../tree/traits.h"
#include "index.h"

enum { PIECE_SIZE = 64 * 1024 };

/* What comes one after the other; each but the head has many lines. */
enum stage {
	STAGE_HEAD,
	STAGE_MEMBERS,
	STAGE_TRAITS,
	STAGE_NAMES,
	STAGE_ENTRIES,
	STAGE_END,
	STAGE_NONE
};

/* Adds a blank and the number; half of all that is written is numbers. */
static void
add_number(struct text *text, int64_t number)
{
	char digits[24];
	char *place = digits + sizeof(digits);
	uint64_t rest = number < 0 ? 0 - (uint64_t)number : (uint64_t)number;

	do {
		*--place = (char)('0' + rest % 10);
		rest /= 10;
	} while (rest > 0);
	if (number < 0)
		*--place = '-';
	*--place = ' ';
	text_add_bytes(text, place,
	    (size_t)(digits + sizeof(digits) - place));
}

static void
add_map(struct text *text, const struct entry *entry)
{
	size_t count;
	const struct entry_extent *extents = entry_extents(entry, &count);

	text_add(text, " s");
	for (size_t i = 0; i < count; i++)
		text_format(text, "%s%" PRId64 "+%" PRId64,
		    i == 0 ? "" : ",", extents[i].offset, extents[i].length);
}

static void
add_head(const struct index *index, struct text *text)
{
	text_add(text, "nqsbackup-index 2\nformat ");
	text_add(text, index->format == TAR_PAX ? "pax" : "ustar");
	text_format(text, "\ncreated %" PRId64 ".%09" PRId64 "\nhost",
	    index->created / CLOCK_SECOND, index->created % CLOCK_SECOND);
	word_add(text, index->host);
	text_add(text, "\n");
	for (size_t i = 0; i < index->trees.count; i++) {
		text_add(text, "tree");
		word_add(text, index->trees.list[i]);
		text_add(text, "\n");
	}
}

static void
add_member(struct text *text, const struct index_member *member)
{
	text_format(text, "member %" PRId64 " %" PRId64 " %08" PRIx32 "\n",
	    member->offset, member->raw, member->crc);
}

/* Returns how many sets of extended attributes there are. */
static size_t
count_sets(const struct index *index)
{
	const struct traits_pool *pool = index->entries.traits;

	return (pool == NULL ? 0 : traits_pool_count(pool));
}

/* Adds a line for each trait of a set. */
static void
add_traits(struct text *text, const struct traits *traits)
{
	for (size_t i = 0; i < traits->count; i++) {
		const struct traits_item *item = &traits->items[i];

		text_format(text, "extended %zu", traits->number + 1);
		word_add(text, item->name);
		word_add_bytes(text, item->value, item->length);
		text_add(text, "\n");
	}
}

/* Adds the one line of the manifest, and how many lines come. */
static void
add_manifest(struct text *text, const struct index *index)
{
	char digest[DIGEST_TEXT_ROOM];

	digest_show(index->manifest.digest, digest);
	text_format(text, "manifest %" PRId64 " %s\nentries %zu\n",
	    index->manifest.size, digest, index->entries.count);
}

static size_t
number_of(enum entry_kind kind)
{
	static const char kinds[] = { ENTRY_FILE, ENTRY_DIRECTORY,
	    ENTRY_SYMLINK, ENTRY_LINK, ENTRY_BLOCK, ENTRY_CHARACTER };
	size_t number = 0;

	while (number < sizeof(kinds) && kinds[number] != (char)kind)
		number++;
	return (number);
}

static bool
is_same_name(const char *a, const char *b)
{
	return (a == b || strcmp(a == NULL ? "" : a, b == NULL ? "" :
	    b) == 0);
}

/* Whether the attributes of b need not be said behind those of a. */
static bool
is_alike(const struct entry *a, const struct entry *b)
{
	return (a->mode == b->mode && a->uid == b->uid && a->gid == b->gid &&
	    a->changed == b->changed && a->traits == b->traits &&
	    is_same_name(a->owner, b->owner) &&
	    is_same_name(a->group, b->group));
}

/* Adds what only some kinds of entries have. */
static void
add_content(struct text *text, const struct index *index,
    const struct entry *entry)
{
	if (entry->kind == ENTRY_FILE) {
		add_number(text, entry->size);
		if (entry_is_sparse(entry))
			add_map(text, entry);
	} else if (entry->kind == ENTRY_SYMLINK) {
		word_add(text, entry->content.target);
	} else if (entry->kind == ENTRY_LINK) {
		word_add(text, index_link_name(index, entry));
	} else if (entry_is_device(entry->kind)) {
		add_number(text, (int64_t)entry->content.device.major);
		add_number(text, (int64_t)entry->content.device.minor);
	}
}

static void
add_flags(struct text *text, const struct entry *entry)
{
	text_add(text, entry->changed ? " c" : " ");
	if (entry->traits != NULL)
		text_format(text, "x%zu", entry->traits->number + 1);
	else if (!entry->changed)
		text_add(text, "-");
}

/*
 * Adds an entry.  The first in a member and the first of its kind there say
 * all; others leave out what is as it was.
 */
static void
add_entry(struct text *text, const struct index *index,
    const struct entry *entry, struct index_place *place)
{
	const struct entry **last = &place->last[number_of(entry->kind)];
	const bool alike = *last != NULL && is_alike(*last, entry);
	const char kind = (char)entry->kind;
	int64_t seconds = entry->mtime;

	if (alike)
		seconds -= place->before->mtime;
	text_add_bytes(text, &kind, 1);
	add_number(text, seconds);
	add_number(text, entry->mtime_nanoseconds);
	add_content(text, index, entry);
	if (!alike) {
		text_format(text, " %04o %" PRIu32 " %" PRIu32, entry->mode,
		    entry->uid, entry->gid);
		word_add(text, entry->owner);
		word_add(text, entry->group);
		add_flags(text, entry);
	}
	text_add_bytes(text, "\n", 1);
	*last = entry;
	place->before = entry;
}

/* Finds out whether the entry begins in another member than the last. */
static void
go_to_entry(const struct index *index, const struct entry *entry,
    struct index_place *place)
{
	bool moved = false;

	while (place->member + 1 < index->member_count &&
	    index->members[place->member + 1].raw <= entry->at) {
		place->member++;
		moved = true;
	}
	if (moved)
		memset(place->last, 0, sizeof(place->last));
}

/* Goes on to the next stage when this one has no more lines than count. */
static bool
is_through(struct index_place *place, size_t count)
{
	if (place->number < count)
		return (false);
	place->number = 0;
	place->stage++;
	return (true);
}

/* Adds the next line, or lines. */
static void
add_next(const struct index *index, struct index_place *place,
    struct text *text)
{
	const struct entry *list = index->entries.list;

	switch (place->stage) {
	case STAGE_HEAD:
		add_head(index, text);
		place->stage++;
		break;
	case STAGE_MEMBERS:
		if (!is_through(place, index->member_count))
			add_member(text, &index->members[place->number++]);
		break;
	case STAGE_TRAITS:
		if (!is_through(place, count_sets(index)))
			add_traits(text, traits_pool_get(
			    index->entries.traits, place->number++));
		else
			add_manifest(text, index);
		break;
	case STAGE_NAMES:
		if (is_through(place, index->entries.count))
			break;
		index_write_name(list[place->number++].name, text);
		break;
	case STAGE_ENTRIES:
		if (is_through(place, index->entries.count))
			break;
		go_to_entry(index, &list[place->number], place);
		add_entry(text, index, &list[place->number++], place);
		break;
	default:
		text_add(text, "end\n");
		place->stage++;
	}
}

void
index_write_name(const char *name, struct text *text)
{
	word_add_bare(text, name);
	text_add_bytes(text, "\n", 1);
}

bool
index_write(const struct index *index, struct index_place *place,
    struct text *text)
{
	const size_t length = text->length;

	while (place->stage != STAGE_NONE &&
	    text->length - length < PIECE_SIZE)
		add_next(index, place, text);
	return (text->length > length);
}

int64_t
index_measure(const struct index *index, int64_t names)
{
	struct index_place place = { 0 };
	struct text line = { 0 };
	int64_t size = names;

	while (place.stage != STAGE_NONE) {
		if (place.stage == STAGE_NAMES)
			place.stage++;
		text_clear(&line);
		add_next(index, &place, &line);
		size += (int64_t)line.length;
	}
	text_release(&line);
	return (size);
}
