#include <config.h>

#include <stddef.h>

#include "unit.h"

int
main(void)
{
	static unit_case *const cases[] = { progress_walk_case, NULL };

	return unit_run("run", cases);
}
