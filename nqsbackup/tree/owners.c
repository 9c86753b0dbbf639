#include <config.h>

#include "owners.h"

#include <sys/types.h>

#include <grp.h>
#include <pwd.h>
#include <stdlib.h>

#include "../../libcore/base/memory.h"
#include "entry.h"

struct owner {
	int64_t	 number;
	char	*name;
};

/* In the order of their numbers. */
struct owner_list {
	struct owner	*list;
	size_t		 count;
};

struct owners {
	struct owner_list	users;
	struct owner_list	groups;
};

struct owners *
owners_make(void)
{
	return (memory_make(1, sizeof(struct owners)));
}

static void
release(struct owner_list *owners)
{
	for (size_t i = 0; i < owners->count; i++)
		free(owners->list[i].name);
	free(owners->list);
}

void
owners_free(struct owners *owners)
{
	if (owners == NULL)
		return;
	release(&owners->users);
	release(&owners->groups);
	free(owners);
}

/* Returns the place of number in the list, or where it belongs. */
static size_t
find(const struct owner_list *owners, int64_t number)
{
	size_t low = 0;
	size_t high = owners->count;

	while (low < high) {
		const size_t middle = low + (high - low) / 2;

		if (owners->list[middle].number < number)
			low = middle + 1;
		else
			high = middle;
	}
	return (low);
}

/* Returns the name of number; look_up finds it when it is not known yet. */
static const char *
name_of(struct owner_list *owners, int64_t number,
    const char *(*look_up)(int64_t number))
{
	const size_t place = find(owners, number);

	if (place < owners->count && owners->list[place].number == number)
		return (owners->list[place].name);
	owners->list = memory_resize(owners->list, owners->count + 1,
	    sizeof(*owners->list));
	for (size_t i = owners->count; i > place; i--)
		owners->list[i] = owners->list[i - 1];
	owners->count++;
	const char *name = look_up(number);

	owners->list[place].number = number;
	owners->list[place].name = memory_copy_string(name == NULL ? "" :
	    name);
	return (owners->list[place].name);
}

static const char *
look_up_user(int64_t uid)
{
	const struct passwd *user = getpwuid((uid_t)uid);

	return (user == NULL ? NULL : user->pw_name);
}

static const char *
look_up_group(int64_t gid)
{
	const struct group *group = getgrgid((gid_t)gid);

	return (group == NULL ? NULL : group->gr_name);
}

const char *
owners_user(struct owners *owners, int64_t uid)
{
	return (name_of(&owners->users, uid, look_up_user));
}

const char *
owners_group(struct owners *owners, int64_t gid)
{
	return (name_of(&owners->groups, gid, look_up_group));
}

void
owners_set(struct owners *owners, struct entry *entry)
{
	entry->owner = owners_user(owners, entry->uid);
	entry->group = owners_group(owners, entry->gid);
}
