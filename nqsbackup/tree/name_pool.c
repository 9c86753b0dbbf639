#include <config.h>

#include "name_pool.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "../../libcore/base/memory.h"
#include "../../libcore/base/ordered.h"

struct name_pool {
	struct ordered	*names;
	const char	*last;		/* often it is asked for again */
};

static int
compare(const void *key, const void *item)
{
	return (strcmp(key, item));
}

struct name_pool *
name_pool_make(void)
{
	struct name_pool *pool = memory_make(1, sizeof(*pool));

	pool->names = ordered_make(compare);
	return (pool);
}

void
name_pool_free(struct name_pool *pool)
{
	if (pool == NULL)
		return;
	ordered_free(pool->names, free);
	free(pool);
}

const char *
name_pool_keep(struct name_pool *pool, const char *name)
{
	if (pool->last != NULL && strcmp(pool->last, name) == 0)
		return (pool->last);
	pool->last = ordered_find(pool->names, name);
	if (pool->last == NULL) {
		char *copy = memory_copy_string(name);

		ordered_add(pool->names, copy, copy);
		pool->last = copy;
	}
	return (pool->last);
}
