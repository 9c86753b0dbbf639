#include <config.h>

#include "restore_ways.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../../libcore/base/failure.h"
#include "../../libcore/base/memory.h"
#include "../../libcore/compat/mountid.h"
#include "../../libcore/system/beneath.h"
#include "../archive/index.h"
#include "../tree/entry.h"

static int
compare_ways(const void *a, const void *b)
{
	const struct restore_way *left = a;
	const struct restore_way *right = b;

	return (entry_compare_names(left->name, right->name));
}

/* Looks at way.  Returns 0, or -1 with why set. */
static int
look(int root, struct restore_way *way, struct failure *why)
{
	const int fd = beneath_open_directory(root, way->name);

	if (fd == -1 && errno == ENOENT)
		return (0);
	if (fd == -1 || mountid_find(fd, "", &way->mount) == -1) {
		failure_set_errno(why, failure_code_of_errno(errno), errno,
		    "cannot reach '%s'", way->name);
		if (fd != -1)
			(void)close(fd);	/* was only looked at */
		return (-1);
	}
	way->there = true;
	way->writable = faccessat(fd, ".", W_OK | X_OK, AT_EACCESS) == 0;
	(void)close(fd);		/* was only looked at */
	return (0);
}

/* Adds the first length bytes of name as a way. */
static void
add_way(struct restore_ways *ways, const char *name, size_t length)
{
	ways->list = memory_grow(ways->list, ways->count,
	    sizeof(*ways->list));
	struct restore_way *way = &ways->list[ways->count++];

	*way = (struct restore_way){ .name = memory_make(length + 1, 1) };
	memcpy(way->name, name, length);
}

/* Puts the ways into their order, each once. */
static void
sort(struct restore_ways *ways)
{
	size_t kept = 1;

	qsort(ways->list, ways->count, sizeof(*ways->list), compare_ways);
	for (size_t i = 1; i < ways->count; i++) {
		if (strcmp(ways->list[i].name, ways->list[kept - 1].name) == 0)
			free(ways->list[i].name);
		else
			ways->list[kept++] = ways->list[i];
	}
	ways->count = kept;
}

int
restore_ways_make(int root, const struct index *index,
    struct restore_ways *ways, struct failure *why)
{
	int rc = 0;

	add_way(ways, "", 0);
	for (size_t i = 0; i < index->trees.count; i++) {
		const char *tree = index->trees.list[i];

		for (const char *slash = strchr(tree, '/');
		    slash != NULL; slash = strchr(slash + 1, '/'))
			add_way(ways, tree, (size_t)(slash - tree));
	}
	sort(ways);
	for (size_t i = 0; i < ways->count && rc == 0; i++)
		rc = look(root, &ways->list[i], why);
	return (rc);
}

/* Whether there is something called name below root. */
static bool
is_there(int root, const char *name)
{
	const int fd = beneath_open_directory(root, name);
	const bool there = fd != -1 || errno != ENOENT;

	if (fd != -1)
		(void)close(fd);	/* was only looked at */
	return (there);
}

const char *
restore_ways_registry(int root, const struct restore_ways *ways,
    const struct index *index)
{
	size_t last = ways->count;

	for (size_t i = 0; i < ways->count; i++) {
		if (ways->list[i].there && ways->list[i].writable)
			return (ways->list[i].name);
	}
	if (is_there(root, index->trees.list[0]))
		return (index->trees.list[0]);
	/* Nothing can be made: that it cannot be made there says why. */
	do
		last--;
	while (last > 0 && !ways->list[last].there);
	return (ways->list[last].name);
}

void
restore_ways_release(struct restore_ways *ways)
{
	for (size_t i = 0; i < ways->count; i++)
		free(ways->list[i].name);
	free(ways->list);
	*ways = (struct restore_ways){ 0 };
}
