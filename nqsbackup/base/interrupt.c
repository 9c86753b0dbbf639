#include <config.h>

#include "interrupt.h"

#include <signal.h>
#include <stddef.h>

#include "../../libcore/base/failure.h"
#include "../../libcore/system/signals.h"

static const int caught[] = { SIGINT, SIGTERM, SIGHUP };

enum { CAUGHT_COUNT = sizeof(caught) / sizeof(caught[0]) };

int
interrupt_begin(struct failure *why)
{
	if (signals_open(why) == -1)
		return (-1);
	for (size_t i = 0; i < CAUGHT_COUNT; i++)
		signals_catch(caught[i]);
	return (0);
}

int
interrupt_check(struct failure *why)
{
	if (!signals_are_waiting())
		return (0);
	failure_set(why, EXITCODE_STOPPED, "stopped on request");
	return (-1);
}

void
interrupt_end(void)
{
	signals_close();
}
