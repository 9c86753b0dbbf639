#include <config.h>

#include "outage.h"

#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include "../../libcore/base/clock.h"
#include "../../libcore/base/failure.h"
#include "../../libcore/base/memory.h"
#include "../../libcore/base/message.h"
#include "../../libcore/base/text.h"
#include "../../libcore/format/jsonline.h"
#include "../../libcore/run/execution.h"
#include "../cluster/cluster.h"
#include "../cluster/service_key.h"
#include "../cluster/team.h"
#include "probe.h"

/* The service of one group. */
struct service {
	struct outage			*outage;
	const char			*group;	/* NULL: of the only one */
	const struct cluster_group	*of;
	struct probe			*probe;
	struct service_key		*look;	/* at who has it, or NULL */
	int64_t				 from;	/* 0: the service is there */
};

struct outage {
	struct execution	*execution;
	const struct team	*team;
	struct service		*services;
	size_t			 service_count;
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
record(const struct service *service, int64_t from, int64_t until,
    bool is_over)
{
	struct outage *outage = service->outage;
	struct jsonline *line = jsonline_make();
	char stamp[CLOCK_TEXT_ROOM];

	jsonline_set_string(line, "event", "outage");
	if (service->group != NULL)
		jsonline_set_string(line, "group", service->group);
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
	if (outage->execution->history != NULL)
		jsonline_set_boolean(line, "again", true);
	execution_record(outage->execution, line);
	jsonline_free(line);
}

/* The run stops when somebody else has the address. */
static void
looked(void *cookie, const struct failure *why)
{
	struct service *service = cookie;
	struct jsonline *line;

	/* Nobody who answers is none of the nodes either, nor a stranger. */
	if (why == NULL || why->code != EXITCODE_DENIED)
		return;
	line = jsonline_make();
	jsonline_set_string(line, "event", "stranger");
	jsonline_set_string(line, "group", service->of->name);
	jsonline_set_string(line, "address", service->of->service_address);
	execution_record(service->outage->execution, line);
	jsonline_free(line);
	message_failure(why);
	(void)kill(getpid(), EXECUTION_STOP_SIGNAL);	/* always may */
}

static void
away(void *cookie, int64_t from)
{
	struct service *service = cookie;

	service->from = from;
}

static void
back(void *cookie, int64_t from, int64_t until)
{
	struct service *service = cookie;

	service->from = 0;
	record(service, from, until, true);
	service_key_free(service->look);
	service->look = service_key_begin(service->outage->team, service->of,
	    looked, service);
}

static const struct probe_events events = { away, back };

/* Begins to probe the service of group, if it has one. */
static void
start_service(struct outage *outage, const struct cluster_group *group,
    bool alone, struct eventloop *loop)
{
	struct service *service = &outage->services[outage->service_count];
	const struct probe_options options = {
		.address = group->service_address,
		.port = (int)group->service_port,
		.interval = PROBE_INTERVAL,
		.threshold = PROBE_THRESHOLD,
		.timeout = PROBE_TIMEOUT,
		.events = &events,
		.cookie = service,
	};
	struct failure why = { 0 };

	if (group->service_address == NULL)
		return;
	service->outage = outage;
	service->of = group;
	service->group = alone ? NULL : group->name;
	service->probe = probe_make(loop, &options, &why);
	if (service->probe == NULL)
		message_failure(&why);
	else
		outage->service_count++;
}

struct outage *
outage_start(const struct team *team, struct execution *execution)
{
	const struct cluster *cluster = team->cluster;
	struct outage *outage = memory_make(1, sizeof(*outage));

	outage->execution = execution;
	outage->team = team;
	outage->services = memory_make(cluster->group_count,
	    sizeof(*outage->services));
	for (size_t i = 0; i < cluster->group_count; i++)
		start_service(outage, &cluster->groups[i],
		    cluster->group_count == 1, team->loop);
	return (outage);
}

void
outage_stop(struct outage *outage)
{
	if (outage == NULL)
		return;
	for (size_t i = 0; i < outage->service_count; i++) {
		struct service *service = &outage->services[i];

		probe_free(service->probe);
		service_key_free(service->look);
		if (service->from != 0)
			record(service, service->from, clock_monotonic(),
			    false);
	}
	/* A run that did nothing has nothing to say of the service. */
	if (outage->service_count > 0 &&
	    (outage->count > 0 || outage->execution->has_acted))
		sum_up(outage);
	free(outage->services);
	free(outage);
}
