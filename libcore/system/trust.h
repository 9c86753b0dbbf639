#ifndef LIBCORE_SYSTEM_TRUST_H
#define LIBCORE_SYSTEM_TRUST_H

#include <stddef.h>

struct failure;
struct text;

/*
 * Checks that nobody else could have written the open file fd: it is a
 * regular file of root or of the effective user, writable by neither group
 * nor others.  name is for the message.  Returns 0, or -1 with why set
 * (DENIED).  Reads only the descriptor's status.
 */
int
trust_check(int fd, const char *name, struct failure *why);

/*
 * Adds what is in the file path, at most limit bytes, to content, if
 * trust_check() finds nothing against it.  Returns 1, 0 when there is no such
 * file, or -1 with why set (DENIED also when it may not be opened, CONFIG when
 * it cannot, or the trouble with reading it).
 */
int
trust_read(const char *path, size_t limit, struct text *content,
    struct failure *why);

/*
 * Checks that nobody else could let the file path, absolute, be another one:
 * no directory on the way to it, by whatever links that leads, can be written
 * by others, but for one in which everybody can only remove what is his, and
 * there no link of somebody else.
 * Directories of daemon, bin and sys are as good as those of root, for some
 * systems have them, and so is writing by such a group, unless an access list
 * (Linux) may let others write, too.  Returns 0, or -1 with why set (DENIED,
 * or the trouble with the path).  Looks at each directory.
 */
int
trust_check_way(const char *path, struct failure *why);

/*
 * The same for a file that is to be made and need not be there: what is not
 * there, nobody could let be another.  Whoever makes it is told what is wrong
 * with its way otherwise.
 */
int
trust_check_new(const char *path, struct failure *why);

/*
 * The same for whatever file may be in the folder path, absolute: nobody else
 * can make, remove or exchange one.  The folder itself is written by neither
 * group nor others, also where everybody can only remove what is his.  One that
 * is not there is as good.
 */
int
trust_check_folder(const char *path, struct failure *why);

#endif
