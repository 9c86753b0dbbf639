#include <config.h>

#include "restore_mounts.h"

#include <errno.h>
#include <stdint.h>

#include "../../libcore/base/failure.h"
#include "../../libcore/compat/mountid.h"
#include "../base/interrupt.h"
#include "../base/tally.h"
#include "../tree/entry.h"
#include "../tree/folder.h"
#include "../tree/scan.h"

static int
refuse(const char *name, struct failure *why)
{
	failure_set(why, EXITCODE_FAILED, "something is mounted at '%s' in "
	    "the target, and would be moved with what it covers", name);
	failure_hint(why, "unmount it, and try again");
	return (-1);
}

/*
 * Looks whether name lies on mount, the one of the tree.  What vanishes
 * meanwhile does not count.
 */
static int
check_one(struct folder *folder, const char *path, uint64_t mount,
    struct failure *why)
{
	const char *name;
	const int directory = folder_open(folder, path, &name);
	uint64_t found;

	if (directory == -1 || mountid_find(directory, name, &found) == -1 ||
	    found == mount)
		return (0);
	return (refuse(path, why));
}

/* Finds the mount that the directory of path lies on. */
static int
find_mount(struct folder *folder, const char *path, uint64_t *mount,
    struct failure *why)
{
	const char *name;
	const int directory = folder_open(folder, path, &name);

	if (directory == -1 && errno == ENOENT)
		return (0);
	if (directory != -1 && mountid_find(directory, "", mount) == 0)
		return (1);
	failure_set_errno(why, failure_code_of_errno(errno), errno,
	    "cannot look at '%s' in the target", path);
	return (-1);
}

int
restore_mounts_check(int root, const char *path, struct failure *why)
{
	struct entry_list list = { 0 };
	struct tally tally = { 0 };
	struct folder folder;
	uint64_t mount;

	folder_start(&folder, root);
	int rc = find_mount(&folder, path, &mount, why);

	if (rc == 1)
		rc = scan_tree(root, path, &list, &tally, why);
	for (size_t i = 0; i < list.count && rc == 0; i++) {
		rc = check_one(&folder, list.list[i].name, mount, why);
		if (rc == 0)
			rc = interrupt_check(why);
	}
	folder_close(&folder);
	entry_list_release(&list);
	return (rc);
}
