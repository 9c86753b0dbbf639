#include <config.h>

#include "restore_disk.h"

#include <stdlib.h>
#include <string.h>

#include "../../libcore/base/memory.h"
#include "../archive/index.h"
#include "restore_attributes.h"
#include "restore_request.h"

/* Whether there, of the same kind, is as entry is to be, data included. */
static bool
is_as_archived(const struct restore_request *request,
    const struct entry *entry, const struct entry *there)
{
	if (!restore_attributes_is_same(request, entry, there))
		return (false);
	if (entry->kind == ENTRY_DIRECTORY)
		return (true);
	if (entry->kind == ENTRY_SYMLINK)
		return (strcmp(entry->content.target,
		    there->content.target) == 0);
	if (entry->kind != ENTRY_FILE)
		return (entry_is_same_device(entry, there));
	return (there->digested && there->size == entry->size &&
	    memcmp(there->digest, entry->digest, DIGEST_SIZE) == 0);
}

void
restore_disk_add(struct restore_disk *disk,
    const struct restore_request *request, const struct entry *entry,
    struct entry *there, const struct restore_mount *mount)
{
	const struct entry *content = entry == NULL ? NULL :
	    index_content(request->index, entry);

	if (disk->count == disk->room) {
		disk->room = disk->room == 0 ? 64 : disk->room +
		    disk->room / 2;
		disk->list = memory_resize(disk->list, disk->room,
		    sizeof(*disk->list));
	}
	disk->list[disk->count++] = (struct restore_there){
	    .name = entry == NULL ? there->name : entry->name,
	    .lent = entry != NULL, .mtime = entry_mtime(there),
	    .device = there->disk.device, .inode = there->disk.inode,
	    .mount = mount->id, .uid = there->uid,
	    .mode = there->mode, .kind = there->kind,
	    .several = there->several, .mounted = there->mounted,
	    .immovable = mount->layered,
	    .same = content != NULL && content->kind == there->kind &&
	    is_as_archived(request, content, there) };
	if (entry == NULL)
		there->name = NULL;
}

void
restore_disk_release(struct restore_disk *disk)
{
	for (size_t i = 0; i < disk->count; i++) {
		if (!disk->list[i].lent)
			free(disk->list[i].name);
	}
	free(disk->list);
	*disk = (struct restore_disk){ 0 };
}
