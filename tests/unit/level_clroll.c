#include <config.h>

#include <stddef.h>

#include "unit.h"

int
main(void)
{
	static unit_case *const cases[] = { cluster_case,
		cluster_facts_case, fleet_case, fleet_walk_case,
		known_hosts_case, probe_case,
		probe_next_case, roles_case, ssh_agent_case, ssh_config_case,
		ssh_script_case, turns_case, NULL };

	return unit_run("clroll", cases);
}
