#include <config.h>

#include "backup.h"

#include <stdlib.h>

#include "../../libcore/base/memory.h"
#include "../archive/archive_writer.h"
#include "../archive/index.h"
#include "../base/interrupt.h"
#include "../base/tally.h"
#include "../tree/entry.h"
#include "../tree/inode_table.h"
#include "../tree/owners.h"
#include "../tree/traits_disk.h"
#include "../tree/walk.h"
#include "backup_file.h"

enum { CHECK_EACH = 64 };		/* entries: whether to stop */

struct backup {
	struct archive_writer	*writer;
	struct tally		*tally;
	size_t			 seen;	/* entries */
	enum backup_devices	 devices;
	struct owners		*owners;
	struct traits_reader	 traits;
	struct inode_table	*files;	/* that have further names */
	struct backup_file	*reader;
};

/* Archives the regular file entry, which lies as name in directory. */
static int
backup_regular(struct backup *backup, int directory, const char *name,
    struct entry *entry, struct failure *why)
{
	const int rc = backup_file_write(backup->reader, directory, name,
	    entry, why);

	if (rc <= 0)
		return (rc);
	if (entry->disk.links > 1)
		inode_table_add(backup->files, entry->disk.device,
		    entry->disk.inode,
		    archive_writer_index(backup->writer)->entries.count);
	return (archive_writer_end(backup->writer, entry, why));
}

/* Archives what is all in its header. */
static int
backup_header(struct backup *backup, struct entry *entry,
    struct failure *why)
{
	if (archive_writer_begin(backup->writer, entry, why) == -1)
		return (-1);
	return (archive_writer_end(backup->writer, entry, why));
}

/* Archives a further name of the file that is entry number first. */
static int
backup_link(struct backup *backup, struct entry *entry, size_t first,
    struct failure *why)
{
	const struct entry *file =
	    &archive_writer_index(backup->writer)->entries.list[first];

	entry->kind = ENTRY_LINK;
	entry->first = first;
	entry->mode = file->mode;
	entry->uid = file->uid;
	entry->gid = file->gid;
	entry->mtime = file->mtime;
	entry->size = 0;
	return (backup_header(backup, entry, why));
}

/* Archives what has no data of its own. */
static int
backup_plain(struct backup *backup, int directory, const char *name,
    struct entry *entry, struct failure *why)
{
	traits_disk_read_at(&backup->traits, directory, name, entry);
	if (entry->kind == ENTRY_DIRECTORY)
		backup_file_tell_flags(backup->tally, directory, name, entry);
	return (backup_header(backup, entry, why));
}

static int
backup_device(struct backup *backup, int directory, const char *name,
    struct entry *entry, struct failure *why)
{
	if (backup->devices == BACKUP_DEVICES_TAKEN &&
	    entry->major <= ENTRY_DEVICE_LIMIT &&
	    entry->minor <= ENTRY_DEVICE_LIMIT)
		return (backup_plain(backup, directory, name, entry, why));
	tally_trouble(backup->tally, entry->name, "is a device: left out");
	return (0);
}

static int
backup_by_kind(struct backup *backup, int directory, const char *name,
    struct entry *entry, struct failure *why)
{
	ssize_t first = -1;

	switch (entry->kind) {
	case ENTRY_FILE:
		if (entry->disk.links > 1)
			first = inode_table_find(backup->files,
			    entry->disk.device, entry->disk.inode);
		if (first != -1)
			return (backup_link(backup, entry, (size_t)first,
			    why));
		return (backup_regular(backup, directory, name, entry,
		    why));
	case ENTRY_SOCKET:
		tally_note(backup->tally, entry->name,
		    "is a socket: left out");
		return (0);
	case ENTRY_UNKNOWN:
		tally_trouble(backup->tally, entry->name,
		    "is nothing that can be archived: left out");
		return (0);
	case ENTRY_BLOCK:
	case ENTRY_CHARACTER:
		return (backup_device(backup, directory, name, entry, why));
	default:
		if (entry->disk.mounted)
			tally_note(backup->tally, entry->name,
			    "is a mount point: nothing below it is archived");
		return (backup_plain(backup, directory, name, entry, why));
	}
}

static int
visit(void *cookie, int directory, const char *name, struct entry *entry,
    struct failure *why)
{
	struct backup *backup = cookie;

	/* A file with one name is looked at again when it is open. */
	if (entry->kind != ENTRY_FILE || entry->disk.links > 1)
		owners_set(backup->owners, entry);
	if (backup_by_kind(backup, directory, name, entry, why) == -1)
		return (-1);
	if (backup->seen++ % CHECK_EACH != 0)
		return (0);
	return (interrupt_check(why));
}

int
backup_trees(int root, const struct words *trees,
    struct archive_writer *writer, struct tally *tally,
    enum backup_devices devices, struct failure *why)
{
	struct backup *backup = memory_make(1, sizeof(*backup));
	const struct walk_visitor visitor = { visit, backup };

	backup->writer = writer;
	backup->tally = tally;
	backup->devices = devices;
	backup->owners = owners_make();
	backup->files = inode_table_make();
	backup->traits.pool = archive_writer_traits(writer);
	backup->traits.tally = tally;
	backup->reader = backup_file_make(writer, backup->owners,
	    &backup->traits, tally);
	const int rc = walk_trees(root, trees, &visitor, tally, why);

	inode_table_free(backup->files);
	backup_file_free(backup->reader);
	owners_free(backup->owners);
	free(backup);
	return (rc);
}
