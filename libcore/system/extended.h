#ifndef LIBCORE_SYSTEM_EXTENDED_H
#define LIBCORE_SYSTEM_EXTENDED_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Extended attributes of files, as Linux has them: names and values of any
 * bytes.  Access control lists, security labels and capabilities are such
 * attributes too.
 */

/* An extended attribute; all of it is borrowed. */
struct extended_attribute {
	const char	*name;		/* "user.author" */
	const char	*value;
	size_t		 length;	/* of value */
};

/* Takes extended attributes one after the other. */
struct extended_sink {
	void	(*take)(void *cookie,
		    const struct extended_attribute *attribute);
	void	 *cookie;
};

/* What is known of the extended attributes of a file. */
enum extended_answer {
	EXTENDED_UNREADABLE = -1,	/* not all: errno says why */
	EXTENDED_READ = 0,
	EXTENDED_UNSUPPORTED = 1	/* there are none on its file system */
};

/*
 * Gives the extended attributes of the open file fd to sink, in any order.
 * Those that the caller may not see are no attributes; one that cannot be
 * read does not keep the others back.
 */
enum extended_answer
extended_read(int fd, const struct extended_sink *sink);

/*
 * The same for name, one component, in the open directory, without opening
 * it: of a symbolic link its own.
 */
enum extended_answer
extended_read_at(int directory, const char *name,
    const struct extended_sink *sink);

/*
 * Returns whether the file system of name, taken likewise, may have an
 * extended attribute called attribute.
 */
bool
extended_is_supported_at(int directory, const char *name,
    const char *attribute);

/*
 * Returns whether the file path, whose links are followed, has an extended
 * attribute called attribute that the caller may see.
 */
bool
extended_has(const char *path, const char *attribute);

/*
 * Sets an extended attribute of the open file fd, whether it has one of that
 * name or not.  Returns 0, or -1 with errno set.
 */
int
extended_set(int fd, const struct extended_attribute *attribute);

/* The same for name, as extended_read_at() takes it. */
int
extended_set_at(int directory, const char *name,
    const struct extended_attribute *attribute);

/*
 * Removes the extended attribute called name from the open file fd.  Returns
 * 0, also when it has none, or -1 with errno set.
 */
int
extended_remove(int fd, const char *name);

/*
 * Gives the open directory to the extended attributes of the open directory
 * from, and takes from it access control lists and attributes of users that
 * from has not.  Does nothing where the system has no such attributes.
 * Returns 0, or -1 with errno set.
 */
int
extended_copy(int from, int to);

#endif
