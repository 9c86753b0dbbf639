#include <config.h>

#include "tree_path.h"

#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../../libcore/base/failure.h"
#include "../../libcore/base/memory.h"
#include "../../libcore/base/text.h"
#include "../../libcore/system/fileio.h"
#include "../archive/index.h"

/* Adds the path of the working directory.  Returns 0, or -1 with errno. */
static int
add_working_directory(struct text *text)
{
	size_t room = 1024;
	char *buffer = NULL;
	int error = ERANGE;

	while (error == ERANGE) {
		room *= 2;
		buffer = memory_resize(buffer, room, 1);
		error = getcwd(buffer, room) == NULL ? errno : 0;
	}
	if (error == 0)
		text_add(text, buffer);
	free(buffer);
	errno = error;
	return (error == 0 ? 0 : -1);
}

/*
 * Adds the path of directory without symbolic links, by going there: that
 * is what getcwd(3) tells, and only it needs no limit to a path's length.
 * Returns 0, or -1 with errno set.
 */
static int
add_real_path(const char *directory, struct text *text)
{
	const int here = fileio_open(AT_FDCWD, ".", O_RDONLY | O_DIRECTORY,
	    0);
	int rc;

	if (here == -1)
		return (-1);
	rc = chdir(directory);
	if (rc == 0)
		rc = add_working_directory(text);
	const int error = errno;

	if (fchdir(here) == -1 && rc == 0)
		rc = -1;
	else
		errno = error;
	(void)close(here);		/* was only a place to go back to */
	return (rc);
}

/* Adds the path of the directory that path lies in, and its own name. */
static int
add_parent_and_name(const char *path, struct text *text)
{
	struct stat status;
	const char *slash = strrchr(path, '/');
	struct text parent = { 0 };

	if (lstat(path, &status) == -1)
		return (-1);
	text_add_bytes(&parent, path, slash == NULL ? 0 :
	    (size_t)(slash - path) + 1);
	const int rc = add_real_path(slash == NULL ? "." :
	    text_string(&parent), text);
	const int error = errno;

	if (rc == 0) {
		if (!text_ends_with(text_string(text), "/"))
			text_add(text, "/");
		text_add(text, slash == NULL ? path : slash + 1);
	}
	text_release(&parent);
	errno = error;
	return (rc);
}

char *
tree_path_resolve(const char *path, struct failure *why)
{
	struct stat status;
	struct text real = { 0 };
	const int rc = stat(path, &status) == 0 && S_ISDIR(status.st_mode) ?
	    add_real_path(path, &real) : add_parent_and_name(path, &real);

	if (rc == -1) {
		failure_set_errno(why, errno == EACCES || errno == EPERM ?
		    EXITCODE_DENIED : EXITCODE_FAILED, errno,
		    "cannot find the tree '%s'", path);
		text_release(&real);
		return (NULL);
	}
	const char *name = text_string(&real);

	while (*name == '/')
		name++;
	char *result = NULL;

	if (name[0] == '\0' || entry_is_at_or_below(name, INDEX_FOLDER))
		failure_set(why, EXITCODE_USAGE,
		    "'%s' cannot be a tree of an archive", path);
	else
		result = memory_copy_string(name);
	text_release(&real);
	return (result);
}
