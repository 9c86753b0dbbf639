#include <config.h>

#include "walk.h"

#include <sys/stat.h>

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../../libcore/base/failure.h"
#include "../../libcore/base/memory.h"
#include "../../libcore/base/text.h"
#include "../../libcore/base/words.h"
#include "../../libcore/system/beneath.h"
#include "../base/tally.h"
#include "entry.h"
#include "scan.h"

enum { OPEN_LIMIT = 64 };		/* directories kept open at once */

/* A directory that is walked through. */
struct level {
	int		 fd;		/* -1: closed, for there are many */
	dev_t		 device;
	ino_t		 inode;
	size_t		 length;	/* of its name, in path */
	struct words	 names;		/* in it, sorted */
	size_t		 next;
};

/* All trees; those before "tree" were begun. */
struct walk {
	int				 root;
	char				**trees;	/* sorted */
	size_t				 tree_count;
	size_t				 tree;
	const struct walk_visitor	*visitor;
	struct tally			*tally;
};

/* One tree: the stack of directories down to where the walk is. */
struct descent {
	struct walk	*walk;
	struct text	 path;
	dev_t		 device;	/* of the tree; others are mounted */
	struct level	*levels;
	size_t		 depth;
	size_t		 room;
};

static int
compare_names(const void *a, const void *b)
{
	const char *const *left = a;
	const char *const *right = b;

	return (entry_compare_names(*left, *right));
}

/* Says that nobody knows what is at path and below it. */
static void
hide(const struct descent *descent)
{
	const struct walk_visitor *visitor = descent->walk->visitor;

	if (visitor->hidden != NULL)
		visitor->hidden(visitor->cookie, text_string(&descent->path));
}

static void
tell(const struct descent *descent, int error)
{
	tally_trouble(descent->walk->tally, text_string(&descent->path),
	    "cannot be read: %s", strerror(error));
	hide(descent);
}

/* Whether fd is the directory that was seen before; tells when it is not. */
static bool
is_same(const struct descent *descent, int fd, dev_t device, ino_t inode)
{
	struct stat status;

	if (fstat(fd, &status) == 0 && status.st_dev == device &&
	    status.st_ino == inode)
		return (true);
	tally_trouble(descent->walk->tally, text_string(&descent->path),
	    "was replaced while it was read");
	hide(descent);
	return (false);
}

/* Reads all names in the directory of level, and sorts them. */
static void
read_names(const struct descent *descent, struct level *level)
{
	const int fd = fcntl(level->fd, F_DUPFD_CLOEXEC, 0);
	DIR *stream = fd == -1 ? NULL : fdopendir(fd);
	const struct dirent *item;

	if (stream == NULL) {
		tell(descent, errno);
		if (fd != -1)
			(void)close(fd);	/* was not used */
		return;
	}
	while ((errno = 0, item = readdir(stream)) != NULL) {
		if (!scan_skips(item->d_name))
			words_add(&level->names, item->d_name);
	}
	if (errno != 0)
		tell(descent, errno);
	(void)closedir(stream);		/* was only read */
	if (level->names.count > 0)
		qsort(level->names.list, level->names.count,
		    sizeof(*level->names.list), compare_names);
}

/* Frees what level holds. */
static void
release_level(struct level *level)
{
	if (level->fd != -1)
		(void)close(level->fd);	/* a directory */
	words_release(&level->names);
}

/*
 * Whether the directory in path lies so deep that it is not gone into, which
 * is told.
 */
static bool
is_too_deep(const struct descent *descent)
{
	const struct walk *walk = descent->walk;
	const size_t longest = walk->visitor->longest;

	if (longest == 0 || descent->path.length <= longest)
		return (false);
	tally_trouble(walk->tally, text_string(&descent->path),
	    "lies too deep: nothing below it is looked at");
	return (true);
}

/*
 * Goes into the directory name of the open directory, which was seen there
 * and whose whole name is in path.  When it cannot be read nothing is done.
 */
static void
go_down(struct descent *descent, int directory, const char *name,
    const struct entry_disk *seen)
{
	struct level level = { .device = seen->device, .inode = seen->inode,
	    .length = descent->path.length };

	level.fd = scan_open(directory, name, O_DIRECTORY);
	if (level.fd == -1 && errno != ENOENT)
		tell(descent, errno);
	if (level.fd == -1)
		return;
	if (!is_same(descent, level.fd, level.device, level.inode)) {
		release_level(&level);
		return;
	}
	read_names(descent, &level);
	if (descent->depth == descent->room) {
		descent->room = descent->room == 0 ? 16 : 2 * descent->room;
		descent->levels = memory_resize(descent->levels,
		    descent->room, sizeof(*descent->levels));
	}
	if (descent->depth >= OPEN_LIMIT) {
		struct level *high =
		    &descent->levels[descent->depth - OPEN_LIMIT];

		(void)close(high->fd);	/* a directory */
		high->fd = -1;
	}
	descent->levels[descent->depth++] = level;
}

