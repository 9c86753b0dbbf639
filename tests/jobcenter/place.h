#ifndef JOBCENTER_PLACE_H
#define JOBCENTER_PLACE_H

#include <netinet/in.h>

enum {
	PLACE_PATH = 1024,	/* room for a path */
	PLACE_NAME = 64		/* room for the name of a site or a host */
};

/* Where a site lives, as the file rc/sites of this installation says. */
struct place {
	char root[PLACE_PATH];		/* what precedes /usr/lib/nqs, or "" */
	char site[PLACE_NAME];
	char host[PLACE_NAME];		/* this node's name */
	char spool[PLACE_PATH];
	struct sockaddr_in service;	/* where nqsdaemon listens */
	struct sockaddr_in clients;	/* where comagent listens */
};

/*
 * Fills place for site, as seen by the program whose argv[0] is path.  When
 * site is NULL, NQS_SITE of the environment names it, and else it is
 * "local".  Returns 0, or -1 after a message on stderr.
 */
int
place_find(struct place *place, const char *path, const char *site);

/* Is it the node's own site? */
int
place_is_local(const struct place *place);

/*
 * Writes into path the file name below the site's spool, or below the
 * folder of the programs.  Ends the program when it does not fit.
 */
void
place_in_spool(const struct place *place, const char *name,
    char path[PLACE_PATH]);
void
place_of_program(const struct place *place, const char *name,
    char path[PLACE_PATH]);

/*
 * Reads an address as numbers and a port.  Returns 0, or -1 when they are
 * none.
 */
int
place_read_address(const char *address, const char *port,
    struct sockaddr_in *found);

#endif
