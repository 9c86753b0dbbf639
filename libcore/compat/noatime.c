#define _GNU_SOURCE		/* O_NOATIME, where the system has it */

#include <config.h>

#include "noatime.h"

#include <fcntl.h>

int
noatime_flag(void)
{
#if defined(O_NOATIME)
	return (O_NOATIME);
#else
	return (0);
#endif
}
