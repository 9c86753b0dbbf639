#include <config.h>

#include "../libcore/run/command.h"
#include "verbs.h"

int
main(int argc, char **argv)
{
	static const struct command_verb *const verbs[] = {
		&verb_check,
		&verb_ps,
		&verb_plan,
		&verb_patch,
		&verb_upgrade,
		&verb_run,
		&verb_status,
		&verb_follow,
		&verb_stop,
		&verb_resume,
		&verb_rollback,
		&verb_report,
		&verb_site,
		&verb_package,
		&verb_hold,
		&verb_claim,
		NULL
	};
	static const struct command_program program = {
		.name = "nqsupd",
		.summary = "patch and upgrade JobCenter on this node",
		.verbs = verbs,
	};

	return (command_main(&program, argc, argv));
}
