#define _GNU_SOURCE		/* syncfs, where the system has it */

#include <config.h>

#include "treesync.h"

#include <unistd.h>

int
treesync(int fd)
{
#if defined(HAVE_SYNCFS)
	return (syncfs(fd));
#else
	(void)fd;
	sync();
	return (0);
#endif
}
