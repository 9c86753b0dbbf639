#include <config.h>

#include "extended.h"

#if HAVE_SYS_XATTR_H
#include <sys/xattr.h>
#endif

#include <errno.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "../base/memory.h"

#if HAVE_SYS_XATTR_H
static int
is_unsupported(int error)
{
	return (error == ENOTSUP || error == ENOSYS);
}

/*
 * Returns the names of the extended attributes of fd, each ended by a zero,
 * for free(), or NULL with errno set.
 */
static char *
list_names(int fd, size_t *length)
{
	const ssize_t size = flistxattr(fd, NULL, 0);

	*length = 0;
	if (size == -1 && !is_unsupported(errno))
		return (NULL);
	char *names = memory_make((size > 0 ? (size_t)size : 0) + 1, 1);

	if (size <= 0)
		return (names);
	const ssize_t got = flistxattr(fd, names, (size_t)size);

	if (got == -1) {
		free(names);
		return (NULL);
	}
	*length = (size_t)got;
	return (names);
}

/* Returns the value of name, for free(), or NULL with errno set. */
static char *
read_value(int fd, const char *name, size_t *length)
{
	const ssize_t size = fgetxattr(fd, name, NULL, 0);

	if (size == -1)
		return (NULL);
	char *value = memory_make((size_t)size + 1, 1);
	const ssize_t got = fgetxattr(fd, name, value, (size_t)size);

	if (got == -1) {
		free(value);
		return (NULL);
	}
	*length = (size_t)got;
	return (value);
}

/* Sets name as from has it, unless to has it so already. */
static int
copy_value(int from, int to, const char *name)
{
	size_t length = 0;
	size_t other_length = 0;
	char *value = read_value(from, name, &length);

	if (value == NULL)
		return (errno == ENODATA ? 0 : -1);
	char *other = read_value(to, name, &other_length);
	int rc = 0;

	if (other == NULL || other_length != length ||
	    memcmp(other, value, length) != 0)
		rc = fsetxattr(to, name, value, length, 0);
	const int error = errno;

	free(other);
	free(value);
	errno = error;
	return (rc == -1 && !is_unsupported(error) ? -1 : 0);
}

/* Removes the list of who may do what that to inherited, if from has none. */
static int
drop_inherited(int from, int to, const char *name)
{
	if (fgetxattr(from, name, NULL, 0) != -1 || errno != ENODATA ||
	    fgetxattr(to, name, NULL, 0) == -1)
		return (0);
	return (fremovexattr(to, name));
}
#endif

int
extended_copy(int from, int to)
{
	int rc = 0;
#if HAVE_SYS_XATTR_H
	size_t length;
	char *names = list_names(from, &length);

	if (names == NULL)
		return (-1);
	if (drop_inherited(from, to, "system.posix_acl_access") == -1 ||
	    drop_inherited(from, to, "system.posix_acl_default") == -1)
		rc = -1;
	for (size_t i = 0; i < length && rc == 0; i += strlen(names + i) + 1)
		rc = copy_value(from, to, names + i);
	const int error = errno;

	free(names);
	errno = error;
#else
	(void)from;
	(void)to;
#endif
	return (rc);
}
