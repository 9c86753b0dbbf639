#ifndef NQSBACKUP_RESTORE_RESTORE_OWNERS_H
#define NQSBACKUP_RESTORE_RESTORE_OWNERS_H

#include <stddef.h>
#include <stdint.h>

struct entry;
struct index;

/* A name of an archive, and its number on this system. */
struct restore_owner {
	const char	*name;
	int64_t		 id;		/* -1: nobody has it here */
};

/* All of them, in the order of names; a zeroed one knows none. */
struct restore_owners {
	struct restore_owner	*users;
	size_t			 user_count;
	struct restore_owner	*groups;
	size_t			 group_count;
};

/*
 * Looks up the owners of all entries of index, which is borrowed, by their
 * names, each once, and warns of those that are unknown here.
 */
void
restore_owners_make(struct restore_owners *owners,
    const struct index *index);

/* Compares two struct restore_owner by their names, for qsort(3). */
int
restore_owners_compare(const void *a, const void *b);

void
restore_owners_release(struct restore_owners *owners);

/*
 * Returns the number of the user that entry is to belong to: by its name, if
 * owners (NULL: none) know it, else the one that it says itself.  Pure.
 */
int64_t
restore_owners_user(const struct restore_owners *owners,
    const struct entry *entry);

/* The same for the group. */
int64_t
restore_owners_group(const struct restore_owners *owners,
    const struct entry *entry);

#endif
