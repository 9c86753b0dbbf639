#define _GNU_SOURCE		/* statx, where the system has it */

#include <config.h>

#include "fileflags.h"

#include <sys/stat.h>

#include <fcntl.h>

bool
fileflags_is_fixed(int directory, const char *name)
{
#if defined(HAVE_STATX) && defined(STATX_ATTR_IMMUTABLE)
	struct statx status;

	return (statx(directory, name, AT_EMPTY_PATH | AT_SYMLINK_NOFOLLOW |
	    AT_NO_AUTOMOUNT, 0, &status) == 0 && (status.stx_attributes &
	    (STATX_ATTR_IMMUTABLE | STATX_ATTR_APPEND)) != 0);
#else
	(void)directory;
	(void)name;
	return (false);
#endif
}
