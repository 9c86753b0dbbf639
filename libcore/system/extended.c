#include <config.h>

#include "extended.h"

#if HAVE_SYS_XATTR_H
#include <sys/xattr.h>
#endif

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "../base/memory.h"
#include "../base/text.h"

#if HAVE_SYS_XATTR_H
/* A file: open, or by a path whose last component is not followed. */
struct place {
	int		 fd;
	const char	*path;		/* NULL: open */
};

static bool
is_unsupported(int error)
{
	return (error == ENOTSUP || error == ENOSYS);
}

static ssize_t
list(const struct place *place, char *names, size_t size)
{
	return (place->path == NULL ? flistxattr(place->fd, names, size) :
	    llistxattr(place->path, names, size));
}

static ssize_t
get(const struct place *place, const char *name, char *value, size_t size)
{
	return (place->path == NULL ?
	    fgetxattr(place->fd, name, value, size) :
	    lgetxattr(place->path, name, value, size));
}

/*
 * Returns the names of the extended attributes, each ended by a zero, for
 * free(), or NULL with errno set, or to 0 when there are none.
 */
static char *
list_names(const struct place *place, size_t *length)
{
	const ssize_t size = list(place, NULL, 0);

	*length = 0;
	if (size <= 0) {
		errno = size == 0 ? 0 : errno;
		return (NULL);
	}
	char *names = memory_make((size_t)size + 1, 1);
	const ssize_t got = list(place, names, (size_t)size);

	if (got == -1) {
		free(names);
		return (NULL);
	}
	*length = (size_t)got;
	return (names);
}

/* Returns the value of name, for free(), or NULL with errno set. */
static char *
read_value(const struct place *place, const char *name, size_t *length)
{
	const ssize_t size = get(place, name, NULL, 0);

	if (size == -1)
		return (NULL);
	char *value = memory_make((size_t)size + 1, 1);
	const ssize_t got = get(place, name, value, (size_t)size);

	if (got == -1) {
		free(value);
		return (NULL);
	}
	*length = (size_t)got;
	return (value);
}

/* Gives the attribute called name to sink.  Returns 0 or an errno value. */
static int
give(const struct place *place, const char *name,
    const struct extended_sink *sink)
{
	struct extended_attribute attribute = { .name = name };
	char *value = read_value(place, name, &attribute.length);

	/* It may have been removed meanwhile. */
	if (value == NULL)
		return (errno == ENODATA ? 0 : errno);
	attribute.value = value;
	sink->take(sink->cookie, &attribute);
	free(value);
	return (0);
}

static enum extended_answer
read_all(const struct place *place, const struct extended_sink *sink)
{
	size_t length;
	char *names = list_names(place, &length);
	int error = 0;

	if (names == NULL && errno != 0)
		return (is_unsupported(errno) ? EXTENDED_UNSUPPORTED :
		    EXTENDED_UNREADABLE);
	for (size_t i = 0; i < length; i += strlen(names + i) + 1) {
		const int found = give(place, names + i, sink);

		if (found != 0)
			error = found;
	}
	free(names);
	errno = error;
	return (error == 0 ? EXTENDED_READ : EXTENDED_UNREADABLE);
}

/*
 * Writes into path the way to name in directory that needs no descriptor of
 * it, for symbolic links and FIFOs have none that could be asked.
 */
static const char *
find_path(struct text *path, int directory, const char *name)
{
	text_format(path, "/proc/self/fd/%d/%s", directory, name);
	return (text_string(path));
}

/* Sets name as from has it, unless to has it so already. */
static int
copy_value(const struct place *from, const struct place *to,
    const char *name)
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
		rc = fsetxattr(to->fd, name, value, length, 0);
	const int error = errno;

	free(other);
	free(value);
	errno = error;
	return (rc == -1 && !is_unsupported(error) ? -1 : 0);
}

/* Whether what one directory has of it another one should not keep. */
static bool
is_given_by_people(const char *name)
{
	return (text_begins_with(name, "user.") ||
	    text_begins_with(name, "system.posix_acl_"));
}

