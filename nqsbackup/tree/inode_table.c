#include <config.h>

#include "inode_table.h"

#include <stdint.h>
#include <stdlib.h>

#include "../../libcore/base/memory.h"

enum { FIRST_ROOM = 256 };		/* a power of two */

struct slot {
	dev_t	device;
	ino_t	inode;
	size_t	number_plus_one;	/* 0: the slot is free */
};

/* Open addressing: a file is at its place or at the next free one. */
struct inode_table {
	struct slot	*slots;
	size_t		 room;		/* a power of two */
	size_t		 count;
};

struct inode_table *
inode_table_make(void)
{
	struct inode_table *table = memory_make(1, sizeof(*table));

	table->room = FIRST_ROOM;
	table->slots = memory_make(table->room, sizeof(*table->slots));
	return (table);
}

void
inode_table_free(struct inode_table *table)
{
	if (table == NULL)
		return;
	free(table->slots);
	free(table);
}

/* Returns the file's slot, or the free one where it belongs. */
static struct slot *
find(const struct inode_table *table, dev_t device, ino_t inode)
{
	/* The golden ratio spreads numbers that follow each other. */
	uint64_t place = ((uint64_t)inode ^ (uint64_t)device << 32) *
	    UINT64_C(0x9e3779b97f4a7c15) >> 32;

	for (;; place++) {
		struct slot *slot = &table->slots[place & (table->room - 1)];

		if (slot->number_plus_one == 0 ||
		    (slot->inode == inode && slot->device == device))
			return (slot);
	}
}

static void
grow(struct inode_table *table)
{
	struct slot *old = table->slots;
	const size_t count = table->room;

	table->room *= 2;
	table->slots = memory_make(table->room, sizeof(*table->slots));
	for (size_t i = 0; i < count; i++) {
		if (old[i].number_plus_one != 0)
			*find(table, old[i].device, old[i].inode) = old[i];
	}
	free(old);
}

ssize_t
inode_table_find(const struct inode_table *table, dev_t device, ino_t inode)
{
	return ((ssize_t)find(table, device, inode)->number_plus_one - 1);
}

void
inode_table_add(struct inode_table *table, dev_t device, ino_t inode,
    size_t number)
{
	if (2 * (table->count + 1) > table->room)
		grow(table);
	struct slot *slot = find(table, device, inode);

	slot->device = device;
	slot->inode = inode;
	slot->number_plus_one = number + 1;
	table->count++;
}
