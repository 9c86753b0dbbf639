#include <config.h>

#include "traits.h"

#include <stdlib.h>
#include <string.h>

#include "../../libcore/base/memory.h"
#include "../../libcore/base/ordered.h"
#include "../../libcore/base/text.h"

struct traits_pool {
	struct traits	**list;		/* by number */
	size_t		  count;
	size_t		  size;		/* bytes in names and values */
	struct ordered	 *sets;		/* the same, by what is in them */
};

int
traits_draft_add(struct traits_draft *draft, const char *name,
    const void *value, size_t length)
{
	const char *point = strchr(name, '.');

	if (point == NULL || point == name || point[1] == '\0' ||
	    strlen(name) > TRAITS_NAME_LIMIT || length > TRAITS_VALUE_LIMIT ||
	    draft->count == TRAITS_COUNT_LIMIT)
		return (-1);
	draft->items = memory_grow(draft->items, draft->count,
	    sizeof(*draft->items));
	struct traits_item *item = &draft->items[draft->count++];

	item->name = memory_copy_string(name);
	item->value = memory_make(length + 1, 1);
	item->length = length;
	item->order = draft->count;
	if (length > 0)
		memcpy(item->value, value, length);
	return (0);
}

static void
release_item(struct traits_item *item)
{
	free(item->name);
	free(item->value);
}

void
traits_draft_release(struct traits_draft *draft)
{
	for (size_t i = 0; i < draft->count; i++)
		release_item(&draft->items[i]);
	free(draft->items);
	*draft = (struct traits_draft){ 0 };
}

static int
compare_values(const struct traits_item *a, const struct traits_item *b)
{
	if (a->length != b->length)
		return (a->length < b->length ? -1 : 1);
	return (memcmp(a->value, b->value, a->length));
}

/* Compares a draft, in its order, with traits. */
static int
compare_sets(const void *key, const void *item)
{
	const struct traits_draft *draft = key;
	const struct traits *traits = item;
	int order = 0;

	if (draft->count != traits->count)
		return (draft->count < traits->count ? -1 : 1);
	for (size_t i = 0; i < draft->count && order == 0; i++) {
		order = strcmp(draft->items[i].name, traits->items[i].name);
		if (order == 0)
			order = compare_values(&draft->items[i],
			    &traits->items[i]);
	}
	return (order);
}

struct traits_pool *
traits_pool_make(void)
{
	struct traits_pool *pool = memory_make(1, sizeof(*pool));

	pool->sets = ordered_make(compare_sets);
	return (pool);
}

/* Frees a set and what it holds. */
static void
free_traits(struct traits *traits)
{
	for (size_t i = 0; i < traits->count; i++)
		release_item(&traits->items[i]);
	free(traits->items);
	free(traits);
}

void
traits_pool_free(struct traits_pool *pool)
{
	if (pool == NULL)
		return;
	for (size_t i = 0; i < pool->count; i++)
		free_traits(pool->list[i]);
	free(pool->list);
	ordered_free(pool->sets, NULL);
	free(pool);
}

static int
compare_items(const void *a, const void *b)
{
	const struct traits_item *left = a;
	const struct traits_item *right = b;
	const int order = strcmp(left->name, right->name);

	if (order != 0)
		return (order);
	return (left->order < right->order ? -1 : left->order > right->order);
}

/* Puts draft into its order, and drops all but the last of each name. */
static void
sort_draft(struct traits_draft *draft)
{
	size_t kept = 0;

	if (draft->count > 1)
		qsort(draft->items, draft->count, sizeof(*draft->items),
		    compare_items);
	for (size_t i = 1; i < draft->count; i++) {
		if (strcmp(draft->items[i].name, draft->items[kept].name) == 0)
			release_item(&draft->items[kept]);
		else
			kept++;
		draft->items[kept] = draft->items[i];
	}
	draft->count = kept + 1;
}

static size_t
size_of(const struct traits_draft *draft)
{
	size_t size = sizeof(struct traits);

	for (size_t i = 0; i < draft->count; i++)
		size += strlen(draft->items[i].name) + draft->items[i].length +
		    sizeof(*draft->items);
	return (size);
}

