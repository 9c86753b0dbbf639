#ifndef NQSBACKUP_RESTORE_RESTORE_LAYOUT_H
#define NQSBACKUP_RESTORE_RESTORE_LAYOUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct restore_plan;
struct restore_request;
struct restore_ways;

/*
 * How the plan of a restore comes about in few steps, each of which happens
 * at one instant.  A unit is the lowest directory, or other thing, with all
 * that changes; a new one is built beside it, and the two are exchanged.
 * Directories that cannot be exchanged, because they, or something below
 * them, are mount points or lie above the trees, stay; what lies in them are
 * units of their own.  Pure.
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

/* A name that is in the archive, or in the target, or on the way there. */
struct restore_node {
	const char		*name;
	uint32_t		 entry;	/* its number there, or NONE */
	uint32_t		 disk;
	uint32_t		 way;
	uint32_t		 parent;	/* a node; of the first NONE */
	uint32_t		 end;	/* the first behind all below it */
	uint32_t		 below;	/* children with a change */
	enum restore_source	 source;
	bool			 changed;	/* itself */
	bool			 stays;	/* cannot be exchanged */
};

/* A zeroed layout is an empty one. */
struct restore_layout {
	struct restore_node	*nodes;	/* in the order of names */
	size_t			 count;
	size_t			*units;	/* nodes */
	size_t			 unit_count;
	size_t			*settings;	/* directories that only get
						 * other attributes */
	size_t			 setting_count;
	size_t			*of_entries;	/* the node of each entry */
};

/*
 * Lays out plan for request and the ways to its trees; all of them are
 * borrowed as long as layout lives.
 */
void
restore_layout_make(const struct restore_request *request,
    const struct restore_plan *plan, const struct restore_ways *ways,
    struct restore_layout *layout);

void
restore_layout_release(struct restore_layout *layout);

/*
 * Returns the number of the unit that node belongs to, or RESTORE_NONE.
 */
size_t
restore_layout_unit(const struct restore_layout *layout, size_t node);

/*
 * Returns the name of the directory for what is made ready to be renamed to
 * a name in the node directory, which is there: on the same file system, as
 * high up as we may write.
 */
const char *
restore_layout_place(const struct restore_request *request,
    const struct restore_ways *ways, const struct restore_layout *layout,
    size_t directory);

#endif
