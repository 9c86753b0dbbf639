#include <config.h>

#include "inode_table.h"

#include <stdlib.h>

#include "../../libcore/base/memory.h"
#include "../../libcore/base/ordered.h"

struct file {
	dev_t	device;
	ino_t	inode;
	size_t	number;
};

struct inode_table {
	struct ordered	*files;
};

static int
compare(const void *key, const void *item)
{
	const struct file *left = key;
	const struct file *right = item;

	if (left->inode != right->inode)
		return (left->inode < right->inode ? -1 : 1);
	if (left->device != right->device)
		return (left->device < right->device ? -1 : 1);
	return (0);
}

struct inode_table *
inode_table_make(void)
{
	struct inode_table *table = memory_make(1, sizeof(*table));

	table->files = ordered_make(compare);
	return (table);
}

void
inode_table_free(struct inode_table *table)
{
	if (table == NULL)
		return;
	ordered_free(table->files, free);
	free(table);
}

ssize_t
inode_table_find(const struct inode_table *table, dev_t device, ino_t inode)
{
	const struct file key = { .device = device, .inode = inode };
	const struct file *found = ordered_find(table->files, &key);

	return (found == NULL ? -1 : (ssize_t)found->number);
}

void
inode_table_add(struct inode_table *table, dev_t device, ino_t inode,
    size_t number)
{
	const struct file key = { .device = device, .inode = inode,
	    .number = number };
	struct file *file = ordered_find(table->files, &key);

	if (file == NULL) {
		file = memory_make(1, sizeof(*file));
		*file = key;
		ordered_add(table->files, file, file);
	}
	file->number = number;
}
