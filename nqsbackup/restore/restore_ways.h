#ifndef NQSBACKUP_RESTORE_RESTORE_WAYS_H
#define NQSBACKUP_RESTORE_RESTORE_WAYS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct failure;
struct index;

/* A directory on the way to a tree. */
struct restore_way {
	char	*name;			/* "" for the target itself */
	bool	 there;
	bool	 writable;		/* for us */
	uint64_t mount;			/* when there; see mountid.h */
};

/* All of them, in the order of names; a zeroed one is empty. */
struct restore_ways {
	struct restore_way	*list;
	size_t			 count;
};

/*
 * Looks at the directories above the trees of index below the open directory
 * root, root itself included.  Returns 0, or -1 with why set when something
 * else is in the way; ways is to be released in any case.
 */
int
restore_ways_make(int root, const struct index *index,
    struct restore_ways *ways, struct failure *why);

/*
 * Returns the name of the directory below root for the journals of a restore
 * of index: the first that we may write to, the target itself if we may.
 */
const char *
restore_ways_registry(int root, const struct restore_ways *ways,
    const struct index *index);

void
restore_ways_release(struct restore_ways *ways);

#endif
