#include <config.h>

#include "../../libcore/system/timers.h"

#include <stdlib.h>

#include "../../libcore/base/memory.h"
#include "unit.h"

static struct eventloop_timer *
add(struct timers *timers, int64_t deadline)
{
	struct eventloop_timer *timer = memory_make(1, sizeof(*timer));

	timer->deadline = deadline;
	timers_add(timers, timer);
	return timer;
}

START_TEST(gives_the_earliest_first_and_equals_in_order)
{
	struct timers timers = { 0 };
	uint32_t number = 1;
	int64_t last = -1;
	uint64_t order = 0;

	for (int i = 0; i < 1000; i++) {
		number = number * 1664525 + 1013904223;
		(void)add(&timers, number >> 24);
	}
	for (int i = 0; i < 1000; i++) {
		struct eventloop_timer *timer = timers_first(&timers);

		ck_assert_int_ge(timer->deadline, last);
		if (timer->deadline == last)
			ck_assert_uint_gt(timer->order, order);
		last = timer->deadline;
		order = timer->order;
		timers_remove(&timers, timer);
		free(timer);
	}
	ck_assert_ptr_null(timers_first(&timers));
	timers_release(&timers);
}
END_TEST

START_TEST(takes_one_out_of_the_middle)
{
	enum { COUNT = 200 };
	struct eventloop_timer *made[COUNT];
	struct timers timers = { 0 };

	for (int i = 0; i < COUNT; i++)
		made[i] = add(&timers, i * 7 % COUNT);
	for (int i = 0; i < COUNT; i += 2) {
		timers_remove(&timers, made[i]);
		free(made[i]);
	}
	int64_t last = -1;
	for (int i = 0; i < COUNT / 2; i++) {
		struct eventloop_timer *timer = timers_first(&timers);

		ck_assert_int_gt(timer->deadline, last);
		ck_assert_uint_eq(timer->order % 2, 1);
		last = timer->deadline;
		timers_remove(&timers, timer);
		free(timer);
	}
	ck_assert_ptr_null(timers_first(&timers));
	(void)add(&timers, 1);
	timers_release(&timers);
	timers_release(&timers);
}
END_TEST

TCase *
timers_case(void)
{
	TCase *testcase = tcase_create("timers");

	tcase_add_test(testcase, gives_the_earliest_first_and_equals_in_order);
	tcase_add_test(testcase, takes_one_out_of_the_middle);
	return testcase;
}
