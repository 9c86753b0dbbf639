#include <config.h>

#include "../../nqsbackup/archive/pax.h"

#include <stdlib.h>
#include <string.h>

#include "../../libcore/base/text.h"
#include "unit.h"

struct length_row {
	size_t		 value;		/* how long it is */
	const char	*begins;
};

/* Around the places where the length gets a digit more. */
static const struct length_row lengths[] = {
	{ 0, "5 k=\n" },
	{ 1, "6 k=v\n" },
	{ 4, "9 k=vvvv\n" },
	{ 5, "11 k=vvvvv\n" },
	{ 93, "99 k=v" },
	{ 94, "101 k=v" },
	{ 992, "999 k=v" },
	{ 993, "1001 k=v" },
};

START_TEST(counts_the_length_of_a_record_in_its_length)
{
	const struct length_row *row = &lengths[_i];
	struct text text = { 0 };
	char *value = calloc(row->value + 1, 1);

	ck_assert_ptr_ne(value, NULL);
	memset(value, 'v', row->value);
	pax_add(&text, "k", value);
	ck_assert_str_eq(text.bytes + text.length - 1, "\n");
	ck_assert_int_eq(strncmp(text.bytes, row->begins,
	    strlen(row->begins)), 0);
	ck_assert_uint_eq(strtoul(text.bytes, NULL, 10), text.length);
	free(value);
	text_release(&text);
}
END_TEST

struct time_row {
	long		 seconds;
	long		 nanoseconds;
	const char	*record;
};

static const struct time_row times[] = {
	{ 0, 0, "11 mtime=0\n" },
	{ 1, 0, "11 mtime=1\n" },
	{ 1, 500000000, "21 mtime=1.500000000\n" },
	{ 0, 1, "21 mtime=0.000000001\n" },
	{ -1, 0, "12 mtime=-1\n" },
	{ -1, 750000000, "22 mtime=-0.250000000\n" },
	{ -3, 250000000, "22 mtime=-2.750000000\n" },
};

START_TEST(writes_times_as_decimals)
{
	const struct timespec time = { times[_i].seconds,
	    times[_i].nanoseconds };
	struct text text = { 0 };

	pax_add_time(&text, "mtime", time);
	ck_assert_str_eq(text_string(&text), times[_i].record);
	text_release(&text);
}
END_TEST

START_TEST(writes_numbers)
{
	struct text text = { 0 };

	pax_add_number(&text, "uid", 3000000);
	ck_assert_str_eq(text_string(&text), "15 uid=3000000\n");
	text_release(&text);
}
END_TEST

TCase *
pax_case(void)
{
	TCase *testcase = tcase_create("pax");

	tcase_add_loop_test(testcase,
	    counts_the_length_of_a_record_in_its_length, 0,
	    sizeof(lengths) / sizeof(lengths[0]));
	tcase_add_loop_test(testcase, writes_times_as_decimals, 0,
	    sizeof(times) / sizeof(times[0]));
	tcase_add_test(testcase, writes_numbers);
	return testcase;
}
