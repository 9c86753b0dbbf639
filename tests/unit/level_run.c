#include <config.h>

#include <stddef.h>

#include "unit.h"

int
main(void)
{
	static unit_case *const cases[] = { progress_back_case,
		progress_broken_case, progress_case, progress_walk_case, NULL };

	return unit_run("run", cases);
}
