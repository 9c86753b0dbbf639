#include <config.h>

#include "fleet_options.h"

#include "../../libcore/base/clock.h"
#include "../../libcore/base/failure.h"
#include "../../libcore/base/number.h"
#include "../../libcore/run/command.h"
#include "fleet_time.h"

enum {
	OPTION_BATCH = 300,
	OPTION_CANARY,
	OPTION_MAX_FAILURES,
	OPTION_MAX_WAVE_FAILURES,
	OPTION_MAX_UNREACHABLE,
	OPTION_SOAK,
	OPTION_TAKES,
	OPTION_UNTIL,
	OPTION_APPROVE,
	OPTION_PRINT,
	OPTION_NOW,
	OPTION_HTML,

	JOBS = 10,			/* by default */
	MOST = 100000
};

const struct options_row fleet_options_rows[] = {
	{ OPTION_APPROVE, "approve", "DIGEST",
	    "refuse unless -n shows this digest" },
	{ OPTION_BATCH, "batch", "N|N%", "clusters in a wave (default: all)" },
	{ OPTION_CANARY, "canary", "N", "clusters of the first wave" },
	{ 'f', "file", "LIST", "a file with a cluster in each line" },
	{ OPTION_HTML, "html", "FILE",
	    "report: as a page into FILE, - is stdout" },
	{ 'j', "jobs", "N", "clusters at once (default: 10)" },
	{ OPTION_MAX_FAILURES, "max-failures", "N|N%",
	    "go on while no more have failed (default: 0)" },
	{ OPTION_MAX_UNREACHABLE, "max-unreachable", "N|N%",
	    "the same for those out of reach (default: as for failures)" },
	{ OPTION_MAX_WAVE_FAILURES, "max-wave-failures", "N|N%",
	    "the same for failures in one wave (default: any)" },
	{ OPTION_NOW, "now", NULL, "stop: each run before its next step" },
	{ OPTION_PRINT, "print", NULL,
	    "print the command line of each cluster, do nothing" },
	{ OPTION_SOAK, "soak", "DURATION", "wait so long between waves" },
	{ OPTION_TAKES, "takes", "DURATION", "so long a cluster takes" },
	{ OPTION_UNTIL, "until", "TIME",
	    "begin nothing that could not end by then" },
	{ 0 }
};

#define GIVEN(option)	(1u << ((option) - OPTION_BATCH))

static int
take_limit(struct fleet_options *own, int letter, const char *argument,
    struct fleet_limit *limit, struct failure *why)
{
	own->given |= GIVEN(letter);
	if (fleet_limit_read(argument, limit) == 0 &&
	    (letter != OPTION_BATCH || limit->value > 0))
		return (0);
	(void)command_misused(why, "'%s' is no number of clusters", argument);
	failure_hint(why, "a number, or a percentage such as 10%%");
	return (-1);
}

static int
take_count(const char *argument, int64_t least, int64_t *count,
    struct failure *why)
{
	if (number_read(argument, least, MOST, count) == 0)
		return (0);
	(void)command_misused(why, "'%s' is no number of clusters", argument);
	return (-1);
}

static int
take_span(struct fleet_options *own, int letter, const char *argument,
    int64_t *span, struct failure *why)
{
	own->given |= GIVEN(letter);
	if (number_read_duration(argument, span) == 0)
		return (0);
	(void)command_misused(why, "'%s' is not a duration", argument);
	failure_hint(why, "a number and a unit: 500ms, 30s, 5m, 2h, 1d");
	return (-1);
}

int
fleet_options_take(void *into, int letter, const char *argument,
    struct failure *why)
{
	struct fleet_options *own = into;
	struct fleet_rules *rules = &own->rules;

	switch (letter) {
	case OPTION_BATCH:
		return (take_limit(own, letter, argument, &rules->batch,
		    why));
	case OPTION_MAX_FAILURES:
		return (take_limit(own, letter, argument, &rules->failures,
		    why));
	case OPTION_MAX_WAVE_FAILURES:
		return (take_limit(own, letter, argument,
		    &rules->wave_failures, why));
	case OPTION_MAX_UNREACHABLE:
		return (take_limit(own, letter, argument,
		    &rules->unreachable, why));
	case OPTION_CANARY:
		own->given |= GIVEN(letter);
		return (take_count(argument, 0, &rules->canary, why));
	case 'j':
		return (take_count(argument, 1, &rules->jobs, why));
	case OPTION_SOAK:
		return (take_span(own, letter, argument, &rules->soak, why));
	case OPTION_TAKES:
		return (take_span(own, letter, argument, &rules->takes, why));
	case OPTION_UNTIL:
		return (fleet_time_read(argument, clock_wall(),
		    &rules->until, why));
	case OPTION_APPROVE:
		own->approved = argument;
		return (0);
	case OPTION_PRINT:
		own->print = true;
		return (0);
	case OPTION_HTML:
		own->html = argument;
		return (0);
	case OPTION_NOW:
		own->now = true;
		return (0);
	default:
		own->list = argument;
		return (0);
	}
}

void
fleet_options_fill_in(struct fleet_options *own)
{
	struct fleet_rules *rules = &own->rules;

	if (rules->jobs == 0)
		rules->jobs = JOBS;
	if ((own->given & GIVEN(OPTION_MAX_WAVE_FAILURES)) == 0)
		rules->wave_failures.value = -1;
	if ((own->given & GIVEN(OPTION_MAX_UNREACHABLE)) == 0)
		rules->unreachable = rules->failures;
}

void
fleet_options_change(const struct fleet_options *own,
    struct fleet_rules *rules)
{
	const struct fleet_rules *now = &own->rules;

	if (now->jobs > 0)
		rules->jobs = now->jobs;
	if ((own->given & GIVEN(OPTION_MAX_FAILURES)) != 0)
		rules->failures = now->failures;
	if ((own->given & GIVEN(OPTION_MAX_WAVE_FAILURES)) != 0)
		rules->wave_failures = now->wave_failures;
	if ((own->given & GIVEN(OPTION_MAX_UNREACHABLE)) != 0)
		rules->unreachable = now->unreachable;
	if ((own->given & GIVEN(OPTION_SOAK)) != 0)
		rules->soak = now->soak;
	if ((own->given & GIVEN(OPTION_TAKES)) != 0)
		rules->takes = now->takes;
	if (now->until > 0)
		rules->until = now->until;
}

bool
fleet_options_have_rules(const struct fleet_options *own)
{
	return (own->given != 0 || own->rules.jobs > 0 ||
	    own->rules.until > 0);
}

bool
fleet_options_have_waves(const struct fleet_options *own)
{
	return ((own->given & (GIVEN(OPTION_CANARY) | GIVEN(OPTION_BATCH))) !=
	    0);
}
