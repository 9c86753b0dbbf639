#ifndef NQSBACKUP_TREE_WALK_H
#define NQSBACKUP_TREE_WALK_H

#include <stddef.h>

struct entry;
struct failure;
struct stat;
struct tally;
struct words;

/*
 * Trees of files, one entry after the other in the order of their names, so
 * that nobody has to hold a list of them.
 */

/* A thing that has just been looked at. */
struct walk_sight {
	int			 directory;	/* in which it lies, open */
	const char		*name;		/* there */
	const struct stat	*status;	/* as scan_entry() sets it */
	struct entry		*entry;
};

struct walk_visitor {
	/*
	 * Sees sight; may take its entry.  Returns 0, or -1 with why set,
	 * which ends the walk.
	 */
	int	(*visit)(void *cookie, const struct walk_sight *sight,
		    struct failure *why);
	/*
	 * Is told, if it is not NULL, that nobody knows what is at name and
	 * below it, for that could not be looked at.
	 */
	void	(*hidden)(void *cookie, const char *name);
	void	 *cookie;
	/* Directories with a longer name are not gone into; 0: all are. */
	size_t	 longest;
};

/*
 * Shows visitor what is at each of trees, names below the open directory
 * root, and all below those that are directories, each thing once, without
 * following symbolic links or leaving the file system of a tree.  A mount
 * point is marked, and looked into only when it is a tree itself.  What
 * vanishes meanwhile is left out; what cannot be read is told to tally.
 * Returns 0, also when there is nothing at a tree, or -1 with why set when one
 * cannot be reached or the visitor wants to end.
 */
int
walk_trees(int root, const struct words *trees,
    const struct walk_visitor *visitor, struct tally *tally,
    struct failure *why);

#endif