/* Adds draft, which is not in pool; takes what it holds. */
static const struct traits *
add_traits(struct traits_pool *pool, struct traits_draft *draft)
{
	struct traits *traits = memory_make(1, sizeof(*traits));

	pool->list = memory_grow(pool->list, pool->count,
	    sizeof(struct traits *));
	traits->items = draft->items;
	traits->count = draft->count;
	traits->number = pool->count;
	ordered_add(pool->sets, draft, traits);
	pool->list[pool->count++] = traits;
	*draft = (struct traits_draft){ 0 };
	return (traits);
}

int
traits_pool_take(struct traits_pool *pool, struct traits_draft *draft,
    const struct traits **traits)
{
	int rc = 0;

	*traits = NULL;
	if (draft->count == 0)
		return (0);
	sort_draft(draft);
	const size_t size = size_of(draft);

	*traits = ordered_find(pool->sets, draft);
	if (*traits == NULL && pool->size + size > TRAITS_POOL_LIMIT) {
		rc = -1;
	} else if (*traits == NULL) {
		*traits = add_traits(pool, draft);
		pool->size += size;
	}
	traits_draft_release(draft);
	return (rc);
}

int
traits_pool_take_other(struct traits_pool *pool, const struct traits *other,
    const struct traits **traits)
{
	struct traits_draft draft = { 0 };

	for (size_t i = 0; i < other->count; i++) {
		const struct traits_item *item = &other->items[i];

		/* It was in a draft, so it fits into one. */
		(void)traits_draft_add(&draft, item->name, item->value,
		    item->length);
	}
	return (traits_pool_take(pool, &draft, traits));
}

size_t
traits_pool_count(const struct traits_pool *pool)
{
	return (pool->count);
}

const struct traits *
traits_pool_get(const struct traits_pool *pool, size_t number)
{
	return (pool->list[number]);
}

size_t
traits_pool_size(const struct traits_pool *pool)
{
	return (pool->size);
}

const struct traits_item *
traits_find(const struct traits *traits, const char *name)
{
	size_t low = 0;
	size_t high = traits == NULL ? 0 : traits->count;

	while (low < high) {
		const size_t middle = low + (high - low) / 2;
		const int order = strcmp(name, traits->items[middle].name);

		if (order == 0)
			return (&traits->items[middle]);
		if (order < 0)
			high = middle;
		else
			low = middle + 1;
	}
	return (NULL);
}

/* What anybody may give his own files. */
static bool
is_common(const char *name)
{
	return (text_begins_with(name, "user.") ||
	    strcmp(name, TRAITS_ACCESS) == 0 ||
	    strcmp(name, TRAITS_DEFAULT) == 0);
}

static bool
is_label(const char *name)
{
	return (strcmp(name, TRAITS_LABEL) == 0);
}

/* A capability is as much to be trusted as the set-id bits of a mode. */
static bool
is_capability(const char *name)
{
	return (strcmp(name, "security.capability") == 0);
}

bool
traits_is_allowed(const struct traits_rule *rule, const char *name)
{
	return (is_common(name) || (rule->privileged &&
	    (rule->trusted || is_capability(name) ||
	    (rule->labels && is_label(name)))));
}

bool
traits_has_forbidden(const struct traits_rule *rule,
    const struct traits *traits)
{
	for (size_t i = 0; traits != NULL && i < traits->count; i++) {
		if (!traits_is_allowed(rule, traits->items[i].name))
			return (true);
	}
	return (false);
}

bool
traits_is_removable(const struct traits_rule *rule, const char *name)
{
	return (rule->complete && (is_common(name) ||
	    (rule->privileged && is_capability(name))));
}

bool
traits_is_met(const struct traits_rule *rule, const struct traits *wanted,
    const struct traits *there)
{
	for (size_t i = 0; wanted != NULL && i < wanted->count; i++) {
		const struct traits_item *item = &wanted->items[i];
		const struct traits_item *other = traits_find(there,
		    item->name);

		if (traits_is_allowed(rule, item->name) &&
		    (other == NULL || compare_values(item, other) != 0))
			return (false);
	}
	for (size_t i = 0; there != NULL && i < there->count; i++) {
		if (traits_is_removable(rule, there->items[i].name) &&
		    traits_find(wanted, there->items[i].name) == NULL)
			return (false);
	}
	return (true);
}
