#include <config.h>

#include "restore_stage.h"

#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../libcore/base/failure.h"
#include "../libcore/base/memory.h"
#include "../libcore/compat/treesync.h"
#include "../libcore/system/beneath.h"
#include "../libcore/system/fileio.h"
#include "entry.h"
#include "scan.h"

/* In a stage: a lock, held while a restore is at work, and the things. */
#define LOCK_NAME	"lock"
#define THINGS_NAME	"things"

enum { ATTEMPT_LIMIT = 10 };

struct stage {
	char		*place;		/* the directory that it is in */
	int		 parent;	/* that directory */
	int		 folder;	/* the stage */
	int		 lock;
	int		 things;	/* what restore_stage_open() returns */
	struct timespec	 times[2];	/* of parent, as they were */
};

/* Which stage a tree has; found once, for the target changes meanwhile. */
struct use {
	char	*tree;
	size_t	 stage;
};

struct restore_stages {
	int			 root;
	const struct entry_list	*disk;
	struct stage		*list;
	size_t			 count;
	struct use		*uses;
	size_t			 use_count;
};

struct restore_stages *
restore_stage_make(int root, const struct entry_list *disk)
{
	struct restore_stages *stages = memory_make(1, sizeof(*stages));

	stages->root = root;
	stages->disk = disk;
	return (stages);
}

static int
refuse(const struct stage *stage, struct failure *why, const char *what)
{
	failure_set_errno(why, failure_code_of_errno(errno), errno,
	    "cannot %s '%s%s" SCAN_STAGE "' in the target", what,
	    stage->place, stage->place[0] == '\0' ? "" : "/");
	return (-1);
}

/* Makes path the one of the directory above, "" at the top. */
static void
cut_last(char *path)
{
	char *slash = strrchr(path, '/');

	*(slash == NULL ? path : slash) = '\0';
}

/*
 * Returns the directory for the stage of tree, for free(): tree itself when
 * it is a directory, else the nearest one above it.
 */
static char *
find_place(const struct restore_stages *stages, const char *tree)
{
	const ssize_t number = entry_list_find(stages->disk, tree);
	char *place = memory_copy_string(tree);

	if (number != -1 &&
	    stages->disk->list[number].kind == ENTRY_DIRECTORY)
		return (place);
	for (;;) {
		cut_last(place);
		const int fd = beneath_open_directory(stages->root, place);

		if (fd != -1)
			(void)close(fd);	/* was only tried */
		if (fd != -1 || place[0] == '\0')
			return (place);
	}
}

/*
 * Opens the stage's folder, which is made if need be.  Returns 0, or -1 with
 * why set.  Where others may write, somebody may have put one there for us.
 */
static int
open_folder(struct stage *stage, struct failure *why)
{
	struct stat status;

	if (mkdirat(stage->parent, SCAN_STAGE, S_IRWXU) == -1 &&
	    errno != EEXIST)
		return (refuse(stage, why, "make"));
	stage->folder = beneath_open_directory(stage->parent, SCAN_STAGE);
	if (stage->folder == -1 || fstat(stage->folder, &status) == -1)
		return (refuse(stage, why, "open"));
	if (status.st_uid == geteuid() &&
	    (status.st_mode & (S_IRWXG | S_IRWXO)) == 0)
		return (0);
	errno = EPERM;
	return (refuse(stage, why, "trust"));
}

/*
 * Takes the lock.  Returns 1, 0 when the folder has gone meanwhile, with the
 * restore that held it, or -1 with why set.
 */
static int
take_lock(struct stage *stage, struct failure *why)
{
	struct flock lock = { .l_type = F_WRLCK, .l_whence = SEEK_SET };
	struct stat status;

	stage->lock = fileio_open(stage->folder, LOCK_NAME,
	    O_RDWR | O_CREAT | O_NOFOLLOW, S_IRUSR | S_IWUSR);
	if (stage->lock == -1)
		return (errno == ENOENT ? 0 : refuse(stage, why, "lock"));
	if (fcntl(stage->lock, F_SETLK, &lock) == -1) {
		if (errno != EACCES && errno != EAGAIN)
			return (refuse(stage, why, "lock"));
		failure_set(why, EXITCODE_BUSY,
		    "another restore is at work in '%s'", stage->place);
		return (-1);
	}
	return (fstat(stage->lock, &status) == 0 && status.st_nlink > 0);
}

static void
close_one(int *fd)
{
	if (*fd != -1)
		(void)close(*fd);	/* a directory, or an empty file */
	*fd = -1;
}

