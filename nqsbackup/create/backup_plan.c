#include <config.h>

#include "backup_plan.h"

#include <sys/stat.h>
#include <sys/types.h>

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../../libcore/base/memory.h"
#include "../../libcore/base/text.h"
#include "../../libcore/compat/hole.h"
#include "../../libcore/system/fileio.h"
#include "../archive/member_batch.h"
#include "../tree/scan.h"
#include "../tree/traits.h"
#include "../tree/traits_disk.h"
#include "../tree/walk.h"

enum { OWN_DESCRIPTORS = 200 };	/* that are needed but for places */

/* What one thread reads with. */
struct tools {
	struct traits_reader	traits;
	struct text		head;
};

size_t
backup_plan_open_limit(void)
{
	const long limit = sysconf(_SC_OPEN_MAX);

	return (limit < OWN_DESCRIPTORS + BACKUP_PLAN_PLACES ?
	    BACKUP_PLAN_PLACES : (size_t)(limit - OWN_DESCRIPTORS) -
	    BACKUP_PLAN_PLACES);
}

struct backup_plan *
backup_plan_make(enum tar_format format, size_t *open_count)
{
	struct backup_plan *plan = memory_make(1, sizeof(*plan));

	plan->format = format;
	plan->open_count = open_count;
	plan->traits = traits_pool_make();
	return (plan);
}

void
backup_plan_free(void *own)
{
	struct backup_plan *plan = own;

	if (plan == NULL)
		return;
	for (size_t i = 0; i < plan->count; i++)
		entry_release(&plan->items[i].entry);
	for (size_t i = 0; i < plan->place_count; i++)
		fileio_close_read(plan->places[i].fd);
	*plan->open_count -= plan->place_count;
	free(plan->items);
	free(plan->places);
	traits_pool_free(plan->traits);
	free(plan);
}

/* Returns how long the part of name before its last component is. */
static size_t
length_above(const char *name)
{
	const char *slash = strrchr(name, '/');

	return (slash == NULL ? 0 : (size_t)(slash - name));
}

/*
 * Whether place is the directory of sight: a descriptor alone does not tell,
 * for it may have been another one's before.
 */
static bool
is_place_of(const struct backup_place *place, const struct walk_sight *sight)
{
	const char *name = sight->entry->name;
	const size_t length = length_above(name);

	return (place->origin == sight->directory &&
	    place->length == length &&
	    memcmp(place->path, name, length) == 0);
}

/*
 * Returns the number of the place where sight is, kept open, or -1 with errno
 * set.
 */
static ssize_t
find_place(struct backup_plan *plan, const struct walk_sight *sight)
{
	for (size_t i = plan->place_count; i > 0; i--) {
		if (is_place_of(&plan->places[i - 1], sight))
			return ((ssize_t)i - 1);
	}
	const int fd = fcntl(sight->directory, F_DUPFD_CLOEXEC, 0);

	if (fd == -1)
		return (-1);
	plan->places = memory_grow(plan->places, plan->place_count,
	    sizeof(*plan->places));
	/* The name is the plan's for as long as the place is. */
	plan->places[plan->place_count] = (struct backup_place){ .fd = fd,
	    .origin = sight->directory, .path = sight->entry->name,
	    .length = length_above(sight->entry->name) };
	(*plan->open_count)++;
	return ((ssize_t)plan->place_count++);
}

int
backup_plan_add(struct backup_plan *plan, const struct walk_sight *sight,
    const char *link)
{
	const struct stat *status = sight->status;
	const ssize_t place = find_place(plan, sight);

	if (place == -1)
		return (-1);
	if (plan->count == plan->room) {
		plan->room = plan->room == 0 ? 64 : 2 * plan->room;
		plan->items = memory_resize(plan->items, plan->room,
		    sizeof(*plan->items));
	}
	struct backup_item *item = &plan->items[plan->count++];

	*item = (struct backup_item){ .entry = *sight->entry,
	    .place = (size_t)place, .link = link,
	    .changed = status->st_ctim };
	*sight->entry = (struct entry){ 0 };
	item->name = item->entry.name + length_above(item->entry.name);
	if (item->name[0] == '/')
		item->name++;
	item->whole = (int64_t)status->st_blocks >=
	    (item->entry.size + 511) / 512;
	return (0);
}

