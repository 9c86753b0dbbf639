#include <config.h>

#include "name_store.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "../../libcore/base/memory.h"

/*
 * Large enough to be given back when it is freed (see largeblocks.h), for what
 * comes behind an archive has its own names; what is not used costs nothing.
 */
enum { CHUNK_SIZE = 1024 * 1024 };

struct name_store {
	char	**chunks;
	size_t	  count;
	size_t	  room;
	char	 *next;			/* what is free of the last chunk */
	size_t	  left;
};

struct name_store *
name_store_make(void)
{
	return (memory_make(1, sizeof(struct name_store)));
}

void
name_store_free(struct name_store *store)
{
	if (store == NULL)
		return;
	for (size_t i = 0; i < store->count; i++)
		free(store->chunks[i]);
	free(store->chunks);
	free(store);
}

/* Adds a chunk with room for size bytes. */
static void
add_chunk(struct name_store *store, size_t size)
{
	if (store->count == store->room) {
		store->room = store->room == 0 ? 16 : 2 * store->room;
		store->chunks = memory_resize(store->chunks, store->room,
		    sizeof(*store->chunks));
	}
	store->left = size < CHUNK_SIZE ? CHUNK_SIZE : size;
	store->next = memory_make(store->left, 1);
	store->chunks[store->count++] = store->next;
}

char *
name_store_keep(struct name_store *store, const char *name)
{
	const size_t size = strlen(name) + 1;

	if (size > store->left)
		add_chunk(store, size);
	char *kept = store->next;

	memcpy(kept, name, size);
	store->next += size;
	store->left -= size;
	return (kept);
}
