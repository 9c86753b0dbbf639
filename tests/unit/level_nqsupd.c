#include <config.h>

#include <stddef.h>

#include "unit.h"

int
main(void)
{
	static unit_case *const cases[] = { connections_case,
		node_config_case, node_facts_case, package_case,
		processes_case, profile_case, proof_case, residents_case,
		NULL };

	return unit_run("nqsupd", cases);
}
