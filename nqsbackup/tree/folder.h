#ifndef NQSBACKUP_FOLDER_H
#define NQSBACKUP_FOLDER_H

/*
 * The directory that was used last, kept open, because entries come in the
 * order of their names and most lie where the one before lay.  It is known
 * by its descriptor, so nothing that happens to names leads elsewhere; but
 * after directories were removed or made anew folder_close() is due.
 */
struct folder {
	int	 root;			/* where paths begin; borrowed */
	int	 fd;			/* -1: none */
	char	*path;			/* of fd */
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
