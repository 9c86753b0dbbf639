#include <config.h>

#include "../../libcore/base/number.h"

#include "../../libcore/base/clock.h"
#include "unit.h"

START_TEST(reads_numbers_within_their_range)
{
	int64_t value = 0;

	ck_assert_int_eq(number_read("0", 0, 10, &value), 0);
	ck_assert_int_eq(value, 0);
	ck_assert_int_eq(number_read("65535", 0, 65535, &value), 0);
	ck_assert_int_eq(value, 65535);
	ck_assert_int_eq(number_read("-5", -5, 10, &value), 0);
	ck_assert_int_eq(value, -5);
	ck_assert_int_eq(number_read("9223372036854775807", 0, INT64_MAX,
	    &value), 0);
	ck_assert_int_eq(value, INT64_MAX);
	ck_assert_int_eq(number_read("-9223372036854775808", INT64_MIN, 0,
	    &value), 0);
	ck_assert_int_eq(value, INT64_MIN);
}
END_TEST

static const char *const wrong[] = {
	"", " 1", "1 ", "+1", "-1", "- 1", "1x", "x", "0x10", "1.0", "11",
	"9223372036854775808", "99999999999999999999", "--1", "-"
};

START_TEST(refuses_what_is_no_number_in_range)
{
	int64_t value = 42;

	ck_assert_int_eq(number_read(wrong[_i], 0, 10, &value), -1);
	ck_assert_int_eq(value, 42);
	if (wrong[_i][0] != '-' || wrong[_i][1] != '1') {
		ck_assert_int_eq(number_read(wrong[_i], -10, 10, &value), -1);
		ck_assert_int_eq(value, 42);
	}
}
END_TEST

struct duration_row {
	const char	*string;
	int64_t		 value;
};

static const struct duration_row durations[] = {
	{ "0", 0 },
	{ "0s", 0 },
	{ "250ms", CLOCK_SECOND / 4 },
	{ "10s", 10 * CLOCK_SECOND },
	{ "5m", 300 * CLOCK_SECOND },
	{ "2h", 7200 * CLOCK_SECOND },
	{ "30d", 30 * 86400 * CLOCK_SECOND },
};

START_TEST(reads_durations)
{
	int64_t value = -1;

	ck_assert_int_eq(number_read_duration(durations[_i].string, &value),
	    0);
	ck_assert_int_eq(value, durations[_i].value);
}
END_TEST

static const char *const no_durations[] = {
	"", "s", "5", "5 s", "-5s", "+5s", "5S", "5sec", "1.5s", "106752d",
	"9223372036854775807ms", "00", "1s "
};

START_TEST(refuses_what_is_no_duration)
{
	int64_t value = 42;

	ck_assert_int_eq(number_read_duration(no_durations[_i], &value), -1);
	ck_assert_int_eq(value, 42);
}
END_TEST

START_TEST(reads_sizes)
{
	int64_t value = 0;

	ck_assert_int_eq(number_read_size("512", &value), 0);
	ck_assert_int_eq(value, 512);
	ck_assert_int_eq(number_read_size("64K", &value), 0);
	ck_assert_int_eq(value, 65536);
	ck_assert_int_eq(number_read_size("8388607T", &value), 0);
	ck_assert_int_eq(number_read_size("8388608T", &value), -1);
	ck_assert_int_eq(number_read_size("1k", &value), -1);
	ck_assert_int_eq(number_read_size("M", &value), -1);
}
END_TEST

START_TEST(adds_with_a_check)
{
	int64_t value = 42;

	ck_assert_int_eq(number_add(INT64_MAX, 1, &value), -1);
	ck_assert_int_eq(number_add(INT64_MIN, -1, &value), -1);
	ck_assert_int_eq(value, 42);
	ck_assert_int_eq(number_add(INT64_MIN, INT64_MAX, &value), 0);
	ck_assert_int_eq(value, -1);
}
END_TEST

START_TEST(multiplies_with_a_check)
{
	int64_t value = 42;

	ck_assert_int_eq(number_multiply(INT64_MAX, 2, &value), -1);
	ck_assert_int_eq(number_multiply(INT64_MIN, 2, &value), -1);
	ck_assert_int_eq(number_multiply(2, INT64_MIN, &value), -1);
	ck_assert_int_eq(number_multiply(INT64_MIN, -1, &value), -1);
	ck_assert_int_eq(number_multiply(-1, INT64_MIN, &value), -1);
	ck_assert_int_eq(value, 42);
	ck_assert_int_eq(number_multiply(INT64_MIN, 1, &value), 0);
	ck_assert_int_eq(value, INT64_MIN);
	ck_assert_int_eq(number_multiply(-3, -4, &value), 0);
	ck_assert_int_eq(value, 12);
	ck_assert_int_eq(number_multiply(0, INT64_MIN, &value), 0);
	ck_assert_int_eq(value, 0);
}
END_TEST

static const struct duration_row shown[] = {
	{ "0 ms", 0 },
	{ "0 ms", -400000 },
	{ "35 ms", 35 * CLOCK_SECOND / 1000 },
	{ "1.000 s", CLOCK_SECOND - 1 },
	{ "1.204 s", 1204 * CLOCK_SECOND / 1000 },
	{ "-1.204 s", -1204 * CLOCK_SECOND / 1000 },
	{ "1 min 0 s", 60 * CLOCK_SECOND - 1 },
	{ "4 min 7 s", 247 * CLOCK_SECOND },
	{ "1 h 0 min", 3600 * CLOCK_SECOND },
	{ "23 h 59 min", 86399 * CLOCK_SECOND },
	{ "2 d 3 h", 51 * 3600 * CLOCK_SECOND },
	{ "106751 d 23 h", INT64_MAX },
	{ "-106751 d 23 h", INT64_MIN },
};

START_TEST(shows_durations_for_people)
{
	char string[NUMBER_DURATION_ROOM];

	number_show_duration(shown[_i].value, string);
	ck_assert_str_eq(string, shown[_i].string);
}
END_TEST

TCase *
number_case(void)
{
	TCase *testcase = tcase_create("number");

	tcase_add_test(testcase, reads_numbers_within_their_range);
	tcase_add_loop_test(testcase, refuses_what_is_no_number_in_range, 0,
	    sizeof(wrong) / sizeof(wrong[0]));
	tcase_add_loop_test(testcase, reads_durations, 0,
	    sizeof(durations) / sizeof(durations[0]));
	tcase_add_loop_test(testcase, refuses_what_is_no_duration, 0,
	    sizeof(no_durations) / sizeof(no_durations[0]));
	tcase_add_test(testcase, reads_sizes);
	tcase_add_test(testcase, adds_with_a_check);
	tcase_add_test(testcase, multiplies_with_a_check);
	tcase_add_loop_test(testcase, shows_durations_for_people, 0,
	    sizeof(shown) / sizeof(shown[0]));
	return testcase;
}
