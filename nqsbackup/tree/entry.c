#include <config.h>

#include "entry.h"

#include <sys/stat.h>

#include <stdlib.h>
#include <string.h>

#include "../../libcore/base/memory.h"
#include "../../libcore/compat/device.h"
#include "traits.h"

/* The pieces of a sparse file. */
struct entry_extents {
	size_t			 count;
	struct entry_extent	 list[];
};

static enum entry_kind
kind_of(mode_t mode)
{
	if (S_ISREG(mode))
		return (ENTRY_FILE);
	if (S_ISDIR(mode))
		return (ENTRY_DIRECTORY);
	if (S_ISLNK(mode))
		return (ENTRY_SYMLINK);
	if (S_ISFIFO(mode))
		return (ENTRY_FIFO);
	if (S_ISSOCK(mode))
		return (ENTRY_SOCKET);
	if (S_ISBLK(mode))
		return (ENTRY_BLOCK);
	return (S_ISCHR(mode) ? ENTRY_CHARACTER : ENTRY_UNKNOWN);
}

bool
entry_is_device(enum entry_kind kind)
{
	return (kind == ENTRY_BLOCK || kind == ENTRY_CHARACTER);
}

bool
entry_is_same_device(const struct entry *a, const struct entry *b)
{
	return (!entry_is_device(a->kind) ||
	    (a->content.device.major == b->content.device.major &&
	    a->content.device.minor == b->content.device.minor));
}

void
entry_set_status(struct entry *entry, const struct stat *status)
{
	entry->kind = kind_of(status->st_mode);
	entry->mode = (unsigned)status->st_mode & 07777;
	entry->uid = (uint32_t)status->st_uid;
	entry->gid = (uint32_t)status->st_gid;
	entry_set_mtime(entry, status->st_mtim);
	entry->size = entry->kind == ENTRY_FILE ? (int64_t)status->st_size : 0;
	if (entry_is_device(entry->kind)) {
		entry->content.device.major = device_major(status->st_rdev);
		entry->content.device.minor = device_minor(status->st_rdev);
	}
	entry->disk.device = status->st_dev;
	entry->disk.inode = status->st_ino;
	entry->several = status->st_nlink > 1;
}

void
entry_set_mtime(struct entry *entry, struct timespec mtime)
{
	entry->mtime = (int64_t)mtime.tv_sec;
	entry->mtime_nanoseconds = (uint32_t)mtime.tv_nsec;
}

struct timespec
entry_mtime(const struct entry *entry)
{
	return ((struct timespec){ .tv_sec = (time_t)entry->mtime,
	    .tv_nsec = (long)entry->mtime_nanoseconds });
}

bool
entry_is_same_time(const struct entry *entry, const struct entry *there)
{
	return (entry->mtime == there->mtime && (entry->whole_seconds ||
	    entry->mtime_nanoseconds == there->mtime_nanoseconds));
}

void
entry_clear_content(struct entry *entry)
{
	if (entry->kind == ENTRY_FILE)
		free(entry->content.extents);
	else if (entry->kind == ENTRY_SYMLINK ||
	    entry->kind == ENTRY_NAMED_LINK)
		free(entry->content.target);
	entry->content = (union entry_content){ 0 };
}

void
entry_release(struct entry *entry)
{
	if (!entry->lent)
		free(entry->name);
	entry_clear_content(entry);
	*entry = (struct entry){ 0 };
}

/* Returns extents, or NULL, with room for so many. */
static struct entry_extents *
resize(struct entry_extents *extents, size_t room)
{
	/* The count has no more than a piece does. */
	return (memory_resize(extents, room + 1,
	    sizeof(struct entry_extent)));
}

void
entry_make_sparse(struct entry *entry)
{
	entry->content.extents = resize(NULL, 0);
	entry->content.extents->count = 0;
}

bool
entry_is_sparse(const struct entry *entry)
{
	return (entry->kind == ENTRY_FILE && entry->content.extents != NULL);
}

const struct entry_extent *
entry_extents(const struct entry *entry, size_t *count)
{
	*count = 0;
	if (!entry_is_sparse(entry))
		return (NULL);
	*count = entry->content.extents->count;
	return (entry->content.extents->list);
}

