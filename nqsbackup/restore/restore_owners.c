#include <config.h>

#include "restore_owners.h"

#include <stdlib.h>
#include <string.h>

#include "../tree/entry.h"

int
restore_owners_compare(const void *a, const void *b)
{
	const struct restore_owner *left = a;
	const struct restore_owner *right = b;

	return (strcmp(left->name, right->name));
}

void
restore_owners_release(struct restore_owners *owners)
{
	free(owners->users);
	free(owners->groups);
	*owners = (struct restore_owners){ 0 };
}

/* Returns the number of name, which is number in the archive. */
static int64_t
find(const struct restore_owner *list, size_t count, const char *name,
    int64_t number)
{
	const struct restore_owner key = { .name = name };

	if (count == 0 || name == NULL)
		return (number);
	const struct restore_owner *found = bsearch(&key, list, count,
	    sizeof(*list), restore_owners_compare);

	return (found == NULL || found->id == -1 ? number : found->id);
}

int64_t
restore_owners_user(const struct restore_owners *owners,
    const struct entry *entry)
{
	return (owners == NULL ? entry->uid : find(owners->users,
	    owners->user_count, entry->owner, entry->uid));
}

int64_t
restore_owners_group(const struct restore_owners *owners,
    const struct entry *entry)
{
	return (owners == NULL ? entry->gid : find(owners->groups,
	    owners->group_count, entry->group, entry->gid));
}
