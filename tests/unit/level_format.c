#include <config.h>

#include <stddef.h>

#include "unit.h"

int
main(void)
{
	static unit_case *const cases[] = { journal_case, jsonline_case,
		markup_case, options_case, report_case, settings_case, NULL };

	return unit_run("format", cases);
}