/* Opens a directory anew that was closed.  Returns whether it can go on. */
static bool
reopen(struct descent *descent, struct level *level)
{
	level->fd = beneath_open_directory(descent->walk->root,
	    text_string(&descent->path));
	if (level->fd != -1)
		return (is_same(descent, level->fd, level->device,
		    level->inode));
	tell(descent, errno);
	return (false);
}

/*
 * Shows the visitor entry, whose name is in path, and goes down into it when
 * it is a directory.  It may be a tree, too.
 */
static int
take_entry(struct descent *descent, const struct walk_sight *sight,
    struct failure *why)
{
	struct walk *walk = descent->walk;
	struct entry *entry = sight->entry;
	bool tree = false;

	if (walk->tree < walk->tree_count && strcmp(walk->trees[walk->tree],
	    text_string(&descent->path)) == 0) {
		walk->tree++;
		tree = true;
	}
	if (entry->kind == ENTRY_DIRECTORY && !tree)
		entry->mounted = entry->disk.device != descent->device;
	const struct entry_disk seen = entry->disk;
	const bool down = entry->kind == ENTRY_DIRECTORY && !entry->mounted;

	entry->name = memory_copy(text_string(&descent->path),
	    descent->path.length + 1);
	if (walk->visitor->visit(walk->visitor->cookie, sight, why) == -1)
		return (-1);
	if (down && !is_too_deep(descent))
		go_down(descent, sight->directory, sight->name, &seen);
	return (0);
}

static int
walk_before(struct walk *walk, const char *name, struct failure *why);

/* Takes the next name of the lowest directory.  Returns 0 or -1. */
static int
step(struct descent *descent, struct failure *why)
{
	struct level *level = &descent->levels[descent->depth - 1];
	struct text *path = &descent->path;
	struct entry entry = { 0 };
	struct stat status;

	path->length = level->length;
	path->bytes[path->length] = '\0';
	if (level->next == level->names.count ||
	    (level->fd == -1 && !reopen(descent, level))) {
		release_level(level);
		descent->depth--;
		return (0);
	}
	const int directory = level->fd;
	const char *name = level->names.list[level->next++];

	text_add_bytes(path, "/", 1);
	text_add(path, name);
	if (walk_before(descent->walk, text_string(path), why) == -1)
		return (-1);
	const struct walk_sight sight = { directory, name, &status, &entry };
	int rc = 0;

	if (scan_entry(directory, name, &entry, &status) == 0) {
		rc = take_entry(descent, &sight, why);
	} else if (errno != ENOENT) {
		tally_trouble(descent->walk->tally, text_string(path),
		    "cannot be looked at: %s", strerror(errno));
		hide(descent);
	}
	entry_release(&entry);
	return (rc);
}

/* Begins with the tree itself.  Returns 0, or -1 with why set. */
static int
begin(struct descent *descent, struct failure *why)
{
	const char *path = text_string(&descent->path);
	struct entry entry = { 0 };
	struct stat status;
	const char *name;
	const int parent = beneath_open_parent(descent->walk->root, path,
	    &name);
	const struct walk_sight sight = { parent, name, &status, &entry };
	int rc = parent == -1 ? -1 : scan_entry(parent, name, &entry,
	    &status);

	if (rc == 0) {
		descent->device = entry.disk.device;
		rc = take_entry(descent, &sight, why);
	} else if (errno == ENOENT) {
		rc = 0;
	} else {
		failure_set_errno(why, failure_code_of_errno(errno), errno,
		    "cannot reach '%s'", path);
	}
	if (parent != -1)
		(void)close(parent);	/* was only looked at */
	entry_release(&entry);
	return (rc);
}

/* Walks through the next tree. */
static int
walk_tree(struct walk *walk, struct failure *why)
{
	struct descent descent = { .walk = walk };

	text_add(&descent.path, walk->trees[walk->tree++]);
	int rc = begin(&descent, why);

	while (rc == 0 && descent.depth > 0)
		rc = step(&descent, why);
	while (descent.depth > 0)
		release_level(&descent.levels[--descent.depth]);
	free(descent.levels);
	text_release(&descent.path);
	return (rc);
}

/*
 * Walks through the trees whose turn is before name: such as lie in the one
 * that is walked through, but where it does not lead.
 */
static int
walk_before(struct walk *walk, const char *name, struct failure *why)
{
	while (walk->tree < walk->tree_count &&
	    entry_compare_names(walk->trees[walk->tree], name) < 0) {
		if (walk_tree(walk, why) == -1)
			return (-1);
	}
	return (0);
}

int
walk_trees(int root, const struct words *trees,
    const struct walk_visitor *visitor, struct tally *tally,
    struct failure *why)
{
	struct words sorted = { 0 };
	int rc = 0;

	words_add_all(&sorted, trees);
	qsort(sorted.list, sorted.count, sizeof(*sorted.list), compare_names);
	struct walk walk = { .root = root, .trees = sorted.list,
	    .tree_count = sorted.count, .visitor = visitor, .tally = tally };

	while (rc == 0 && walk.tree < walk.tree_count)
		rc = walk_tree(&walk, why);
	words_release(&sorted);
	return (rc);
}
