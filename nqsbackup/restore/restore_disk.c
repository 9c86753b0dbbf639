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

static uint32_t
add_directory(struct restore_disk *disk, const struct entry *there,
    const struct restore_mount *mount)
{
	disk->directories = memory_grow(disk->directories,
	    disk->directory_count, sizeof(*disk->directories));
	disk->directories[disk->directory_count] = (struct restore_directory){
	    .mtime = entry_mtime(there), .mount = mount->id,
	    .uid = there->uid, .mode = there->mode };
	return ((uint32_t)disk->directory_count++);
}

/* What comes one after the other mostly lies on the same device. */
static uint32_t
add_device(struct restore_disk *disk, dev_t device)
{
	const size_t count = disk->device_count;

	if (count == 0 || disk->devices[count - 1] != device) {
		disk->devices = memory_grow(disk->devices, count,
		    sizeof(*disk->devices));
		disk->devices[disk->device_count++] = device;
	}
	return ((uint32_t)(disk->device_count - 1));
}

static void
add_other(struct restore_disk *disk, struct entry *there,
    const struct restore_there *seen)
{
	disk->others = memory_grow(disk->others, disk->other_count,
	    sizeof(*disk->others));
	disk->others[disk->other_count++] = (struct restore_other){
	    .name = there->name, .there = *seen };
	there->name = NULL;
}

void
restore_disk_add(struct restore_disk *disk,
    const struct restore_request *request, const struct entry *entry,
    struct entry *there, const struct restore_mount *mount)
{
	const struct entry_list *entries = &request->index->entries;
	const struct entry *content = entry == NULL ? NULL :
	    index_content(request->index, entry);
	const struct restore_there seen = { .inode = there->disk.inode,
	    .number = there->kind == ENTRY_DIRECTORY ?
	    add_directory(disk, there, mount) :
	    add_device(disk, there->disk.device), .kind = there->kind,
	    .several = there->several, .mounted = there->mounted,
	    .immovable = mount->layered,
	    .same = content != NULL && content->kind == there->kind &&
	    is_as_archived(request, content, there) };

	if (entry == NULL) {
		add_other(disk, there, &seen);
		return;
	}
	/* Nothing is taken for what is not there, if the system is lazy. */
	if (disk->list == NULL)
		disk->list = memory_make(entries->count, sizeof(*disk->list));
	disk->list[entry - entries->list] = seen;
}

const struct restore_there *
restore_disk_at(const struct restore_disk *disk, size_t number)
{
	return (disk->list == NULL || disk->list[number].kind == 0 ? NULL :
	    &disk->list[number]);
}

const struct restore_directory *
restore_disk_directory(const struct restore_disk *disk,
    const struct restore_there *there)
{
	return (&disk->directories[there->number]);
}

dev_t
restore_disk_device(const struct restore_disk *disk,
    const struct restore_there *there)
{
	return (disk->devices[there->number]);
}

/* Notes it of there, if own, its name, is name or below that. */
static bool
hold(struct restore_there *there, const char *own, const char *name)
{
	if (there->kind != ENTRY_DIRECTORY || there->immovable ||
	    !entry_is_at_or_below(own, name))
		return (false);
	there->immovable = true;
	return (true);
}

bool
restore_disk_hold(struct restore_disk *disk, const struct entry_list *entries,
    const char *name)
{
	bool news = false;

	for (size_t i = 0; i < entries->count && disk->list != NULL; i++)
		news |= hold(&disk->list[i], entries->list[i].name, name);
	for (size_t i = 0; i < disk->other_count; i++)
		news |= hold(&disk->others[i].there, disk->others[i].name,
		    name);
	return (news);
}

void
restore_disk_release(struct restore_disk *disk)
{
	for (size_t i = 0; i < disk->other_count; i++)
		free(disk->others[i].name);
	free(disk->list);
	free(disk->others);
	free(disk->directories);
	free(disk->devices);
	*disk = (struct restore_disk){ 0 };
}
