#include <config.h>

#include "name_pool.h"

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "../../libcore/base/memory.h"

enum { FIRST_ROOM = 16 };		/* a power of two */

/* Open addressing: a name is at its place or at the next free one. */
struct name_pool {
	char		**names;	/* NULL: free */
	size_t		  room;		/* a power of two */
	size_t		  count;
	const char	 *last;		/* often it is asked for again */
};

struct name_pool *
name_pool_make(void)
{
	struct name_pool *pool = memory_make(1, sizeof(*pool));

	pool->room = FIRST_ROOM;
	pool->names = memory_make(pool->room, sizeof(*pool->names));
	return (pool);
}

void
name_pool_free(struct name_pool *pool)
{
	if (pool == NULL)
		return;
	for (size_t i = 0; i < pool->room; i++)
		free(pool->names[i]);
	free(pool->names);
	free(pool);
}

/* Returns the place of name, or the free one where it belongs. */
static char **
find(const struct name_pool *pool, const char *name)
{
	/* FNV-1a. */
	uint64_t place = UINT64_C(0xcbf29ce484222325);

	for (const char *at = name; *at != '\0'; at++)
		place = (place ^ (unsigned char)*at) *
		    UINT64_C(0x100000001b3);
	for (;; place++) {
		char **slot = &pool->names[place & (pool->room - 1)];

		if (*slot == NULL || strcmp(*slot, name) == 0)
			return (slot);
	}
}

static void
grow(struct name_pool *pool)
{
	char **old = pool->names;
	const size_t count = pool->room;

	pool->room *= 2;
	pool->names = memory_make(pool->room, sizeof(*pool->names));
	for (size_t i = 0; i < count; i++) {
		if (old[i] != NULL)
			*find(pool, old[i]) = old[i];
	}
	free(old);
}

const char *
name_pool_keep(struct name_pool *pool, const char *name)
{
	if (pool->last != NULL && strcmp(pool->last, name) == 0)
		return (pool->last);
	if (2 * (pool->count + 1) > pool->room)
		grow(pool);
	char **slot = find(pool, name);

	if (*slot == NULL) {
		*slot = memory_copy_string(name);
		pool->count++;
	}
	pool->last = *slot;
	return (*slot);
}
