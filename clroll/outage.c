#include <config.h>

#include "outage.h"

#include <stdlib.h>

#include "../libcore/base/clock.h"
#include "../libcore/base/failure.h"
#include "../libcore/base/memory.h"
#include "../libcore/base/message.h"
#include "../libcore/base/text.h"
#include "../libcore/format/jsonline.h"
#include "../libcore/run/execution.h"
#include "cluster.h"
#include "probe.h"

struct outage {
	struct execution	*execution;
	struct probe		*probe;
	int64_t			 from;		/* 0: the service is there */
	int64_t			 total;		/* nanoseconds away so far */
	int			 count;		/* how often */
};

/* Turns a time of clock_monotonic() into one for people. */
static void
show_time(int64_t monotonic, char text[CLOCK_TEXT_ROOM])
{
	clock_show(clock_wall() - (clock_monotonic() - monotonic), text);
}

/* Sets seconds of line to a duration. */
static void
set_seconds(struct jsonline *line, int64_t duration)
{
	struct text seconds = { 0 };

	text_format(&seconds, "%lld.%03lld",
	    (long long)(duration / CLOCK_SECOND),
	    (long long)(duration % CLOCK_SECOND / 1000000));
	jsonline_set_string(line, "seconds", text_string(&seconds));
	text_release(&seconds);
}

static void
record(struct outage *outage, int64_t from, int64_t until, bool is_over)
{
	struct jsonline *line = jsonline_make();
	char stamp[CLOCK_TEXT_ROOM];

	jsonline_set_string(line, "event", "outage");
	show_time(from, stamp);
	jsonline_set_string(line, "from", stamp);
	if (is_over) {
		show_time(until, stamp);
		jsonline_set_string(line, "until", stamp);
	}
	set_seconds(line, until - from);
	execution_record(outage->execution, line);
	jsonline_free(line);
	outage->total += until - from;
	outage->count++;
}

/* Sums up, behind the last record of the run. */
static void
sum_up(struct outage *outage)
{
	struct jsonline *line = jsonline_make();

	jsonline_set_string(line, "event", "outages");
	jsonline_set_integer(line, "count", outage->count);
	set_seconds(line, outage->total);
	execution_record(outage->execution, line);
	jsonline_free(line);
}

static void
away(void *cookie, int64_t from)
{
	struct outage *outage = cookie;

	outage->from = from;
}

static void
back(void *cookie, int64_t from, int64_t until)
{
	struct outage *outage = cookie;

	outage->from = 0;
	record(outage, from, until, true);
}

static const struct probe_events events = { away, back };

struct outage *
outage_start(const struct cluster *cluster, struct eventloop *loop,
    struct execution *execution)
{
	struct failure why = { 0 };

	if (cluster->service_address == NULL)
		return (NULL);
	struct outage *outage = memory_make(1, sizeof(*outage));
	const struct probe_options options = {
		.address = cluster->service_address,
		.port = (int)cluster->service_port,
		.interval = PROBE_INTERVAL,
		.threshold = PROBE_THRESHOLD,
		.timeout = PROBE_TIMEOUT,
		.events = &events,
		.cookie = outage,
	};

	outage->execution = execution;
	outage->probe = probe_make(loop, &options, &why);
	if (outage->probe == NULL)
		message_failure(&why);
	return (outage);
}

void
outage_stop(struct outage *outage)
{
	if (outage == NULL)
		return;
	const bool probed = outage->probe != NULL;

	probe_free(outage->probe);
	if (outage->from != 0)
		record(outage, outage->from, clock_monotonic(), false);
	/* A run that did nothing has nothing to say of the service. */
	if (probed && (outage->count > 0 || outage->execution->has_acted))
		sum_up(outage);
	free(outage);
}
