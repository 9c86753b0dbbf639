#include <config.h>

#include "scan.h"

#include <sys/stat.h>

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../../libcore/base/digest.h"
#include "../../libcore/base/failure.h"
#include "../../libcore/base/memory.h"
#include "../../libcore/base/text.h"
#include "../../libcore/compat/fileflags.h"
#include "../../libcore/compat/noatime.h"
#include "../../libcore/system/beneath.h"
#include "../../libcore/system/fileio.h"
#include "../base/tally.h"
#include "entry.h"
#include "stage_name.h"

enum { TARGET_ROOM = 256 };		/* of a link, at first */

/*
 * Returns the target of the symbolic link name, for free(), or NULL with
 * errno set.  It may change while it is read, so its length is not asked for.
 */
static char *
read_target(int directory, const char *name)
{
	size_t room = TARGET_ROOM;
	char *target = NULL;

	for (;;) {
		target = memory_resize(target, room, 1);
		const ssize_t length = readlinkat(directory, name, target,
		    room);

		if (length == -1) {
			free(target);
			return (NULL);
		}
		if ((size_t)length < room) {
			target[length] = '\0';
			return (target);
		}
		room *= 2;
	}
}

int
scan_entry(int directory, const char *name, struct entry *entry,
    struct stat *status)
{
	bool fixed;

	if (fileflags_look(directory, name, status, &fixed) == -1)
		return (-1);
	entry_clear_content(entry);
	entry_set_status(entry, status);
	entry->fixed = fixed;
	if (entry->kind == ENTRY_SYMLINK) {
		entry->content.target = read_target(directory, name);
		if (entry->content.target == NULL)
			return (-1);
	}
	return (0);
}

/* Adds the entry name of directory, which is path or lies in it. */
static void
add_entry(int directory, const char *path, const char *name,
    struct entry_list *list, struct tally *tally)
{
	struct entry *entry = entry_list_add(list);
	struct text full = { 0 };
	struct stat status;

	text_format(&full, "%s/%s", path, name);
	entry->name = text_take(&full);
	if (scan_entry(directory, name, entry, &status) == 0)
		return;
	if (errno != ENOENT)
		tally_trouble(tally, entry->name, "cannot be looked at: %s",
		    strerror(errno));
	entry_list_drop(list);
}

bool
scan_skips(const char *name)
{
	return (strcmp(name, ".") == 0 || strcmp(name, "..") == 0 ||
	    stage_name_is_in(name));
}

/*
 * Opens the directory that was seen as entry.  Returns it, or NULL when it
 * cannot be read or is another one now, which tally was told.
 */
static DIR *
open_directory(int root, const struct entry *entry, struct tally *tally)
{
	const int fd = beneath_open_directory(root, entry->name);
	struct stat status;

	if (fd == -1) {
		if (errno != ENOENT)
			tally_trouble(tally, entry->name,
			    "cannot be read: %s", strerror(errno));
		return (NULL);
	}
	if (fstat(fd, &status) == -1 ||
	    status.st_dev != entry->disk.device ||
	    status.st_ino != entry->disk.inode) {
		tally_trouble(tally, entry->name,
		    "was replaced while it was read");
		(void)close(fd);	/* was only looked at */
		return (NULL);
	}
	DIR *stream = fdopendir(fd);

	if (stream == NULL) {
		tally_trouble(tally, entry->name, "cannot be read: %s",
		    strerror(errno));
		(void)close(fd);	/* was only looked at */
	}
	return (stream);
}

/* Adds what lies in the directory number of list. */
static void
scan_directory(int root, struct entry_list *list, size_t number,
    struct tally *tally)
{
	DIR *stream = open_directory(root, &list->list[number], tally);
	const struct dirent *item;

	if (stream == NULL)
		return;
	/* The list moves when it grows; its names stay where they are. */
	const char *path = list->list[number].name;

	while ((errno = 0, item = readdir(stream)) != NULL) {
		if (!scan_skips(item->d_name))
			add_entry(dirfd(stream), path, item->d_name, list,
			    tally);
	}
	if (errno != 0)
		tally_trouble(tally, path, "cannot be read: %s",
		    strerror(errno));
	(void)closedir(stream);		/* was only read */
}

/* Adds path itself.  Returns 1, 0 when there is nothing, or -1. */
static int
add_root(int root, const char *path, struct entry_list *list,
    struct failure *why)
{
	const char *name;
	const int parent = beneath_open_parent(root, path, &name);
	struct stat status;
	int rc = -1;

	if (parent != -1) {
		struct entry *entry = entry_list_add(list);

		entry->name = memory_copy_string(path);
		rc = scan_entry(parent, name, entry, &status);
		if (rc == -1)
			entry_list_drop(list);
		fileio_close_read(parent);
	}
	if (rc == 0)
		return (1);
	if (errno == ENOENT)
		return (0);
	failure_set_errno(why, failure_code_of_errno(errno), errno,
	    "cannot reach '%s'", path);
	return (-1);
}

int
scan_tree(int root, const char *path, struct entry_list *list,
    struct tally *tally, struct failure *why)
{
	size_t number = list->count;
	const int rc = add_root(root, path, list, why);

	if (rc <= 0)
		return (rc);
	const dev_t device = list->list[number].disk.device;

	/* The list itself is the queue of what is still to be looked into. */
	for (; number < list->count; number++) {
		struct entry *entry = &list->list[number];

		if (entry->kind != ENTRY_DIRECTORY)
			continue;
		entry->mounted = entry->disk.device != device;
		if (!entry->mounted)
			scan_directory(root, list, number, tally);
	}
	return (0);
}

/* Reads the open file fd, if it is still the one that was seen. */
static int
read_digest(int fd, struct entry *entry)
{
	char digest[DIGEST_TEXT_ROOM];
	struct stat status;

	if (fstat(fd, &status) == -1)
		return (-1);
	if (!S_ISREG(status.st_mode) || status.st_ino != entry->disk.inode) {
		errno = ESTALE;
		return (-1);
	}
	if (digest_of_descriptor(fd, digest) == -1)
		return (-1);
	entry->digested = digest_read(digest, entry->digest) == 0;
	return (0);
}

int
scan_open(int directory, const char *name, int flags)
{
	const int all = flags | O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY;
	const int quiet = noatime_flag();
	const int fd = fileio_open(directory, name, all | quiet, 0);

	/* That is for owners; who is none may still read. */
	return (fd == -1 && errno == EPERM && quiet != 0 ?
	    fileio_open(directory, name, all, 0) : fd);
}

int
scan_digest_at(int directory, const char *name, struct entry *entry)
{
	const int fd = scan_open(directory, name, 0);

	if (fd == -1)
		return (-1);
	const int rc = read_digest(fd, entry);

	fileio_close_read(fd);
	return (rc);
}
