#include <config.h>

#include "foreign_index.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "../../libcore/base/failure.h"
#include "../../libcore/base/memory.h"
#include "../base/tally.h"
#include "foreign_limits.h"
#include "foreign_trees.h"
#include "index.h"

#define NONE	((size_t)-1)

/*
 * So many bytes of the name of a directory that is only implied count as one
 * more entry.  They are few, for a name that is sent once implies all that are
 * in it: without them it would cost the square of its length.
 */
enum { IMPLIED_UNIT = 32 };

/* The index in the making.  Numbers are those of entries in found. */
struct maker {
	struct entry_list	*found;
	struct index		*index;
	struct tally		*tally;
	struct foreign_use	*use;
	size_t			*order;		/* by name, then number */
	size_t			*contents;	/* of each entry, or NONE */
	size_t			*firsts;	/* in index, of each content */
};

/* What qsort() knows nothing of goes with each number. */
struct ranked {
	const char	*name;
	size_t		 number;
};

static int
compare_ranked(const void *a, const void *b)
{
	const struct ranked *left = a;
	const struct ranked *right = b;
	const int order = entry_compare_names(left->name, right->name);

	if (order != 0)
		return (order);
	return (left->number < right->number ? -1 :
	    left->number > right->number);
}

static void
sort_found(struct maker *maker)
{
	const size_t count = maker->found->count;
	struct ranked *ranked = memory_make(count, sizeof(*ranked));

	for (size_t i = 0; i < count; i++) {
		ranked[i].name = maker->found->list[i].name;
		ranked[i].number = i;
	}
	if (count > 1)
		qsort(ranked, count, sizeof(*ranked), compare_ranked);
	for (size_t i = 0; i < count; i++)
		maker->order[i] = ranked[i].number;
	free(ranked);
}

