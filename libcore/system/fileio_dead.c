#include <config.h>

#include "fileio.h"

#include <sys/stat.h>

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../base/memory.h"

int
fileio_lock_new(int fd)
{
	struct flock lock = { .l_type = F_WRLCK, .l_whence = SEEK_SET };

	if (fcntl(fd, F_SETLK, &lock) == 0)
		return 1;
	return errno == EACCES || errno == EAGAIN ? 0 : -1;
}

/* Returns whether entry is ".NAME", the mark and six letters of ours. */
static bool
is_temporary(const char *entry, const char *pattern)
{
	const size_t tail = strlen(FILEIO_MARK) + 6;
	const size_t length = strlen(entry);

	if (entry[0] != '.' || length < 1 + tail + 1 ||
	    strncmp(entry + length - tail, FILEIO_MARK,
	    strlen(FILEIO_MARK)) != 0 ||
	    strspn(entry + length - 6, "abcdefghijklmnopqrstuvwxyz012345") != 6)
		return false;
	char *name = memory_copy_string(entry + 1);
	name[length - 1 - tail] = '\0';
	bool matches = fnmatch(pattern, name, 0) == 0;
	free(name);
	return matches;
}

/*
 * Removes the temporary file entry unless its maker lives.  Our lock on it
 * is held while it goes, so that nobody takes it for his own meanwhile.  Who
 * may write it is asked of the file system: on NFS, what root made may belong
 * to another user.
 */
static void
remove_dead(int directory, const char *entry)
{
	struct stat status;
	int fd;

	if (fstatat(directory, entry, &status, AT_SYMLINK_NOFOLLOW) == -1 ||
	    !S_ISREG(status.st_mode))
		return;
	fd = fileio_open(directory, entry,
	    O_RDWR | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY, 0);
	if (fd == -1)
		return;
	if (fstat(fd, &status) == 0 && S_ISREG(status.st_mode) &&
	    fileio_lock_new(fd) == 1)
		(void)unlinkat(directory, entry, 0);
	(void)close(fd);		/* nothing was written */
}

void
fileio_remove_dead(int directory, const char *pattern)
{
	int fd = fileio_open(directory, ".", O_RDONLY | O_DIRECTORY, 0);
	DIR *stream = fd == -1 ? NULL : fdopendir(fd);
	const struct dirent *entry;

	if (stream == NULL) {
		if (fd != -1)
			(void)close(fd);	/* a directory */
		return;
	}
	while ((entry = readdir(stream)) != NULL) {
		if (is_temporary(entry->d_name, pattern))
			remove_dead(directory, entry->d_name);
	}
	(void)closedir(stream);		/* was only read */
}
