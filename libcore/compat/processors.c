#define _GNU_SOURCE		/* sched_getaffinity, where the system has it */

#include <config.h>

#include "processors.h"

#include <sched.h>
#include <unistd.h>

int
processors_count(void)
{
#if defined(HAVE_SCHED_GETAFFINITY) && defined(CPU_COUNT)
	cpu_set_t allowed;

	if (sched_getaffinity(0, sizeof(allowed), &allowed) == 0)
		return (CPU_COUNT(&allowed));
#endif
#if defined(_SC_NPROCESSORS_ONLN)
	const long online = sysconf(_SC_NPROCESSORS_ONLN);

	if (online > 0 && online < 65536)
		return ((int)online);
#endif
	return (1);
}
