#include <config.h>

#include <stdio.h>

#include "../libcore/run/command.h"
#include "ssh/ssh_link.h"
#include "verbs.h"

static void
show_libraries(void)
{
	(void)printf("libssh %s\n", ssh_link_version());
}

int
main(int argc, char **argv)
{
	static const struct command_verb *const verbs[] = {
		&verb_check,
		&verb_status,
		&verb_plan,
		&verb_patch,
		&verb_upgrade,
		&verb_run,
		&verb_move,
		&verb_home,
		&verb_exec,
		&verb_lock,
		&verb_inventory,
		&verb_follow,
		&verb_stop,
		&verb_fleet,
		&verb_resume,
		&verb_rollback,
		&verb_report,
		NULL
	};
	static const struct command_program program = {
		.name = "clroll",
		.summary = "patch and upgrade a cluster, node by node",
		.verbs = verbs,
		.version = show_libraries,
	};

	return (command_main(&program, argc, argv));
}
