#include <config.h>

#include "../../libcore/base/clock.h"

#include "unit.h"

#define SECOND_OF_2026	(INT64_C(1767323045) * CLOCK_SECOND)

START_TEST(shows_a_time_in_utc)
{
	char string[CLOCK_TEXT_ROOM];

	clock_show(SECOND_OF_2026 + 678999999, string);
	ck_assert_str_eq(string, "2026-01-02T03:04:05.678Z");
	clock_show_compact(SECOND_OF_2026, string);
	ck_assert_str_eq(string, "20260102T030405Z");
}
END_TEST

START_TEST(shows_times_before_1970)
{
	char string[CLOCK_TEXT_ROOM];

	clock_show(-1, string);
	ck_assert_str_eq(string, "1969-12-31T23:59:59.999Z");
	clock_show(INT64_MIN, string);
	ck_assert_str_eq(string, "1677-09-21T00:12:43.145Z");
}
END_TEST

static const char *const readable[] = {
	"1970-01-01T00:00:00.000Z",
	"1972-02-29T23:59:59.999Z",
	"1999-12-31T23:59:59.999Z",
	"2000-02-29T12:00:00.000Z",
	"2000-03-01T00:00:00.000Z",
	"2100-02-28T00:00:00.000Z",
	"2100-03-01T00:00:00.000Z",
	"2261-12-31T23:59:59.999Z",
	"1678-01-01T00:00:00.000Z",
};

START_TEST(reads_what_it_shows)
{
	char string[CLOCK_TEXT_ROOM];
	int64_t wall = 0;

	ck_assert_int_eq(clock_read(readable[_i], &wall), 0);
	clock_show(wall, string);
	ck_assert_str_eq(string, readable[_i]);
}
END_TEST

START_TEST(agrees_with_the_system_on_every_day)
{
	char string[CLOCK_TEXT_ROOM];
	char expected[CLOCK_TEXT_ROOM];

	for (time_t day = -20000; day < 60000; day++) {
		time_t seconds = day * 86400;
		struct tm fields;

		ck_assert_ptr_nonnull(gmtime_r(&seconds, &fields));
		ck_assert_uint_gt(strftime(expected, sizeof(expected),
		    "%Y%m%dT%H%M%SZ", &fields), 0);
		clock_show_compact((int64_t)seconds * CLOCK_SECOND, string);
		ck_assert_str_eq(string, expected);
	}
}
END_TEST

static const char *const wrong[] = {
	"",
	"2026-01-02",
	"2026-01-02T03:04:05Z",
	"2026-01-02T03:04:05.678",
	"2026-01-02T03:04:05.678Z ",
	"2026-01-02 03:04:05.678Z",
	"2026-02-30T00:00:00.000Z",
	"2025-02-29T00:00:00.000Z",
	"2026-13-01T00:00:00.000Z",
	"2026-00-01T00:00:00.000Z",
	"2026-01-00T00:00:00.000Z",
	"2026-01-01T24:00:00.000Z",
	"2026-01-01T00:60:00.000Z",
	"2026-01-01T00:00:60.000Z",
	"9999-01-01T00:00:00.000Z",
	"+026-01-01T00:00:00.000Z",
};

START_TEST(refuses_what_is_no_time)
{
	int64_t wall = 42;

	ck_assert_int_eq(clock_read(wrong[_i], &wall), -1);
	ck_assert_int_eq(wall, 42);
}
END_TEST

START_TEST(never_goes_back)
{
	int64_t before = clock_monotonic();

	ck_assert_int_ge(clock_monotonic(), before);
	ck_assert_int_gt(clock_wall(), SECOND_OF_2026 - 400 * 86400 *
	    CLOCK_SECOND);
}
END_TEST

TCase *
clock_case(void)
{
	TCase *testcase = tcase_create("clock");

	tcase_add_test(testcase, shows_a_time_in_utc);
	tcase_add_test(testcase, shows_times_before_1970);
	tcase_add_loop_test(testcase, reads_what_it_shows, 0,
	    sizeof(readable) / sizeof(readable[0]));
	tcase_add_test(testcase, agrees_with_the_system_on_every_day);
	tcase_add_loop_test(testcase, refuses_what_is_no_time, 0,
	    sizeof(wrong) / sizeof(wrong[0]));
	tcase_add_test(testcase, never_goes_back);
	return testcase;
}
