#include <config.h>

#include "restore_note.h"

#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "../../libcore/base/failure.h"
#include "../../libcore/base/text.h"
#include "../../libcore/system/beneath.h"
#include "../tree/folder.h"
#include "restoration.h"
#include "restore_disk.h"
#include "restore_layout.h"
#include "restore_record.h"
#include "restore_request.h"

static int
refuse(struct failure *why, const char *what, const char *name)
{
	const int error = errno;

	failure_set_errno(why, failure_code_of_errno(error), error,
	    "cannot %s '%s'", what, name);
	return (-1);
}

/* Returns the inode of name in directory, 0 when there is none. */
static int
find_inode(int directory, const char *name, uint64_t *inode)
{
	struct stat status;

	*inode = 0;
	if (directory == -1 ||
	    fstatat(directory, name, &status, AT_SYMLINK_NOFOLLOW) == -1)
		return (errno == ENOENT ? 0 : -1);
	*inode = (uint64_t)status.st_ino;
	return (0);
}

/* Notes what will be exchanged with what. */
static int
note_inodes(const struct restoration *restoration, size_t unit,
    struct failure *why)
{
	const struct restore_layout *layout = restoration->layout;
	const struct restore_node *node = &layout->units[unit].node;
	struct restore_move *move = &restoration->record->moves[unit];
	const uint64_t expected = node->there == NULL ? 0 :
	    (uint64_t)node->there->inode;
	char staged[24];
	const char *name;

	(void)snprintf(staged, sizeof(staged), "%zu", unit);
	if (find_inode(restoration->stages[move->place], staged,
	    &move->fresh) == -1)
		return (refuse(why, "make ready", node->name));
	const int directory = beneath_open_parent(restoration->root,
	    node->name, &name);
	const int rc = find_inode(directory, name, &move->old);

	if (directory != -1)
		(void)close(directory);	/* was only looked at */
	if (rc == -1)
		return (refuse(why, "look at", node->name));
	if (move->old == expected)
		return (0);
	failure_set(why, EXITCODE_FAILED,
	    "'%s' in the target was changed meanwhile", node->name);
	return (-1);
}

/* Makes the directory "N.what" with the attributes of node, old or new. */
static int
make_pattern(const struct restoration *restoration, size_t setting,
    const struct restore_node *node, const char *what, struct failure *why)
{
	const struct restore_record *record = restoration->record;
	const int stage = restoration->stages[
	    record->settings[setting].place];
	struct text name = { 0 };
	int rc = -1;

	text_format(&name, "%zu.%s", record->move_count + setting, what);
	if (mkdirat(stage, text_string(&name), S_IRWXU) == 0) {
		const int fd = beneath_open_directory(stage,
		    text_string(&name));

		if (fd != -1) {
			rc = strcmp(what, "old") == 0 ?
			    restoration_copy_attributes(restoration, node,
			    fd) :
			    restoration_set_attributes(restoration, node,
			    fd);
			(void)close(fd);	/* a directory */
		}
	}
	if (rc == -1)
		(void)refuse(why, "keep the attributes of", node->name);
	text_release(&name);
	return (rc);
}

int
restore_note_run(const struct restoration *restoration, struct failure *why)
{
	const struct restore_record *record = restoration->record;

	for (size_t i = 0; i < record->move_count; i++) {
		if (note_inodes(restoration, i, why) == -1)
			return (-1);
	}
	for (size_t i = 0; i < record->setting_count; i++) {
		const struct restore_node *node =
		    &restoration->layout->nodes[restoration->settings[i]];

		if ((node->was_directory &&
		    make_pattern(restoration, i, node, "old", why) == -1) ||
		    (node->is_directory &&
		    make_pattern(restoration, i, node, "new", why) == -1))
			return (-1);
	}
	return (0);
}

/* Looks at node again, if it was a directory. */
static int
check_directory(const struct restoration *restoration,
    struct folder *folder, const struct restore_node *node,
    struct failure *why)
{
	if (!node->was_directory || node->there->mounted)
		return (0);
	const struct timespec mtime = restore_disk_directory(
	    restoration->request->disk, node->there)->mtime;
	struct stat status;
	const char *name;
	const int directory = folder_open(folder, node->name, &name);

	if (directory != -1 && fstatat(directory, name, &status,
	    AT_SYMLINK_NOFOLLOW) == 0 &&
	    status.st_ino == node->there->inode &&
	    status.st_mtim.tv_sec == mtime.tv_sec &&
	    status.st_mtim.tv_nsec == mtime.tv_nsec)
		return (0);
	failure_set(why, EXITCODE_FAILED,
	    "'%s' in the target was changed meanwhile", node->name);
	return (-1);
}

int
restore_note_check(const struct restoration *restoration,
    struct failure *why)
{
	const struct restore_layout *layout = restoration->layout;
	struct folder folder;
	int rc = 0;

	folder_start(&folder, restoration->root);
	for (size_t unit = 0; unit < layout->unit_count; unit++) {
		const struct restore_unit *own = &layout->units[unit];

		for (size_t i = own->begin.node; i < own->node.end.node &&
		    rc == 0; i++)
			rc = check_directory(restoration, &folder,
			    &layout->nodes[i], why);
	}
	folder_close(&folder);
	return (rc);
}
