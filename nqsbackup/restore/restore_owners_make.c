#include <config.h>

#include <sys/types.h>

#include <grp.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>

#include "../../libcore/base/memory.h"
#include "../../libcore/base/message.h"
#include "../archive/index.h"
#include "restore_owners.h"

/* Adds name, unless it is the one of the entry before. */
static void
add(struct restore_owner *list, size_t *count, const char *name)
{
	if (name == NULL || name[0] == '\0' ||
	    (*count > 0 && strcmp(list[*count - 1].name, name) == 0))
		return;
	list[(*count)++].name = name;
}

/* Sorts list and drops what is there twice.  Returns how many are left. */
static size_t
keep_one_each(struct restore_owner *list, size_t count)
{
	size_t kept = 0;

	if (count > 1)
		qsort(list, count, sizeof(*list), restore_owners_compare);
	for (size_t i = 0; i < count; i++) {
		if (kept == 0 ||
		    strcmp(list[kept - 1].name, list[i].name) != 0)
			list[kept++] = list[i];
	}
	return (kept);
}

static void
warn(const char *what, const char *name)
{
	message_say(MESSAGE_WARNING, "there is no %s '%s' here: the number "
	    "in the archive counts", what, name);
}

static void
look_up_users(struct restore_owners *owners)
{
	for (size_t i = 0; i < owners->user_count; i++) {
		const struct passwd *user = getpwnam(owners->users[i].name);

		owners->users[i].id = user == NULL ? -1 :
		    (int64_t)user->pw_uid;
		if (user == NULL)
			warn("user", owners->users[i].name);
	}
}

static void
look_up_groups(struct restore_owners *owners)
{
	for (size_t i = 0; i < owners->group_count; i++) {
		const struct group *group =
		    getgrnam(owners->groups[i].name);

		owners->groups[i].id = group == NULL ? -1 :
		    (int64_t)group->gr_gid;
		if (group == NULL)
			warn("group", owners->groups[i].name);
	}
}

void
restore_owners_make(struct restore_owners *owners, const struct index *index)
{
	const struct entry_list *entries = &index->entries;

	*owners = (struct restore_owners){
	    .users = memory_make(entries->count, sizeof(*owners->users)),
	    .groups = memory_make(entries->count, sizeof(*owners->groups)) };
	for (size_t i = 0; i < entries->count; i++) {
		add(owners->users, &owners->user_count,
		    entries->list[i].owner);
		add(owners->groups, &owners->group_count,
		    entries->list[i].group);
	}
	owners->user_count = keep_one_each(owners->users,
	    owners->user_count);
	owners->group_count = keep_one_each(owners->groups,
	    owners->group_count);
	look_up_users(owners);
	look_up_groups(owners);
}
