#include <config.h>

#include <stddef.h>

#include "unit.h"

int
main(void)
{
	static unit_case *const cases[] = { base64_case, clock_case,
		digest_case, exitcode_case, failure_case, memory_case,
		message_case, number_case, ordered_case, text_case,
		words_case, NULL };

	return unit_run("base", cases);
}
