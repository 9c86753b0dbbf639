#ifndef JOBCENTER_HOLDER_H
#define JOBCENTER_HOLDER_H

#include "place.h"

/*
 * Who runs the site.  Each nqsdaemon writes its host and process id into
 * private/root/interproc/holder again and again and reads it before; when
 * another one stands there, two run the same site, and the ledger gets a
 * line "double SITE HOST".
 */
struct holder {
	const struct place *place;
	char self[128];		/* what this process writes */
	long beats;
	int database;		/* the file that changes while the site runs */
	int told;
};

/* Takes the site over.  Returns 0, or -1 with errno. */
int
holder_start(struct holder *holder, const struct place *place);

/* To be called several times a second: looks, and writes again. */
void
holder_beat(struct holder *holder);

/*
 * Tells the ledger when another host's nqsdaemon holds the site and is alive,
 * which takes half a second to see.
 */
void
holder_tell_other(const struct place *place);

/* The site has stopped: nobody holds it. */
void
holder_release(struct holder *holder);

#endif
