#include <config.h>

#include <stddef.h>

#include "unit.h"

int
main(void)
{
	static unit_case *const cases[] = { beneath_case, eventloop_case,
		fileio_case, filelock_case, identity_case, network_case,
		process_case, startup_case, timers_case, trust_case, NULL };

	return unit_run("system", cases);
}
