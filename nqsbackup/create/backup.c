#include <config.h>

#include "backup.h"

#include <sys/stat.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "../../libcore/base/failure.h"
#include "../../libcore/base/memory.h"
#include "../archive/archive_writer.h"
#include "../archive/index.h"
#include "../base/interrupt.h"
#include "../base/tally.h"
#include "../gzip/gzip.h"
#include "../tree/entry.h"
#include "../tree/inode_table.h"
#include "../tree/owners.h"
#include "../tree/scan.h"
#include "../tree/traits.h"
#include "../tree/traits_disk.h"
#include "../tree/walk.h"
#include "backup_file.h"
#include "backup_plan.h"

enum {
	CHECK_EACH = 64,		/* entries: whether to stop */
	NAME_LIMIT = 16 * 1024,		/* of a directory that is gone into */
	LABEL_SIZE = 2 * TAR_BLOCK	/* of the header of usual traits */
};

/* Added to the ordinal number of a file that is in a plan. */
#define PLANNED		(SIZE_MAX / 4)

struct backup {
	struct backup_settings	 settings;
	struct member_batch_source source;
	struct archive_writer	*writer;
	size_t			 seen;	/* entries */
	bool			 labelled;	/* all have traits, it seems */
	struct owners		*owners;
	struct traits_reader	 traits;
	struct inode_table	*files;	/* that have further names */
	struct backup_file	*reader;
	struct backup_plan	*plan;	/* the one that grows; or NULL */
	size_t			 passed;	/* items, in plans before it */
	size_t			 open_count;	/* directories, by plans */
	size_t			 open_limit;
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
	if (entry->several)
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

/* Makes entry a further name of file, which has the number first. */
static void
become_link(struct entry *entry, const struct entry *file, size_t first)
{
	entry->kind = ENTRY_LINK;
	entry->content.first = (uint32_t)first;
	entry->mode = file->mode;
	entry->uid = file->uid;
	entry->gid = file->gid;
	entry->owner = file->owner;
	entry->group = file->group;
	entry->mtime = file->mtime;
	entry->mtime_nanoseconds = file->mtime_nanoseconds;
	entry->size = 0;
}

/* Tells what is not in the archive, or not all of it, though entry is. */
static void
tell_notes(struct tally *tally, const struct entry *entry)
{
	if (entry->mounted)
		tally_note(tally, entry->name,
		    "is a mount point: nothing below it is archived");
	if (entry->kind == ENTRY_DIRECTORY || entry->kind == ENTRY_FILE)
		backup_file_tell_flags(tally, entry);
}

/*
 * Whether entry, which has the inode that file had, may be that file: once all
 * of its names are gone another one gets the inode.
 */
static bool
may_be_same(const struct entry *entry, const struct entry *file)
{
	return (entry->size == file->size && entry_is_same_time(entry, file));
}

/* Returns the number in the index of the file that entry is, or -1. */
static ssize_t
find_first(const struct backup *backup, const struct entry *entry)
{
	const ssize_t number = entry->kind != ENTRY_FILE ||
	    !entry->several ? -1 : inode_table_find(backup->files,
	    entry->disk.device, entry->disk.inode);

	return (number == -1 || number >= (ssize_t)PLANNED ||
	    !may_be_same(entry, &archive_writer_index(
	    backup->writer)->entries.list[number]) ? -1 : number);
}

/* Makes entry a link if it is a further name of a file in the archive. */
static void
resolve(const struct backup *backup, struct entry *entry)
{
	const ssize_t first = find_first(backup, entry);

	if (first != -1)
		become_link(entry, &archive_writer_index(
		    backup->writer)->entries.list[first], (size_t)first);
}

/* Archives entry, which lies as name in directory, at once. */
static int
backup_now(struct backup *backup, int directory, const char *name,
    struct entry *entry, struct failure *why)
{
	resolve(backup, entry);
	if (entry->kind == ENTRY_FILE)
		return (backup_regular(backup, directory, name, entry, why));
	if (entry->kind != ENTRY_LINK)
		traits_disk_read_at(&backup->traits, directory, name, entry);
	tell_notes(backup->settings.tally, entry);
	return (backup_header(backup, entry, why));
}

/* Gives the plan that grows to the threads. */
static int
pass_plan(struct backup *backup, struct failure *why)
{
	struct backup_plan *plan = backup->plan;

	if (plan == NULL)
		return (0);
	backup->plan = NULL;
	backup->passed += plan->count;
	return (archive_writer_give(backup->writer, plan, why));
}

/* Waits until no more than the limit of directories are open, or fewest. */
static int
wait_for_places(struct backup *backup, struct failure *why)
{
	if (backup->open_count < backup->open_limit)
		return (0);
	return (archive_writer_settle(backup->writer, why));
}

/* Returns how many bytes entry will have in a member, as a guess. */
static int64_t
guess_cost(const struct backup *backup, const struct entry *entry)
{
	const char *link = index_link_name(
	    archive_writer_index(backup->writer), entry);

	return ((int64_t)tar_header_length(entry, link,
	    backup->settings.format) + (backup->labelled ? LABEL_SIZE : 0) +
	    tar_padded(entry->size));
}

/*
 * Finds out by the first entry whether all have traits, as where there are
 * security labels.
 */
static void
look_for_labels(struct backup *backup, const struct walk_sight *sight)
{
	traits_disk_read_at(&backup->traits, sight->directory, sight->name,
	    sight->entry);
	backup->labelled = sight->entry->traits != NULL;
}

/* Makes sure that there is a plan, and room in it for what costs that much. */
static int
make_room(struct backup *backup, int64_t cost, struct failure *why)
{
	const struct backup_plan *plan = backup->plan;

	if (plan != NULL && (plan->place_count >= BACKUP_PLAN_PLACES ||
	    (int64_t)plan->size + cost >
	    (int64_t)backup->settings.member_size) &&
	    pass_plan(backup, why) == -1)
		return (-1);
	if (wait_for_places(backup, why) == -1)
		return (-1);
	if (backup->plan == NULL)
		backup->plan = backup_plan_make(backup->settings.format,
		    &backup->open_count);
	backup->plan->size += (size_t)cost;
	return (0);
}

/*
 * Makes entry, a file that has several names, a link if another of them is in
 * the archive or, then near, in the plan.  When that is on the way, waits for
 * it.
 */
static int
resolve_early(struct backup *backup, struct entry *entry, bool *near,
    struct failure *why)
{
	const ssize_t number = inode_table_find(backup->files,
	    entry->disk.device, entry->disk.inode);
	const size_t ordinal = number == -1 ? 0 : (size_t)number;