void
entry_add_extent(struct entry *entry, int64_t offset, int64_t length)
{
	struct entry_extents *extents = entry->content.extents;
	const size_t count = extents->count;

	/* Doubles at each power of two, so no separate room is kept. */
	if ((count & (count - 1)) == 0)
		extents = resize(extents, count == 0 ? 1 : 2 * count);
	extents->list[count] = (struct entry_extent){ offset, length };
	extents->count++;
	entry->content.extents = extents;
}

int64_t
entry_data_size(const struct entry *entry)
{
	if (entry->kind != ENTRY_FILE)
		return (0);
	if (!entry_is_sparse(entry))
		return (entry->size);
	size_t count;
	const struct entry_extent *extents = entry_extents(entry, &count);
	int64_t size = 0;

	for (size_t i = 0; i < count; i++)
		size += extents[i].length;
	return (size);
}

/* The rank of a character in the order of names. */
static int
rank(char character)
{
	if (character == '\0')
		return (0);
	return (character == '/' ? 1 : (unsigned char)character + 1);
}

int
entry_compare_names(const char *a, const char *b)
{
	while (*a == *b && *a != '\0') {
		a++;
		b++;
	}
	return (rank(*a) - rank(*b));
}

bool
entry_is_at_or_below(const char *name, const char *path)
{
	const size_t length = strlen(path);

	return (strncmp(name, path, length) == 0 &&
	    (name[length] == '\0' || name[length] == '/'));
}

struct traits_pool *
entry_list_traits(struct entry_list *list)
{
	if (list->traits == NULL)
		list->traits = traits_pool_make();
	return (list->traits);
}

struct entry *
entry_list_add(struct entry_list *list)
{
	if (list->count == list->room) {
		list->room = list->room == 0 ? 64 : 2 * list->room;
		list->list = memory_resize(list->list, list->room,
		    sizeof(*list->list));
	}
	struct entry *entry = &list->list[list->count++];

	*entry = (struct entry){ 0 };
	return (entry);
}

void
entry_list_reserve(struct entry_list *list, size_t count)
{
	if (count <= list->room)
		return;
	list->list = memory_resize(list->list, count, sizeof(*list->list));
	list->room = count;
}

void
entry_list_drop(struct entry_list *list)
{
	list->count--;
	entry_release(&list->list[list->count]);
}

static int
compare_entries(const void *a, const void *b)
{
	const struct entry *left = a;
	const struct entry *right = b;

	return (entry_compare_names(left->name, right->name));
}

void
entry_list_sort(struct entry_list *list)
{
	size_t kept = 0;

	if (list->count == 0)
		return;
	qsort(list->list, list->count, sizeof(*list->list), compare_entries);
	for (size_t i = 1; i < list->count; i++) {
		struct entry *entry = &list->list[i];
		struct entry *last = &list->list[kept];

		if (strcmp(entry->name, last->name) != 0) {
			list->list[++kept] = *entry;
			continue;
		}
		/* A mount point that is a tree of its own was looked into. */
		if (!entry->mounted)
			last->mounted = false;
		entry_release(entry);
	}
	list->count = kept + 1;
}

ssize_t
entry_list_find(const struct entry_list *list, const char *name)
{
	size_t low = 0;
	size_t high = list->count;

	while (low < high) {
		const size_t middle = low + (high - low) / 2;
		const int order = entry_compare_names(name,
		    list->list[middle].name);

		if (order == 0)
			return ((ssize_t)middle);
		if (order < 0)
			high = middle;
		else
			low = middle + 1;
	}
	return (-1);
}

ssize_t
entry_list_find_above(const struct entry_list *list, const char *name)
{
	char *above = memory_copy_string(name);
	ssize_t number = -1;
	char *slash;

	while (number == -1 && (slash = strrchr(above, '/')) != NULL) {
		*slash = '\0';
		number = entry_list_find(list, above);
	}
	free(above);
	return (number);
}

void
entry_list_release(struct entry_list *list)
{
	for (size_t i = 0; i < list->count; i++)
		entry_release(&list->list[i]);
	free(list->list);
	traits_pool_free(list->traits);
	*list = (struct entry_list){ 0 };
}
