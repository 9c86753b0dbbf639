#ifndef CLROLL_CLUSTER_INVENTORY_H
#define CLROLL_CLUSTER_INVENTORY_H

#include <stddef.h>

#include "../../libcore/base/text.h"

struct failure;

/*
 * The clusters that an inventory of Ansible has, as `ansible-inventory --list'
 * prints it: each host with the variable nqstools_cluster is a node of the
 * cluster of that name.  clroll(8) says which other variables count.
 */

struct inventory_cluster {
	char		*name;
	struct text	 file;		/* its clroll.conf(5) */
};

struct inventory {
	struct inventory_cluster	*list;
	size_t				 count;
};

/* The first line of each file. */
#define INVENTORY_MARK	"# Made by clroll inventory; change the inventory " \
    "instead.\n"

/*
 * Makes the clusters of the length bytes at bytes, in the order in which they
 * are met.  Returns 0, or -1 with why set (DATA): no inventory, a variable that
 * is missing, that its hosts do not agree on, or that no file can hold.
 * Release inventory in any case.  Pure.
 */
int
inventory_read(const char *bytes, size_t length, struct inventory *inventory,
    struct failure *why);

void
inventory_release(struct inventory *inventory);

#endif
