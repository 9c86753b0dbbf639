#ifndef LIBCORE_SYSTEM_FILEIO_H
#define LIBCORE_SYSTEM_FILEIO_H

#include <sys/types.h>

#include <stddef.h>

struct failure;
struct text;
struct words;

/*
 * Whole reads, whole writes, and files that appear all at once.  EINTR is
 * handled here.  "Directory descriptor" parameters may be AT_FDCWD.
 */

/*
 * Opens path below directory with flags and O_CLOEXEC, mode for O_CREAT.
 * Returns the descriptor, or -1 with errno set.
 */
int
fileio_open(int directory, const char *path, int flags, mode_t mode);

/*
 * Opens the regular file path to be read, with flags, such as O_NOFOLLOW.
 * What else is in its place, a pipe too, is not waited for.  Returns the
 * descriptor, or -1 with why set (DATA when it is no regular file) and errno,
 * then 0.
 */
int
fileio_open_regular(const char *path, int flags, struct failure *why);

/*
 * Closes a file that was only read, or a directory: nothing was written that
 * could be lost.  Leaves errno as it is.
 */
void
fileio_close_read(int fd);

/*
 * Reads up to size bytes, less only at the end of the file.  Returns how
 * many, or -1 with errno set.
 */
ssize_t
fileio_read(int fd, void *bytes, size_t size);

/*
 * Reads what is there, up to size bytes; waits only when there is nothing.
 * Returns how many, 0 at the end of the file, or -1 with errno set.
 */
ssize_t
fileio_read_present(int fd, void *bytes, size_t size);

/* As fileio_read from offset, without moving the descriptor's own. */
ssize_t
fileio_read_at(int fd, void *bytes, size_t size, off_t offset);

/* Writes all size bytes.  Returns 0, or -1 with errno set. */
int
fileio_write(int fd, const void *bytes, size_t size);

/*
 * Reads the rest of fd into text, at most limit bytes.  Returns 0, or -1
 * with why set (DATA when there is more than limit); name is for its message.
 */
int
fileio_read_all(int fd, const char *name, size_t limit, struct text *text,
    struct failure *why);

/*
 * Reads the regular file path into text, at most limit bytes.  What else is in
 * its place, a pipe too, is not waited for.  Returns 1, 0 when there is no such
 * file, or -1 with why set (DATA when it is no regular file, or has more).
 */
int
fileio_read_file(const char *path, size_t limit, struct text *text,
    struct failure *why);

/* What tells our temporary files from those of others. */
#define FILEIO_MARK	".nqs-"

/*
 * A file in the making.  Calling sequence: fileio_begin, write to fd,
 * then fileio_commit, or fileio_abandon; fileio_abandon after
 * fileio_commit does nothing.  The new content has a temporary name
 * ".NAME.nqs-XXXXXX" in the same directory until it is committed, and a POSIX
 * record lock, which says that its maker lives: what a maker that was killed
 * left is removed by the next fileio_begin of that NAME.
 */
struct fileio_new {
	int	 fd;			/* -1: none */
	int	 directory;		/* of the file, -1: none */
	char	*path;			/* final, for people */
	char	*name;			/* final, in directory */
	char	*temporary;		/* in directory */
};

/*
 * Begins a file at path, mode 0600.  Returns 0, or -1 with why set; file is
 * then harmless to abandon.
 */
int
fileio_begin(struct fileio_new *file, const char *path, struct failure *why);

/*
 * Adds to names, sorted, those of the files in directory that end with suffix,
 * without it, and do not begin with a dot; none when there is no directory.
 * Returns 0, or -1 with why set when it cannot be read to its end, and names
 * as it was.
 */
int
fileio_list(const char *directory, const char *suffix, struct words *names,
    struct failure *why);

/*
 * Removes from the open directory the temporary files that dead makers left
 * of all names which the shell's pattern fits.  What we may not write or
 * remove stays.  What this process makes does not count as alive.
 */
void
fileio_remove_dead(int directory, const char *pattern);

/*
 * Locks the temporary file fd as one whose maker lives.  Returns 1, 0 when
 * another process has the lock, or -1 with errno set when it cannot be had.
 */
int
fileio_lock_new(int fd);

enum fileio_replace { FILEIO_REPLACE, FILEIO_KEEP };

/*
 * Makes the new content durable and lets it appear as path with mode:
 * fchmod, fsync, rename, fsync of the directory.  When replace is
 * FILEIO_KEEP an existing file is not replaced (CANNOT_WRITE).  Returns 0,
 * or -1 with why set; then nothing has appeared, unless it was the last of
 * these that failed, and the message names the directory.
 */
int
fileio_commit(struct fileio_new *file, mode_t mode,
    enum fileio_replace replace, struct failure *why);

/*
 * Finds out whether there is something in the way of a file that is to appear
 * as path with replace.  Returns 0, or -1 with why set (CANNOT_WRITE).
 */
int
fileio_look(const char *path, enum fileio_replace replace,
    struct failure *why);

/*
 * Finds out, before there is anything to write, whether a file could appear as
 * path with replace: looks there, begins one and abandons it.  Returns 0, or
 * -1 with why set.
 */
int
fileio_check(const char *path, enum fileio_replace replace,
    struct failure *why);

/* Removes the temporary file and releases file. */
void
fileio_abandon(struct fileio_new *file);

/*
 * Begins a file at path whose content is there already, as fd, which is file's
 * from now on, and under the name temporary in the same directory.  It is not
 * locked.  Returns 0, or -1 with why set; file is then harmless to abandon.
 */
int
fileio_take_up(struct fileio_new *file, const char *path,
    const char *temporary, int fd, struct failure *why);

/* Releases file, and leaves the temporary file where it is. */
void
fileio_leave(struct fileio_new *file);

/*
 * Lets path appear with the content text and mode, durably, replacing what
 * was there.  Returns 0, or -1 with why set.
 */
int
fileio_replace_file(const char *path, const struct text *text, mode_t mode,
    struct failure *why);

/* The same as the next for the open directory. */
int
fileio_sync_directory(int directory);

/*
 * Opens the directory of path.  Returns the descriptor, or -1 with errno set.
 */
int
fileio_open_parent(const char *path);

/*
 * Makes durable which names the directory of path holds.  Returns 0, or -1
 * with errno set.
 */
int
fileio_sync_parent(const char *path);

/*
 * Returns path as an absolute one, by the current directory, the caller's;
 * or NULL with errno set.  Nothing is resolved.
 */
char *
fileio_absolute_path(const char *path);

/*
 * Makes the directory path and its missing parents, each with mode.
 * Returns 0, also when it is there, or -1 with why set.
 */
int
fileio_make_directories(const char *path, mode_t mode, struct failure *why);

#endif
