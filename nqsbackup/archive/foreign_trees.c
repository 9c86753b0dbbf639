#include <config.h>

#include "foreign_trees.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "../../libcore/base/words.h"
#include "../tree/entry.h"

enum { MANY = 1000 };			/* too many to be looked at singly */

static int
compare_words(const void *a, const void *b)
{
	const char *const *left = a;
	const char *const *right = b;

	return (entry_compare_names(*left, *right));
}

/* Sorts words, and drops what is, or is below, the one before. */
static void
drop_nested(struct words *words)
{
	size_t kept = 0;

	if (words->count > 1)
		qsort(words->list, words->count, sizeof(*words->list),
		    compare_words);
	for (size_t i = 0; i < words->count; i++) {
		if (kept > 0 && entry_is_at_or_below(words->list[i],
		    words->list[kept - 1]))
			free(words->list[i]);
		else
			words->list[kept++] = words->list[i];
	}
	words->count = kept;
}

/* Makes each word that of the directory it lies in.  Returns if any has. */
static bool
go_up(struct words *words)
{
	bool any = false;

	for (size_t i = 0; i < words->count; i++) {
		char *slash = strrchr(words->list[i], '/');

		if (slash == NULL)
			continue;
		*slash = '\0';
		any = true;
	}
	return (any);
}

void
foreign_trees_make(const struct entry_list *list, const size_t *order,
    size_t count, struct words *trees)
{
	const char *last = NULL;

	for (size_t i = 0; i < count; i++) {
		const char *name = list->list[order[i]].name;

		if (last != NULL && entry_is_at_or_below(name, last))
			continue;
		words_add(trees, name);
		last = name;
	}
	while (trees->count > MANY && go_up(trees))
		drop_nested(trees);
}

size_t
foreign_trees_length(const struct words *trees, const char *name)
{
	size_t low = 0;
	size_t high = trees->count;

	while (high - low > 1) {
		const size_t middle = low + (high - low) / 2;

		if (entry_compare_names(trees->list[middle], name) <= 0)
			low = middle;
		else
			high = middle;
	}
	return (strlen(trees->list[low]));
}