/* Returns the last entry called name before number, or NONE. */
static size_t
find_before(const struct maker *maker, const char *name, size_t number)
{
	const struct entry *list = maker->found->list;
	const struct ranked wanted = { name, number };
	size_t low = 0;
	size_t high = maker->found->count;

	while (low < high) {
		const size_t middle = low + (high - low) / 2;
		const size_t there = maker->order[middle];
		const struct ranked other = { list[there].name, there };

		if (compare_ranked(&other, &wanted) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	if (low == 0 || strcmp(list[maker->order[low - 1]].name, name) != 0)
		return (NONE);
	return (maker->order[low - 1]);
}

/* Finds what each further name is one of, which comes before it. */
static void
resolve_links(struct maker *maker)
{
	for (size_t i = 0; i < maker->found->count; i++) {
		const struct entry *entry = &maker->found->list[i];

		maker->contents[i] = i;
		if (entry->kind != ENTRY_NAMED_LINK)
			continue;
		const size_t number = find_before(maker,
		    entry->content.target, i);
		const size_t content = number == NONE ? NONE :
		    maker->contents[number];

		maker->contents[i] = content;
		if (content == NONE) {
			tally_trouble(maker->tally, entry->name, "is a "
			    "further name of what is not before it in the "
			    "archive: left out");
		} else if (maker->found->list[content].kind ==
		    ENTRY_DIRECTORY) {
			maker->contents[i] = NONE;
			tally_trouble(maker->tally, entry->name, "is a "
			    "further name of a directory: left out");
		}
	}
}

/*
 * Keeps in order only the last entry of each name, without those that are
 * left out.  Returns how many there are.
 */
static size_t
keep_last(struct maker *maker)
{
	const struct entry *list = maker->found->list;
	size_t kept = 0;

	for (size_t i = 0; i < maker->found->count; i++) {
		const size_t number = maker->order[i];

		if (maker->contents[number] == NONE)
			continue;
		if (kept > 0 && strcmp(list[maker->order[kept - 1]].name,
		    list[number].name) == 0)
			kept--;
		maker->order[kept++] = number;
	}
	return (kept);
}

/* Adds the directories on the way to entry whose names end from from on. */
static int
add_implied(struct maker *maker, const struct entry *below, size_t from,
    struct failure *why)
{
	const char *slash = below->name + from;

	for (; (slash = strchr(slash, '/')) != NULL; slash++) {
		const size_t length = (size_t)(slash - below->name);

		maker->use->units += 1 + (int64_t)(length / IMPLIED_UNIT);
		if (foreign_use_check(maker->use, why) == -1)
			return (-1);
		struct entry *entry = entry_list_add(&maker->index->entries);

		entry->name = memory_copy(below->name, length + 1);
		entry->name[length] = '\0';
		entry->kind = ENTRY_DIRECTORY;
		entry->mode = 0755;
		entry->uid = below->uid;
		entry->gid = below->gid;
		entry->owner = "";
		entry->group = "";
		entry->mtime = below->mtime;
		entry->mtime_nanoseconds = below->mtime_nanoseconds;
		entry->implied = true;
		entry->whole_seconds = true;
	}
	return (0);
}

/* Makes sure that the entry to come lies in a directory, or is a tree. */
static int
prepare_place(struct maker *maker, const struct entry *entry,
    struct failure *why)
{
	const struct entry_list *entries = &maker->index->entries;
	const ssize_t number = entry_list_find_above(entries, entry->name);

	if (number == -1)
		return (add_implied(maker, entry, foreign_trees_length(
		    &maker->index->trees, entry->name), why));
	const struct entry *above = &entries->list[number];

	if (above->kind != ENTRY_DIRECTORY) {
		failure_set(why, EXITCODE_DATA, "'%s' in the archive lies "
		    "below what is no directory", entry->name);
		return (-1);
	}
	return (add_implied(maker, entry, strlen(above->name) + 1, why));
}

/* Adds the first name of its content: all but the name is that one's. */
static void
add_first(struct maker *maker, struct entry *entry, struct entry *content)
{
	struct entry *added = entry_list_add(&maker->index->entries);
	char *name = entry->name;

	*added = *content;
	added->name = name;
	entry->name = NULL;
	content->content = (union entry_content){ 0 };
}

/*
 * Adds one more name of the entry first; of what is no file, a copy, which
 * costs what is copied.
 */
static int
add_further(struct maker *maker, struct entry *entry, size_t first,
    struct failure *why)
{
	struct entry *added = entry_list_add(&maker->index->entries);
	const struct entry *content = &maker->index->entries.list[first];

	*added = *content;
	added->name = entry->name;
	entry->name = NULL;
	if (content->kind == ENTRY_SYMLINK) {
		added->content.target = memory_copy_string(
		    content->content.target);
		maker->use->units += (int64_t)(
		    strlen(content->content.target) / FOREIGN_LIMITS_UNIT);
		return (foreign_use_check(maker->use, why));
	}
	if (content->kind != ENTRY_FILE)
		return (0);
	added->kind = ENTRY_LINK;
	added->content = (union entry_content){ .first = (uint32_t)first };
	added->size = 0;
	return (0);
}

static int
add_entry(struct maker *maker, size_t number, struct failure *why)
{
	struct entry *list = maker->found->list;
	const size_t content = maker->contents[number];

	if (prepare_place(maker, &list[number], why) == -1)
		return (-1);
	if (maker->firsts[content] != NONE)
		return (add_further(maker, &list[number],
		    maker->firsts[content], why));
	maker->firsts[content] = maker->index->entries.count;
	add_first(maker, &list[number], &list[content]);
	return (0);
}

int
foreign_index_make(struct entry_list *found, struct foreign_use *use,
    struct index *index, struct tally *tally, struct failure *why)
{
	const size_t count = found->count;
	struct maker maker = { .found = found, .index = index,
	    .tally = tally, .use = use,
	    .order = memory_make(count, sizeof(size_t)),
	    .contents = memory_make(count, sizeof(size_t)),
	    .firsts = memory_make(count, sizeof(size_t)) };
	int rc = 0;

	for (size_t i = 0; i < count; i++)
		maker.firsts[i] = NONE;
	sort_found(&maker);
	resolve_links(&maker);
	const size_t kept = keep_last(&maker);

	foreign_trees_make(found, maker.order, kept, &index->trees);
	for (size_t i = 0; i < kept && rc == 0; i++)
		rc = add_entry(&maker, maker.order[i], why);
	index->entries.traits = found->traits;
	found->traits = NULL;
	free(maker.order);
	free(maker.contents);
	free(maker.firsts);
	entry_list_release(found);
	return (rc);
}
