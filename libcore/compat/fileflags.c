#define _GNU_SOURCE		/* statx, where the system has it */

#include <config.h>

#include "fileflags.h"

#include <sys/stat.h>
#if defined(HAVE_STATX)
#include <sys/sysmacros.h>
#endif

#include <errno.h>
#include <fcntl.h>

/* Where the system is not asked, or does not answer. */
static int
look_plainly(int directory, const char *name, struct stat *status,
    bool *fixed)
{
	*fixed = false;
	return (name[0] == '\0' ? fstat(directory, status) :
	    fstatat(directory, name, status, AT_SYMLINK_NOFOLLOW));
}

#if defined(HAVE_STATX) && defined(STATX_ATTR_IMMUTABLE)
static bool
has_flag(const struct statx *status)
{
	return ((status->stx_attributes &
	    (STATX_ATTR_IMMUTABLE | STATX_ATTR_APPEND)) != 0);
}

static struct timespec
time_of(struct statx_timestamp time)
{
	return ((struct timespec){ (time_t)time.tv_sec, (long)time.tv_nsec });
}

int
fileflags_look(int directory, const char *name, struct stat *status,
    bool *fixed)
{
	struct statx seen;

	if (statx(directory, name, AT_EMPTY_PATH | AT_SYMLINK_NOFOLLOW |
	    AT_NO_AUTOMOUNT, STATX_BASIC_STATS, &seen) == -1) {
		/* An old kernel, or a container's filter of calls. */
		if (errno == ENOSYS || errno == EPERM)
			return (look_plainly(directory, name, status, fixed));
		return (-1);
	}
	*fixed = has_flag(&seen);
	*status = (struct stat){ .st_mode = seen.stx_mode,
	    .st_dev = makedev(seen.stx_dev_major, seen.stx_dev_minor),
	    .st_rdev = makedev(seen.stx_rdev_major, seen.stx_rdev_minor),
	    .st_ino = (ino_t)seen.stx_ino,
	    .st_nlink = (nlink_t)seen.stx_nlink,
	    .st_uid = (uid_t)seen.stx_uid, .st_gid = (gid_t)seen.stx_gid,
	    .st_size = (off_t)seen.stx_size,
	    .st_blocks = (blkcnt_t)seen.stx_blocks,
	    .st_mtim = time_of(seen.stx_mtime),
	    .st_ctim = time_of(seen.stx_ctime) };
	return (0);
}
#else
int
fileflags_look(int directory, const char *name, struct stat *status,
    bool *fixed)
{
	return (look_plainly(directory, name, status, fixed));
}
#endif
