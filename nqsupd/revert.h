#ifndef NQSUPD_REVERT_H
#define NQSUPD_REVERT_H

struct failure;
struct node_config;
struct words;

struct revert_request {
	const struct node_config	*config;
	const char			*self;		/* argv[0] */
	const struct words		*sites;		/* to be stopped */
	const char			*saved;		/* an archive */
	const char			*const *files;	/* packages */
};

/*
 * Takes patches back: stops the sites, for a patch starts the local one;
 * removes the packages that are installed; restores the files as they are in
 * the archive with nqsbackup, and proves it.  May be done again.  Returns 0,
 * or -1 with why set.  Forks and blocks.
 */
int
revert_packages(const struct revert_request *request, struct failure *why);

#endif
