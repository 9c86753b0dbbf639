#ifndef NQSBACKUP_TREE_FOLDER_H
#define NQSBACKUP_TREE_FOLDER_H

#include <stddef.h>

enum { FOLDER_LEVELS = 12 };

/*
 * The directories on the way to the one that was used last, kept open,
 * because entries come in the order of their names and most lie where the one
 * before lay, or near.  They are known by their descriptors, so nothing that
 * happens to names leads elsewhere; but after directories were removed or made
 * anew folder_close() is due.
 */
struct folder {
	int	 root;			/* where paths begin; borrowed */
	char	*path;			/* of the last one */
	size_t	 room;			/* of path */
	size_t	 count;			/* of levels that are open */
	struct {
		int	 fd;
		size_t	 length;	/* of its part of path */
	} levels[FOLDER_LEVELS];
};

/* Fills folder, for paths below the open directory root. */
void
folder_start(struct folder *folder, int root);

/*
 * Opens the directory in which path lies; *name is then path's last
 * component.  Returns its descriptor, which folder keeps, or -1 with errno
 * set.  Follows no symbolic link.
 */
int
folder_open(struct folder *folder, const char *path, const char **name);

/* Closes what is open; folder can be used again. */
void
folder_close(struct folder *folder);

#endif