	if (ordinal >= PLANNED + backup->passed) {
		const size_t place = ordinal - PLANNED - backup->passed;
		const struct entry *file = &backup->plan->items[place].entry;

		*near = may_be_same(entry, file);
		if (*near)
			become_link(entry, file, place);
	} else if (ordinal >= PLANNED && archive_writer_settle(backup->writer,
	    why) == -1) {
		return (-1);
	}
	if (*near)
		return (0);
	resolve(backup, entry);
	if (entry->kind == ENTRY_FILE)
		inode_table_add(backup->files, entry->disk.device,
		    entry->disk.inode, PLANNED + backup->passed +
		    backup->plan->count);
	return (0);
}

/* Has what is seen archived with others, in its place among them. */
static int
plan_entry(struct backup *backup, const struct walk_sight *sight,
    struct failure *why)
{
	struct entry *entry = sight->entry;
	struct backup_plan *plan = backup->plan;
	const char *link = NULL;
	bool near = false;

	if (entry->kind == ENTRY_FILE && entry->several &&
	    resolve_early(backup, entry, &near, why) == -1)
		return (-1);
	if (entry->kind == ENTRY_LINK)
		link = near ? plan->items[entry->content.first].entry.name :
		    index_link_name(archive_writer_index(backup->writer),
		    entry);
	if (backup_plan_add(plan, sight, link) == 0) {
		plan->items[plan->count - 1].near = near;
		return (0);
	}
	failure_set_errno(why, failure_code_of_errno(errno), errno,
	    "cannot keep the directory of '%s' open", entry->name);
	return (-1);
}

/* Whether entry is archived; tells it when it is not. */
static bool
is_taken(const struct backup *backup, const struct entry *entry)
{
	struct tally *tally = backup->settings.tally;

	const struct entry_disk *archive = &backup->settings.archive;

	if (entry->kind == ENTRY_SOCKET) {
		tally_note(tally, entry->name, "is a socket: left out");
		return (false);
	}
	if (entry->kind == ENTRY_FILE &&
	    entry->disk.inode == archive->inode &&
	    entry->disk.device == archive->device) {
		tally_note(tally, entry->name, "is this archive: left out");
		return (false);
	}
	if (entry->kind == ENTRY_UNKNOWN) {
		tally_trouble(tally, entry->name,
		    "is nothing that can be archived: left out");
		return (false);
	}
	if (!entry_is_device(entry->kind) || (backup->settings.devices &&
	    entry->content.device.major <= ENTRY_DEVICE_LIMIT &&
	    entry->content.device.minor <= ENTRY_DEVICE_LIMIT))
		return (true);
	tally_trouble(tally, entry->name, "is a device: left out");
	return (false);
}

static int
visit(void *cookie, const struct walk_sight *sight, struct failure *why)
{
	struct backup *backup = cookie;
	struct entry *entry = sight->entry;

	if (backup->seen++ % CHECK_EACH == 0 && interrupt_check(why) == -1)
		return (-1);
	if (!is_taken(backup, entry))
		return (0);
	if (backup->seen == 1)
		look_for_labels(backup, sight);
	owners_set(backup->owners, entry);
	resolve(backup, entry);
	const int64_t cost = guess_cost(backup, entry);

	if (cost <= GZIP_MEMBER_LIMIT)
		return (make_room(backup, cost, why) == -1 ? -1 :
		    plan_entry(backup, sight, why));
	/* Another name of it may be on its way. */
	if (pass_plan(backup, why) == -1 ||
	    archive_writer_settle(backup->writer, why) == -1)
		return (-1);
	return (backup_now(backup, sight->directory, sight->name, entry,
	    why));
}

/* Gives the traits of what is in a plan to the archive, if it has room. */
static bool
keep_traits(void *cookie, struct member_batch *batch)
{
	struct backup *backup = cookie;
	struct backup_plan *plan = batch->plan;
	const struct traits *last = NULL;
	const struct traits *kept = NULL;

	for (size_t i = 0; i < plan->taken; i++) {
		struct entry *entry = &plan->items[i].entry;

		if (entry->traits == NULL)
			continue;
		if (entry->traits != last && traits_pool_take_other(
		    archive_writer_traits(backup->writer), entry->traits,
		    &kept) == -1) {
			plan->taken = 0;
			return (false);
		}
		last = entry->traits;
		entry->traits = kept;
	}
	return (true);
}

/* Says that all that was taken of a plan is in the archive. */
static void
take_entries(struct backup *backup, struct backup_plan *plan,
    const struct member_batch *batch)
{
	const struct entry_list *list =
	    &archive_writer_index(backup->writer)->entries;
	const struct member_batch_file *file = batch->files;
	const size_t before = list->count;

	for (size_t i = 0; i < plan->taken; i++) {
		struct entry *entry = &plan->items[i].entry;

		entry->at += batch->raw;
		if (plan->items[i].near)
			entry->content.first += (uint32_t)before;
		if (entry->kind == ENTRY_FILE)
			memcpy(entry->digest, (file++)->digest, DIGEST_SIZE);
		if (entry->kind == ENTRY_FILE && entry->several)
			inode_table_add(backup->files, entry->disk.device,
			    entry->disk.inode, list->count);
		tell_notes(backup->settings.tally, entry);
		archive_writer_take(backup->writer, entry);
	}
}

/*
 * Looks again at an item that could not be read with the others, and archives
 * it by itself.
 */
static int
retry(struct backup *backup, int directory, struct backup_item *item,
    struct failure *why)
{
	struct tally *tally = backup->settings.tally;
	struct entry *entry = &item->entry;
	const enum entry_kind kind = entry->kind == ENTRY_LINK ? ENTRY_FILE :
	    entry->kind;
	struct stat status;