/* Removes what to has and from has not. */
static int
drop_others(const struct place *from, const struct place *to)
{
	size_t length;
	char *names = list_names(to, &length);
	int rc = 0;

	for (size_t i = 0; i < length && rc == 0;
	    i += strlen(names + i) + 1) {
		if (is_given_by_people(names + i) &&
		    fgetxattr(from->fd, names + i, NULL, 0) == -1 &&
		    errno == ENODATA)
			rc = extended_remove(to->fd, names + i);
	}
	const int error = errno;

	free(names);
	errno = error;
	return (rc);
}

static int
copy_all(const struct place *from, const struct place *to)
{
	size_t length;
	char *names = list_names(from, &length);
	int rc = 0;

	if (names == NULL && errno != 0 && !is_unsupported(errno))
		return (-1);
	for (size_t i = 0; i < length && rc == 0; i += strlen(names + i) + 1)
		rc = copy_value(from, to, names + i);
	const int error = errno;

	free(names);
	errno = error;
	return (rc);
}

enum extended_answer
extended_read(int fd, const struct extended_sink *sink)
{
	return (read_all(&(const struct place){ .fd = fd }, sink));
}

enum extended_answer
extended_read_at(int directory, const char *name,
    const struct extended_sink *sink)
{
	struct text path = { 0 };
	const enum extended_answer answer = read_all(&(const struct place){
	    .path = find_path(&path, directory, name) }, sink);
	const int error = errno;

	text_release(&path);
	errno = error;
	return (answer);
}

bool
extended_is_supported_at(int directory, const char *name,
    const char *attribute)
{
	struct text path = { 0 };
	const bool supported = lgetxattr(find_path(&path, directory, name),
	    attribute, NULL, 0) != -1 || !is_unsupported(errno);

	text_release(&path);
	return (supported);
}

bool
extended_has(const char *path, const char *attribute)
{
	return (getxattr(path, attribute, NULL, 0) >= 0);
}

int
extended_set(int fd, const struct extended_attribute *attribute)
{
	return (fsetxattr(fd, attribute->name, attribute->value,
	    attribute->length, 0));
}

int
extended_set_at(int directory, const char *name,
    const struct extended_attribute *attribute)
{
	struct text path = { 0 };
	const int rc = lsetxattr(find_path(&path, directory, name),
	    attribute->name, attribute->value, attribute->length, 0);
	const int error = errno;

	text_release(&path);
	errno = error;
	return (rc);
}

int
extended_remove(int fd, const char *name)
{
	const int rc = fremovexattr(fd, name);

	return (rc == -1 && errno == ENODATA ? 0 : rc);
}

int
extended_copy(int from, int to)
{
	const struct place here = { .fd = from };
	const struct place there = { .fd = to };

	return (drop_others(&here, &there) == -1 ||
	    copy_all(&here, &there) == -1 ? -1 : 0);
}
#else
enum extended_answer
extended_read(int fd, const struct extended_sink *sink)
{
	(void)fd;
	(void)sink;
	return (EXTENDED_UNSUPPORTED);
}

enum extended_answer
extended_read_at(int directory, const char *name,
    const struct extended_sink *sink)
{
	(void)directory;
	(void)name;
	(void)sink;
	return (EXTENDED_UNSUPPORTED);
}

bool
extended_is_supported_at(int directory, const char *name,
    const char *attribute)
{
	(void)directory;
	(void)name;
	(void)attribute;
	return (false);
}

bool
extended_has(const char *path, const char *attribute)
{
	(void)path;
	(void)attribute;
	return (false);
}

int
extended_set(int fd, const struct extended_attribute *attribute)
{
	(void)fd;
	(void)attribute;
	errno = ENOTSUP;
	return (-1);
}

int
extended_set_at(int directory, const char *name,
    const struct extended_attribute *attribute)
{
	(void)directory;
	(void)name;
	(void)attribute;
	errno = ENOTSUP;
	return (-1);
}

int
extended_remove(int fd, const char *name)
{
	(void)fd;
	(void)name;
	return (0);
}

int
extended_copy(int from, int to)
{
	(void)from;
	(void)to;
	return (0);
}
#endif
