#include <config.h>

#include <stddef.h>

#include "unit.h"

int
main(void)
{
	static unit_case *const cases[] = { command_case, given_case,
		history_case, local_session_case, plan_case, procedure_case,
		progress_back_case, progress_broken_case, progress_case,
		progress_walk_case, retention_case, run_lock_case,
		runner_case, show_record_case, standing_case,
		stop_note_case, values_case, NULL };

	return unit_run("run", cases);
}
