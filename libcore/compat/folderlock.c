#define _DEFAULT_SOURCE		/* flock, where the system has it */

#include <config.h>

#include "folderlock.h"

#if defined(HAVE_FLOCK)
#include <sys/file.h>
#endif

#include <errno.h>

int
folderlock_take(int fd, enum folderlock how)
{
#if defined(HAVE_FLOCK)
	if (flock(fd, (how == FOLDERLOCK_ALONE ? LOCK_EX : LOCK_SH) |
	    LOCK_NB) == -1 && errno == EWOULDBLOCK) {
		errno = EAGAIN;
		return (-1);
	}
#else
	(void)fd;
	(void)how;
#endif
	return (0);
}
