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

static bool
has_way(const struct restore_ways *ways, const char *name, size_t length)
{
	for (size_t i = ways->count; i-- > 0;) {
		if (strlen(ways->list[i].name) == length &&
		    memcmp(ways->list[i].name, name, length) == 0)
			return (true);
	}
	return (false);
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

/* Adds the first length bytes of name as a way, if it is new. */
static int
add_way(int root, struct restore_ways *ways, const char *name, size_t length,
    struct failure *why)
{
	if (has_way(ways, name, length))
		return (0);
	ways->list = memory_resize(ways->list, ways->count + 1,
	    sizeof(*ways->list));
	struct restore_way *way = &ways->list[ways->count++];

	*way = (struct restore_way){ .name = memory_make(length + 1, 1) };
	memcpy(way->name, name, length);
	return (look(root, way, why));
}

int
restore_ways_make(int root, const struct index *index,
    struct restore_ways *ways, struct failure *why)
{
	int rc = add_way(root, ways, "", 0, why);

	for (size_t i = 0; i < index->trees.count; i++) {
		const char *tree = index->trees.list[i];

		for (const char *slash = strchr(tree, '/');
		    slash != NULL && rc == 0; slash = strchr(slash + 1, '/'))
			rc = add_way(root, ways, tree,
			    (size_t)(slash - tree), why);
	}
	if (ways->count > 1)
		qsort(ways->list, ways->count, sizeof(*ways->list),
		    compare_ways);
	return (rc);
}

const char *
restore_ways_registry(const struct restore_ways *ways,
    const struct index *index)
{
	for (size_t i = 0; i < ways->count; i++) {
		if (ways->list[i].there && ways->list[i].writable)
			return (ways->list[i].name);
	}
	return (index->trees.list[0]);
}

void
restore_ways_release(struct restore_ways *ways)
{
	for (size_t i = 0; i < ways->count; i++)
		free(ways->list[i].name);
	free(ways->list);
	*ways = (struct restore_ways){ 0 };
}
