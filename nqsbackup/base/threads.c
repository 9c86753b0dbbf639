#include <config.h>

#include "threads.h"

#include "../../libcore/base/number.h"
#include "../../libcore/compat/processors.h"
#include "../../libcore/run/command.h"
#include "crew.h"

enum { DEFAULT_LIMIT = 16 };

size_t
threads_default(void)
{
	const int count = processors_count();

	return ((size_t)(count < DEFAULT_LIMIT ? count : DEFAULT_LIMIT));
}

int
threads_read(const char *argument, size_t *threads, struct failure *why)
{
	int64_t value;

	if (number_read(argument, 1, CREW_LIMIT, &value) == -1)
		return (command_misused(why, "'%s' is no number of threads "
		    "from 1 to %d", argument, CREW_LIMIT), -1);
	*threads = (size_t)value;
	return (0);
}