/* Makes the folder ours and empty.  Returns 0, or -1 with why set. */
static int
enter(struct stage *stage, struct failure *why)
{
	int rc = 0;

	for (int attempt = 0; rc == 0 && attempt < ATTEMPT_LIMIT; attempt++) {
		close_one(&stage->lock);
		close_one(&stage->folder);
		rc = open_folder(stage, why);
		if (rc == 0)
			rc = take_lock(stage, why);
	}
	if (rc == -1)
		return (-1);
	/* What is there was left by a restore that was killed. */
	if (beneath_remove_tree(stage->folder, THINGS_NAME) == -1 ||
	    mkdirat(stage->folder, THINGS_NAME, S_IRWXU) == -1)
		return (refuse(stage, why, "empty"));
	stage->things = beneath_open_directory(stage->folder, THINGS_NAME);
	return (stage->things == -1 ? refuse(stage, why, "open") : 0);
}

/* Makes the stage in the directory place, which it takes. */
static int
make_stage(struct restore_stages *stages, char *place, struct failure *why)
{
	struct stat status;

	stages->list = memory_resize(stages->list, stages->count + 1,
	    sizeof(*stages->list));
	struct stage *stage = &stages->list[stages->count];

	*stage = (struct stage){ .place = place, .folder = -1, .lock = -1,
	    .things = -1 };
	stage->parent = beneath_open_directory(stages->root, place);
	stages->count++;
	if (stage->parent == -1 || fstat(stage->parent, &status) == -1)
		return (refuse(stage, why, "make"));
	stage->times[0].tv_nsec = UTIME_OMIT;
	stage->times[1] = status.st_mtim;
	return (enter(stage, why));
}

/*
 * Finds or makes the stage in the directory place, which it takes.  Returns
 * 0 and sets *number, or -1 with why set.
 */
static int
find_stage(struct restore_stages *stages, char *place, size_t *number,
    struct failure *why)
{
	for (size_t i = 0; i < stages->count; i++) {
		if (strcmp(stages->list[i].place, place) == 0) {
			free(place);
			*number = i;
			return (stages->list[i].things == -1 ? -1 : 0);
		}
	}
	*number = stages->count;
	return (make_stage(stages, place, why));
}

int
restore_stage_open(struct restore_stages *stages, const char *tree,
    struct failure *why)
{
	for (size_t i = 0; i < stages->use_count; i++) {
		const struct use *use = &stages->uses[i];

		if (strcmp(use->tree, tree) == 0)
			return (stages->list[use->stage].things);
	}
	size_t number;

	if (find_stage(stages, find_place(stages, tree), &number, why) == -1)
		return (-1);
	stages->uses = memory_resize(stages->uses, stages->use_count + 1,
	    sizeof(*stages->uses));
	stages->uses[stages->use_count].tree = memory_copy_string(tree);
	stages->uses[stages->use_count].stage = number;
	stages->use_count++;
	return (stages->list[number].things);
}

/* Whether the directory place has a stage in it. */
static bool
has_stage(const struct restore_stages *stages, const char *place)
{
	struct stat status;
	const int fd = beneath_open_directory(stages->root, place);

	if (fd == -1)
		return (false);
	const int rc = fstatat(fd, SCAN_STAGE, &status, AT_SYMLINK_NOFOLLOW);

	(void)close(fd);		/* was only looked at */
	return (rc == 0);
}

int
restore_stage_adopt(struct restore_stages *stages, const char *tree,
    struct failure *why)
{
	char *place = memory_copy_string(tree);
	bool top = false;
	size_t number;
	int rc = 0;

	while (rc == 0 && !top) {
		if (has_stage(stages, place))
			rc = find_stage(stages, memory_copy_string(place),
			    &number, why);
		top = place[0] == '\0';
		cut_last(place);
	}
	free(place);
	return (rc);
}

int
restore_stage_sync(const struct restore_stages *stages, struct failure *why)
{
	for (size_t i = 0; i < stages->count; i++) {
		if (treesync(stages->list[i].things) == -1)
			return (refuse(&stages->list[i], why, "write"));
	}
	return (0);
}

/* Only a folder whose lock is ours is removed. */
static int
clear(struct stage *stage, struct failure *why)
{
	if (stage->things == -1)
		return (0);
	if (beneath_remove_tree(stage->folder, THINGS_NAME) == -1 ||
	    unlinkat(stage->folder, LOCK_NAME, 0) == -1 ||
	    unlinkat(stage->parent, SCAN_STAGE, AT_REMOVEDIR) == -1 ||
	    futimens(stage->parent, stage->times) == -1)
		return (refuse(stage, why, "remove"));
	return (0);
}

int
restore_stage_clear(struct restore_stages *stages, struct failure *why)
{
	for (size_t i = 0; i < stages->count; i++) {
		if (clear(&stages->list[i], why) == -1)
			return (-1);
	}
	return (0);
}

void
restore_stage_free(struct restore_stages *stages)
{
	if (stages == NULL)
		return;
	for (size_t i = 0; i < stages->count; i++) {
		struct stage *stage = &stages->list[i];

		close_one(&stage->things);
		close_one(&stage->lock);
		close_one(&stage->folder);
		close_one(&stage->parent);
		free(stage->place);
	}
	free(stages->list);
	for (size_t i = 0; i < stages->use_count; i++)
		free(stages->uses[i].tree);
	free(stages->uses);
	free(stages);
}
