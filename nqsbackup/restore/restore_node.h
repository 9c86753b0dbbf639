#ifndef NQSBACKUP_RESTORE_RESTORE_NODE_H
#define NQSBACKUP_RESTORE_RESTORE_NODE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct restore_plan;
struct restore_request;
struct restore_there;
struct restore_ways;

/*
 * Nodes: the names that are in the archive, or in the target, or on the way
 * there.  There are as many as files, so they are not kept, but for those of
 * directories, and found anew each time somebody goes through them.  Pure.
 */

/* No entry, node and so on; there are fewer of them, for each has a name. */
#define RESTORE_NONE	((size_t)UINT32_MAX)

/* Where what will be there comes from. */
enum restore_source {
	RESTORE_ABSENT,			/* nothing will be there */
	RESTORE_CARRIED,		/* it is there and stays */
	RESTORE_ENTRY,			/* the archive */
	RESTORE_PLAIN,			/* a directory nobody tells of */
	RESTORE_WAY			/* a directory above the trees */
};

/* What nodes are found in; all of it is borrowed. */
struct restore_lists {
	const struct restore_request	*request;	/* archive, target */
	const struct restore_plan	*plan;
	const struct restore_ways	*ways;
};

/* A place between two nodes: the number of what comes next. */
struct restore_spot {
	uint32_t	entry;
	uint32_t	other;		/* that only the target has */
	uint32_t	way;
	uint32_t	node;		/* of a directory */
};

struct restore_node {
	const char		*name;
	const struct restore_there *there;	/* NULL: nothing */
	uint32_t		 entry;	/* its number there, or NONE */
	uint32_t		 way;
	uint32_t		 parent;	/* a node; of the first NONE */
	uint32_t		 below;	/* children with a change */
	struct restore_spot	 end;	/* behind all below it */
	enum restore_source	 source;
	bool			 was_directory;
	bool			 is_directory;	/* will be one */
	bool			 kept;	/* names may be below it */
	bool			 changed;	/* itself */
	bool			 stays;	/* cannot be exchanged */
};

/*
 * Sets node to what is next at spot, which moves on, but for parent, below and
 * stays, and for what is below it.  Returns whether there was one.
 */
bool
restore_node_next(const struct restore_lists *lists,
    struct restore_spot *spot, struct restore_node *node);

#endif
