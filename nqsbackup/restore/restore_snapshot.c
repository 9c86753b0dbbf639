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
#include "../tree/scan.h"
#include "../tree/selection.h"
#include "../tree/traits_disk.h"
#include "../tree/walk.h"
#include "restore_attributes.h"
#include "restore_disk.h"
#include "restore_request.h"

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

/* The looking, and how far it is. */
struct snapshot {
	int				 root;
	const struct restore_request	*request;
	struct restore_disk		*disk;
	size_t				 next;	/* entry of the archive */
	struct traits_reader		 reader;
	struct restore_mount		 mount;	/* of the last directory */
	bool				 mount_known;
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
find_mount(struct snapshot *snapshot, const struct walk_sight *sight,
    struct failure *why)
{
	struct restore_mount *mount = &snapshot->mount;
	const struct entry *there = sight->entry;
	uint64_t id;

	if (mountid_find(sight->directory, sight->name, &id) == 0) {
		if (!snapshot->mount_known || mount->id != id)
			mount->layered = is_layered(snapshot->root,
			    there->name);
		snapshot->mount_known = true;
		mount->id = id;
		return (0);
	}
	failure_set_errno(why, failure_code_of_errno(errno), errno,
	    "cannot look at '%s' in the target", there->name);
	return (-1);
}

/*
 * Reads the extended attributes of what is seen, if those of entry, with its
 * content, count.  Where the file system takes none of them, they are lost.
 */
static void
read_traits(struct snapshot *snapshot, const struct walk_sight *sight,
    const struct entry *entry)
{
	const struct restore_request *request = snapshot->request;
	struct entry *there = sight->entry;
	const struct entry *content = index_content(request->index, entry);

	if (content->kind != there->kind || content->implied ||
	    (content->traits == NULL && !request->rule.complete))
		return;
	traits_disk_read_at(&snapshot->reader, sight->directory, sight->name,
	    there);
	if (there->traits == NULL &&
	    !traits_is_met(&request->rule, content->traits, NULL) &&
	    !traits_disk_can_hold(sight->directory, sight->name,
	    &request->rule, content->traits))
		*restore_attributes_lost(request, content) = ENOTSUP;
}

/* Returns the entry that has the name of there, or NULL. */
static const struct entry *
find_entry(struct snapshot *snapshot, const struct entry *there)
{
	const struct entry_list *entries = &snapshot->request->index->entries;

	/* Both come in the same order. */
	for (; snapshot->next < entries->count; snapshot->next++) {
		const struct entry *entry = &entries->list[snapshot->next];
		const int order = entry_compare_names(entry->name,
		    there->name);

		if (order >= 0)
			return (order == 0 ? entry : NULL);
	}
	return (NULL);
}

static int
visit(void *cookie, const struct walk_sight *sight, struct failure *why)
{
	static const struct restore_mount none;
	struct snapshot *snapshot = cookie;
	struct entry *there = sight->entry;
	const bool directory = there->kind == ENTRY_DIRECTORY;
	const struct entry *entry = find_entry(snapshot, there);

	if (entry != NULL)
		read_traits(snapshot, sight, entry);
	/* What cannot be read is written anew. */
	if (entry != NULL && may_be_same(snapshot->request, entry, there))
		(void)scan_digest_at(sight->directory, sight->name, there);
	if (directory && find_mount(snapshot, sight, why) == -1)
		return (-1);
	restore_disk_add(snapshot->disk, snapshot->request, entry, there,
	    directory ? &snapshot->mount : &none);
	return (interrupt_check(why));
}

int
restore_snapshot_make(int root, const struct restore_request *request,
    struct restore_disk *disk, struct failure *why)
{
	struct tally tally = { 0 };
	struct tally traits_tally = { 0 };
	struct traits_pool *pool = traits_pool_make();
	struct snapshot snapshot = { .root = root, .request = request,
	    .disk = disk, .reader = { .pool = pool,
	    .tally = &traits_tally } };
	const struct walk_visitor visitor = { .visit = visit,
	    .cookie = &snapshot };
	const int rc = walk_trees(root, &request->index->trees, &visitor,
	    &tally, why);

	traits_pool_free(pool);
	if (rc == -1 || tally.troubles == 0)
		return (rc);
	failure_set(why, EXITCODE_FAILED,
	    "%zu thing%s in the target cannot be looked at", tally.troubles,
	    tally.troubles == 1 ? "" : "s");
	return (-1);
}