int
backup_plan_directory(const struct backup_plan *plan, size_t number)
{
	return (plan->places[plan->items[number].place].fd);
}

void *
backup_plan_make_tools(const void *cookie)
{
	(void)cookie;
	return (memory_make(1, sizeof(struct tools)));
}

void
backup_plan_free_tools(void *own)
{
	struct tools *tools = own;

	text_release(&tools->head);
	free(tools);
}

/* Adds the header of item.  Returns whether all of it fits into batch. */
static bool
add_header(struct tools *tools, struct backup_item *item,
    enum tar_format format, struct member_batch *batch)
{
	struct text *head = &tools->head;

	text_clear(head);
	tar_header_add(&item->entry, item->link, format, head);
	if ((int64_t)head->length + tar_padded(item->entry.size) >
	    (int64_t)(GZIP_MEMBER_LIMIT - batch->used))
		return (false);
	item->entry.at = (int64_t)batch->used;
	memcpy(batch->data + batch->used, head->bytes, head->length);
	batch->used += head->length;
	return (true);
}

/* Whether the open file still is what it was when it was looked at. */
static bool
is_same(int fd, const struct backup_item *item)
{
	const struct entry *entry = &item->entry;
	struct stat now;

	return (fstat(fd, &now) == 0 && now.st_ino == entry->disk.inode &&
	    now.st_dev == entry->disk.device &&
	    (int64_t)now.st_size == entry->size &&
	    now.st_ctim.tv_sec == item->changed.tv_sec &&
	    now.st_ctim.tv_nsec == item->changed.tv_nsec);
}

/* Adds the data of the open file, for which there is room. */
static bool
add_data(int fd, const struct backup_plan *plan,
    const struct backup_item *item, struct member_batch *batch)
{
	unsigned char *place = batch->data + batch->used;
	const size_t size = (size_t)item->entry.size;
	const size_t padded = (size_t)tar_padded(item->entry.size);

	if (fileio_read_at(fd, place, size, 0) != (ssize_t)size ||
	    !is_same(fd, item))
		return (false);
	memset(place + size, 0, padded - size);
	batch->used += size;
	member_batch_add_file(batch, size, (size_t)(item - plan->items));
	batch->used += padded - size;
	return (true);
}

/*
 * Whether there are holes in the open file.  One that is packed by its file
 * system has fewer blocks than bytes, and yet no holes.
 */
static bool
has_holes(int fd, const struct backup_item *item)
{
	const off_t size = (off_t)item->entry.size;
	off_t start;
	off_t end;

	if (item->whole)
		return (false);
	const int rc = hole_next_data(fd, 0, size, &start, &end);

	return (rc == 0 || (rc == 1 && (start > 0 || end < size)));
}

/* Adds a file.  Returns whether that was possible. */
static bool
add_file(struct tools *tools, const struct backup_plan *plan,
    struct backup_item *item, struct member_batch *batch)
{
	const int fd = scan_open(plan->places[item->place].fd, item->name, 0);

	if (fd == -1)
		return (false);
	traits_disk_read(&tools->traits, fd, &item->entry);
	const bool good = !has_holes(fd, item) && !tools->traits.troubled &&
	    add_header(tools, item, plan->format, batch) &&
	    add_data(fd, plan, item, batch);

	fileio_close_read(fd);
	return (good);
}

/* Adds an entry.  Returns whether that was possible. */
static bool
add_item(struct tools *tools, const struct backup_plan *plan,
    struct backup_item *item, struct member_batch *batch)
{
	if (item->entry.kind == ENTRY_FILE)
		return (add_file(tools, plan, item, batch));
	if (item->entry.kind == ENTRY_LINK)
		return (add_header(tools, item, plan->format, batch));
	traits_disk_read_at(&tools->traits, plan->places[item->place].fd,
	    item->name, &item->entry);
	return (!tools->traits.troubled &&
	    add_header(tools, item, plan->format, batch));
}

void
backup_plan_fill(void *own, struct member_batch *batch)
{
	struct tools *tools = own;
	struct backup_plan *plan = batch->plan;

	tools->traits.pool = plan->traits;
	for (; plan->taken < plan->count; plan->taken++) {
		const size_t used = batch->used;

		if (!add_item(tools, plan, &plan->items[plan->taken], batch)) {
			batch->used = used;
			break;
		}
	}
	tools->traits.pool = NULL;
}
