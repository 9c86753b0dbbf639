#include <config.h>

#include "restore_permit.h"

#include <sys/stat.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../../libcore/base/memory.h"
#include "../../libcore/system/beneath.h"
#include "restore_record.h"

enum { NAME_ROOM = 32 };

static bool
has_setting(const struct restore_record *record, const char *name)
{
	for (size_t i = 0; i < record->setting_count; i++) {
		if (strcmp(record->settings[i].name, name) == 0)
			return (true);
	}
	return (false);
}

/* What cannot be opened shows by what then fails. */
static void
permit(int root, const char *path)
{
	const int fd = beneath_open_directory(root, path);
	struct stat status;

	if (fd == -1)
		return;
	if (fstat(fd, &status) == 0)
		(void)fchmod(fd, (status.st_mode & 07777) | S_IRWXU);
	(void)close(fd);		/* a directory */
}

/* Returns the name of the directory of path, for free(). */
static char *
find_parent(const char *path)
{
	char *parent = memory_copy_string(path);
	char *slash = strrchr(parent, '/');

	*(slash == NULL ? parent : slash) = '\0';
	return (parent);
}

bool
restore_permit(int root, int stage, const struct restore_record *record,
    size_t number)
{
	const struct restore_move *move = &record->moves[number];
	const int error = errno;
	char *parent = find_parent(move->name);
	const bool above = has_setting(record, parent);
	const bool itself = has_setting(record, move->name);
	char held[NAME_ROOM];

	if (above)
		permit(root, parent);
	if (itself) {
		(void)snprintf(held, sizeof(held), "%zu", number);
		permit(root, move->name);
		permit(stage, held);
	}
	free(parent);
	errno = error;
	return (above || itself);
}