	entry->traits = NULL;
	if (scan_entry(directory, item->name, entry, &status) == -1) {
		/* What vanished is as what was never seen. */
		if (errno != ENOENT)
			tally_trouble(tally, entry->name,
			    "cannot be looked at: %s", strerror(errno));
		return (0);
	}
	if (entry->kind != kind) {
		backup_file_tell(tally, entry, ESTALE);
		return (0);
	}
	owners_set(backup->owners, entry);
	return (backup_now(backup, directory, item->name, entry, why));
}

static int
end_plan(void *cookie, struct member_batch *batch, struct failure *why)
{
	struct backup *backup = cookie;
	struct backup_plan *plan = batch->plan;

	take_entries(backup, plan, batch);
	for (size_t i = plan->taken; i < plan->count; i++) {
		if (retry(backup, backup_plan_directory(plan, i),
		    &plan->items[i], why) == -1)
			return (-1);
	}
	return (0);
}

struct backup *
backup_make(const struct backup_settings *settings)
{
	struct backup *backup = memory_make(1, sizeof(*backup));

	backup->settings = *settings;
	backup->source = (struct member_batch_source){
		.make_tools = backup_plan_make_tools,
		.free_tools = backup_plan_free_tools,
		.fill = backup_plan_fill,
		.drop = backup_plan_free,
		.accept = keep_traits,
		.done = end_plan,
		.cookie = backup };
	backup->owners = owners_make();
	backup->files = inode_table_make();
	backup->traits.tally = settings->tally;
	backup->open_limit = backup_plan_open_limit();
	return (backup);
}

void
backup_free(struct backup *backup)
{
	if (backup == NULL)
		return;
	backup_plan_free(backup->plan);
	inode_table_free(backup->files);
	backup_file_free(backup->reader);
	owners_free(backup->owners);
	free(backup);
}

const struct member_batch_source *
backup_source(const struct backup *backup)
{
	return (&backup->source);
}

int
backup_trees(struct backup *backup, int root, const struct words *trees,
    struct archive_writer *writer, struct failure *why)
{
	const struct walk_visitor visitor = { .visit = visit,
	    .cookie = backup, .longest = NAME_LIMIT };

	backup->writer = writer;
	backup->traits.pool = archive_writer_traits(writer);
	backup->reader = backup_file_make(writer, backup->owners,
	    &backup->traits, backup->settings.tally,
	    backup->settings.room);
	if (walk_trees(root, trees, &visitor, backup->settings.tally,
	    why) == -1 || pass_plan(backup, why) == -1)
		return (-1);
	return (archive_writer_settle(writer, why));
}
