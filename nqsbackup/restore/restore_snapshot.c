#include <config.h>

#include "restore_snapshot.h"

#include <errno.h>
#include <stdint.h>
#include <unistd.h>

#include "../../libcore/base/failure.h"
#include "../../libcore/compat/mountid.h"
#include "../../libcore/system/beneath.h"
#include "../archive/index.h"
#include "../base/interrupt.h"
#include "../base/tally.h"
#include "../tree/folder.h"
#include "../tree/scan.h"
#include "../tree/selection.h"
#include "../tree/traits_disk.h"
#include "restore_attributes.h"
#include "restore_plan.h"
#include "restore_request.h"

static int
scan_trees(int root, const struct index *index, struct entry_list *disk,
    struct failure *why)
{
	struct tally tally = { 0 };

	for (size_t i = 0; i < index->trees.count; i++) {
		if (scan_tree(root, index->trees.list[i], disk, &tally,
		    why) == -1)
			return (-1);
	}
	if (tally.troubles == 0)
		return (0);
	failure_set(why, EXITCODE_FAILED,
	    "%zu things in the target cannot be looked at", tally.troubles);
	return (-1);
}

/*
 * Whether the file there has all that entry, with its content, would get,
 * so that only its data can still differ.
 */
static bool
may_be_same(const struct restore_request *request, const struct entry *entry,
    const struct entry *there)
{
	const struct entry *content = index_content(request->index, entry);

	return (content->kind == ENTRY_FILE && there->kind == ENTRY_FILE &&
	    content->size == there->size &&
	    restore_attributes_is_same(request, content, there) &&
	    selection_has(request->patterns, entry->name));
}

/* The mount of the last directory, and whether it is one of layers. */
struct mount {
	uint64_t	id;
	bool		known;
	bool		layered;
};

/* Finds out whether the directory path lies on a file system of layers. */
static bool
is_layered(int root, const char *path)
{
	const int fd = beneath_open_directory(root, path);
	const bool layered = fd != -1 && mountid_is_layered(fd);

	if (fd != -1)
		(void)close(fd);	/* was only looked at */
	return (layered);
}

/* Finds out on which mount a directory lies. */
static int
add_mount(struct folder *folder, struct entry *there, struct mount *mount,
    struct failure *why)
{
	const char *name;
	const int directory = folder_open(folder, there->name, &name);

	if (directory != -1 &&
	    mountid_find(directory, name, &there->disk.mount) == 0) {
		if (!mount->known || mount->id != there->disk.mount)
			mount->layered = is_layered(folder->root,
			    there->name);
		mount->known = true;
		mount->id = there->disk.mount;
		there->disk.immovable = mount->layered;
		return (0);
	}
	failure_set_errno(why, failure_code_of_errno(errno), errno,
	    "cannot look at '%s' in the target", there->name);
	return (-1);
}

/*
 * Reads the extended attributes of there, if those of entry, with its
 * content, count.  Where the file system takes none of them, they are lost.
 */
static void
read_traits(const struct restore_request *request, struct folder *folder,
    struct traits_reader *reader, const struct entry *entry,
    struct entry *there)
{
	const struct entry *content = index_content(request->index, entry);
	const char *name;

	if (content->kind != there->kind || content->implied ||
	    (content->traits == NULL && !request->rule.complete))
		return;
	const int directory = folder_open(folder, there->name, &name);

	if (directory == -1)
		return;
	traits_disk_read_at(reader, directory, name, there);
	if (there->traits == NULL &&
	    !traits_is_met(&request->rule, content->traits, NULL) &&
	    !traits_disk_can_hold(directory, name, &request->rule,
	    content->traits))
		*restore_attributes_lost(request, content) = ENOTSUP;
}

int
restore_snapshot_make(int root, const struct restore_request *request,
    struct entry_list *disk, struct failure *why)
{
	const struct entry_list *entries = &request->index->entries;
	struct mount mount = { 0 };
	struct folder folder;
	struct tally tally = { 0 };
	int rc = scan_trees(root, request->index, disk, why);

	if (rc == -1)
		return (-1);
	entry_list_sort(disk);
	struct traits_reader reader = { .pool = entry_list_traits(disk),
	    .tally = &tally };

	folder_start(&folder, root);
	for (size_t i = 0; i < disk->count && rc == 0; i++) {
		struct entry *there = &disk->list[i];
		const ssize_t number = entry_list_find(entries, there->name);

		if (number != -1)
			read_traits(request, &folder, &reader,
			    &entries->list[number], there);
		/* What cannot be read is written anew. */
		if (number != -1 && may_be_same(request,
		    &entries->list[number], there))
			(void)scan_digest(&folder, there);
		if (there->kind == ENTRY_DIRECTORY)
			rc = add_mount(&folder, there, &mount, why);
		if (rc == 0)
			rc = interrupt_check(why);
	}
	folder_close(&folder);
	return (rc);
}
