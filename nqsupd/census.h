#ifndef NQSUPD_CENSUS_H
#define NQSUPD_CENSUS_H

#include <stdint.h>

/*
 * How much there is in a tree, without looking into any file.
 */
struct census {
	int64_t	files;			/* regular ones */
	int64_t	bytes;			/* in them, as they lie on the disk */
};

/*
 * Adds what is in the directory path, and below, to census.  Symbolic links
 * are not followed; what goes away meanwhile is not counted.  Returns 0, also
 * when there is no such directory, or -1 with errno set.
 */
int
census_take(const char *path, struct census *census);

#endif
