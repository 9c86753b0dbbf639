#ifndef NQSBACKUP_RESTORE_RESTORE_LAYOUT_H
#define NQSBACKUP_RESTORE_RESTORE_LAYOUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "restore_node.h"

/*
 * How the plan of a restore comes about in few steps, each of which happens
 * at one instant.  A unit is the lowest directory, or other thing, with all
 * that changes; a new one is built beside it, and the two are exchanged.
 * Directories that cannot be exchanged, because they, or something below
 * them, are mount points or lie above the trees, stay; what lies in them are
 * units of their own.  Pure.
 */

/* A node, and all below it, up to its end. */
struct restore_unit {
	struct restore_node	node;
	struct restore_spot	begin;
};

/* A zeroed layout is an empty one. */
struct restore_layout {
	struct restore_lists	 lists;
	struct restore_node	*nodes;	/* that are kept, in order of names */
	size_t			 count;
	struct restore_unit	*units;
	size_t			 unit_count;
	size_t			*settings;	/* directories that only get
						 * other attributes */
	size_t			 setting_count;
};

/* A way through nodes, one after the other. */
struct restore_walk {
	const struct restore_layout	*layout;
	struct restore_spot		 at;
	struct restore_spot		 end;
	uint32_t			 parent;	/* of what was last,
							 * or that itself */
};

/*
 * Lays out what lists have; all of it is borrowed as long as layout lives.
 */
void
restore_layout_make(const struct restore_lists *lists,
    struct restore_layout *layout);

void
restore_layout_release(struct restore_layout *layout);

/* Starts walk through all of unit, which is borrowed with layout. */
void
restore_layout_enter(const struct restore_layout *layout,
    const struct restore_unit *unit, struct restore_walk *walk);

/* Sets node to the next one of walk.  Returns whether there was one. */
bool
restore_layout_next(struct restore_walk *walk, struct restore_node *node);

/*
 * Returns the number of the unit that the entry number belongs to, or
 * RESTORE_NONE.
 */
size_t
restore_layout_unit(const struct restore_layout *layout, size_t number);

/*
 * Returns the name of the directory for what is made ready to be renamed to
 * a name in the node directory, which is there: on the same file system, as
 * high up as we may write.
 */
const char *
restore_layout_place(const struct restore_layout *layout, size_t directory);

#endif
