#include <config.h>

#include "../../clroll/roll/probe.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

#include "../../libcore/base/clock.h"
#include "../../libcore/base/failure.h"
#include "../../libcore/system/eventloop.h"
#include "unit.h"

#define MS	INT64_C(1000000)

/* A service on the loopback that comes and goes, and what is told of it. */
struct world {
	struct eventloop	*loop;
	struct probe		*probe;
	struct sockaddr_in	 address;
	int			 listener;
	bool			 was_away;
	int64_t			 length;	/* of the outage */
};

static void
begin_to_listen(struct world *world)
{
	const int yes = 1;
	socklen_t size = sizeof(world->address);

	world->listener = socket(AF_INET, SOCK_STREAM, 0);
	ck_assert_int_eq(setsockopt(world->listener, SOL_SOCKET, SO_REUSEADDR,
	    &yes, sizeof(yes)), 0);
	ck_assert_int_eq(bind(world->listener,
	    (const struct sockaddr *)&world->address, size), 0);
	ck_assert_int_eq(getsockname(world->listener,
	    (struct sockaddr *)&world->address, &size), 0);
	ck_assert_int_eq(listen(world->listener, 128), 0);
}

static void
come_back(void *cookie)
{
	begin_to_listen(cookie);
}

static void
go_away(void *cookie)
{
	struct world *world = cookie;

	ck_assert_int_eq(close(world->listener), 0);
	(void)eventloop_at(world->loop, clock_monotonic() + 400 * MS,
	    come_back, world);
}

static void
hear_away(void *cookie, int64_t from)
{
	struct world *world = cookie;

	ck_assert_int_gt(from, 0);
	world->was_away = true;
}

static void
hear_back(void *cookie, int64_t from, int64_t until)
{
	struct world *world = cookie;

	world->length = until - from;
	probe_free(world->probe);	/* allowed from inside */
	world->probe = NULL;
	eventloop_stop(world->loop);
}

static void
give_up(void *cookie)
{
	struct world *world = cookie;

	eventloop_stop(world->loop);
}

static const struct probe_events events = { hear_away, hear_back };

START_TEST(measures_how_long_a_service_is_away)
{
	struct world world = { 0 };
	struct probe_options options = { .address = "127.0.0.1",
	    .interval = PROBE_INTERVAL, .threshold = PROBE_THRESHOLD,
	    .timeout = PROBE_TIMEOUT, .events = &events, .cookie = &world };
	struct failure why;

	world.address.sin_family = AF_INET;
	world.address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	begin_to_listen(&world);
	options.port = ntohs(world.address.sin_port);
	world.loop = eventloop_make(&why);
	world.probe = probe_make(world.loop, &options, &why);
	ck_assert_ptr_nonnull(world.probe);
	(void)eventloop_at(world.loop, clock_monotonic() + 200 * MS, go_away,
	    &world);
	(void)eventloop_at(world.loop, clock_monotonic() + 20000 * MS,
	    give_up, &world);
	ck_assert_int_eq(eventloop_run(world.loop, &why), 0);
	ck_assert(world.was_away);
	/* 400 ms and up to two intervals, more on a busy machine. */
	ck_assert_int_ge(world.length, 400 * MS - PROBE_INTERVAL);
	ck_assert_int_le(world.length, 2000 * MS);
	ck_assert_ptr_null(world.probe);
	eventloop_free(world.loop);
	(void)close(world.listener);
}
END_TEST

TCase *
probe_case(void)
{
	TCase *testcase = tcase_create("probe");

	tcase_add_test(testcase, measures_how_long_a_service_is_away);
	tcase_set_timeout(testcase, 60);
	return testcase;
}
