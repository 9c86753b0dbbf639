#define _GNU_SOURCE		/* statx, where the system has it */

#include <config.h>

#include "mountid.h"

#include <sys/stat.h>

#if defined(HAVE_SYS_STATFS_H)
#include <sys/statfs.h>
#endif

#include <fcntl.h>

int
mountid_find(int directory, const char *name, uint64_t *id)
{
	struct stat status;

#if defined(HAVE_STATX) && defined(STATX_MNT_ID)
	struct statx extended;

	if (statx(directory, name, AT_EMPTY_PATH | AT_SYMLINK_NOFOLLOW |
	    AT_NO_AUTOMOUNT, STATX_MNT_ID, &extended) == 0 &&
	    (extended.stx_mask & STATX_MNT_ID) != 0) {
		*id = extended.stx_mnt_id;
		return (0);
	}
#endif
	if ((name[0] == '\0' ? fstat(directory, &status) : fstatat(directory,
	    name, &status, AT_SYMLINK_NOFOLLOW)) == -1)
		return (-1);
	*id = (uint64_t)status.st_dev;
	return (0);
}

bool
mountid_is_layered(int directory)
{
#if defined(HAVE_SYS_STATFS_H) && defined(__linux__)
	const long overlay = 0x794c7630;	/* OVERLAYFS_SUPER_MAGIC */
	struct statfs status;

	return (fstatfs(directory, &status) == 0 &&
	    (long)status.f_type == overlay);
#else
	(void)directory;
	return (false);
#endif
}
