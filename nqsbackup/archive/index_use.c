#include <config.h>

#include "index_use.h"

#include "../../libcore/base/number.h"
#include "foreign_limits.h"
#include "index.h"

enum {
	NAME_SIZE = 32,			/* bytes of a name that do */
	SHORTEST = 8,			/* two lines, which are an entry */
	FURTHER = 16			/* lines that any index has */
};

int
index_use_check_size(int64_t size, const struct foreign_limits *limits,
    struct failure *why)
{
	const struct foreign_use use = { .limits = limits,
	    .units = size / FOREIGN_LIMITS_UNIT };

	return (limits == NULL ? 0 : foreign_use_check(&use, why));
}

int
index_use_check_text(const char *bytes, size_t size,
    const struct foreign_limits *limits, struct failure *why)
{
	struct foreign_use use = { .limits = limits };
	int64_t lines = -FURTHER;

	/* Even short ones would not be too many. */
	if (limits == NULL || (int64_t)(size / SHORTEST) <= limits->entries)
		return (0);
	for (size_t i = 0; i < size; i++)
		lines += bytes[i] == '\n';
	/* An entry has two, and a member of the file is worth half of one. */
	use.units = lines / 2;
	return (foreign_use_check(&use, why));
}

int
index_use_check(const struct index *index,
    const struct foreign_limits *limits, struct failure *why)
{
	const struct entry_list *entries = &index->entries;
	struct foreign_use use = { .limits = limits,
	    .units = (int64_t)entries->count };

	if (limits == NULL)
		return (0);
	/* A directory above a tree has no entry, but may have to be made. */
	for (size_t i = 0; i < index->trees.count; i++) {
		const char *tree = index->trees.list[i];

		for (int64_t at = 0; tree[at] != '\0'; at++) {
			if (tree[at] == '/')
				use.units += 1 + at / NAME_SIZE;
		}
	}
	for (size_t i = 0; i < entries->count; i++) {
		if (number_add(use.size, entries->list[i].size,
		    &use.size) == -1)
			use.size = INT64_MAX;
	}
	return (foreign_use_check(&use, why));
}
