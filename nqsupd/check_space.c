#include <config.h>

#include "check.h"

#include <sys/stat.h>
#include <sys/statvfs.h>

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "../libcore/base/memory.h"
#include "../libcore/base/text.h"
#include "../libsite/node_config.h"
#include "census.h"
#include "package.h"
#include "proof.h"

/* What is needed in any case. */
enum { ROOM = 64 << 20 };

/* What packing leaves of what is saved, at least: one part of so many. */
enum { PACKED = 2 };

/* A file system, and what is to be written to it. */
struct room {
	dev_t	 device;
	char	*path;			/* a directory of it */
	char	*asked;			/* the first path that was asked for */
	int64_t	 need;
};

struct rooms {
	struct room		*list;
	size_t			 count;
	bool			 has_release;	/* among the packages */
	bool			 has_patch;
	struct check_result	*result;
};

/*
 * Finds the directory that path is in, or will be, once its parents are made.
 * Returns 0, or -1 with errno set.
 */
static int
find_directory(const char *path, struct text *directory, struct stat *status)
{
	text_add(directory, path);
	while (stat(text_string(directory), status) == -1 ||
	    !S_ISDIR(status->st_mode)) {
		const char *slash = strrchr(text_string(directory), '/');
		const size_t length = slash == NULL ||
		    slash == directory->bytes ? 1 :
		    (size_t)(slash - directory->bytes);

		if (directory->length <= 1 ||
		    (errno != ENOENT && errno != ENOTDIR && errno != 0))
			return (-1);
		directory->bytes[length] = '\0';
		directory->length = length;
		errno = 0;
	}
	return (0);
}

static void
cannot_tell(struct check_result *result, const char *path)
{
	failure_set_errno(&result->why, failure_code_of_errno(errno), errno,
	    "cannot tell the room in '%s'", path);
	result->outcome = CHECK_UNKNOWN;
}

/* Adds that so many bytes will be written at path. */
static void
add_need(struct rooms *rooms, const char *path, int64_t bytes)
{
	struct text directory = { 0 };
	struct stat status;
	size_t i = 0;

	errno = 0;
	if (find_directory(path, &directory, &status) == -1) {
		cannot_tell(rooms->result, path);
		text_release(&directory);
		return;
	}
	while (i < rooms->count && rooms->list[i].device != status.st_dev)
		i++;
	if (i == rooms->count) {
		rooms->list = memory_resize(rooms->list, i + 1,
		    sizeof(*rooms->list));
		rooms->list[rooms->count++] = (struct room){
			.device = status.st_dev,
			.path = memory_copy_string(text_string(&directory)),
			.asked = memory_copy_string(path),
		};
	}
	/* More than any disk holds is enough to be refused. */
	rooms->list[i].need = bytes > INT64_MAX - rooms->list[i].need ?
	    INT64_MAX : rooms->list[i].need + bytes;
	text_release(&directory);
}

/* Adds what an archive of the directories needs. */
static void
add_archive(struct rooms *rooms, const char *state, char *const *directories,
    size_t count)
{
	struct census census = { 0 };

	for (size_t i = 0; i < count; i++) {
		if (census_take(directories[i], &census) == -1)
			cannot_tell(rooms->result, directories[i]);
	}
	add_need(rooms, state, census.bytes / PACKED);
}

/*
 * Adds what will be saved before the packages are installed, however many
 * there are: the data by an upgrade, and else the product.
 */
static void
add_saved(struct rooms *rooms, const struct check_request *request)
{
	const struct node_config *config = request->config;

	if (!rooms->has_release && rooms->has_patch)
		add_archive(rooms, config->state,
		    (char *const[]){ config->package.target }, 1);
	for (size_t i = 0; rooms->has_release && i < config->site_count; i++) {
		const struct node_site *site = &config->sites[i];

		if (check_has_site(request, site))
			add_archive(rooms, config->state, site->trees.list,
			    site->trees.count);
	}
}

/*
 * Adds what a package brings, each file where it goes: staged, and once more in
 * place.  What of its size no file accounts for goes where the product is.
 */
static void
add_files(struct rooms *rooms, const struct node_package *package,
    const struct package_files *files, int64_t size)
{
	for (size_t i = 0; i < files->count; i++) {
		const struct package_file *file = &files->list[i];
		char *place = proof_place(file->path, package->staging,
		    package->target);

		add_need(rooms, file->path, file->size);
		if (strcmp(place, file->path) != 0)
			add_need(rooms, place, file->size);
		free(place);
		size = file->size > size ? 0 : size - file->size;
	}
	add_need(rooms, package->target, size);
}

static void
add_package(struct rooms *rooms, const struct check_request *request,
    const char *file)
{
	struct package_facts facts = { 0 };
	struct package_files files = { 0 };
	struct failure why = { 0 };

	if (package_inspect(request->config, file, &facts, &why) == -1 ||
	    package_list(request->config, file, &files, &why) == -1) {
		check_take_failure(request, rooms->result, &why);
	} else {
		add_files(rooms, &request->config->package, &files,
		    facts.size);
		if (strcmp(facts.name, request->config->package.name) == 0)
			rooms->has_release = true;
		else
			rooms->has_patch = true;
	}
	package_files_release(&files);
	package_facts_release(&facts);
}

/* Objects when room is too small. */
static void
look_at_room(const struct room *room, struct check_result *result)
{
	struct statvfs status;

	if (statvfs(room->path, &status) == -1) {
		cannot_tell(result, room->asked);
		return;
	}
	const double is = (double)status.f_bavail * (double)status.f_frsize;
	if (is < (double)room->need)
		check_object(result, "the file system of '%s' has room for "
		    "%lld MiB, not for %lld", room->asked,
		    (long long)(is / (1 << 20)),
		    (long long)(room->need >> 20));
}

void
check_space(const struct check_request *request,
    struct check_result *result)
{
	struct rooms rooms = { .result = result };

	add_need(&rooms, request->config->package.target, ROOM);
	add_need(&rooms, request->config->state, ROOM);
	for (size_t i = 0; i < request->packages->count; i++)
		add_package(&rooms, request, request->packages->list[i]);
	add_saved(&rooms, request);
	for (size_t i = 0; i < rooms.count; i++) {
		look_at_room(&rooms.list[i], result);
		free(rooms.list[i].path);
		free(rooms.list[i].asked);
	}
	free(rooms.list);
}
