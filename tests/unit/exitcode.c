#include <config.h>

#include "../../libcore/base/exitcode.h"

#include "unit.h"

/* From the worst on; of those that weigh the same any one will do. */
static const enum exitcode order[] = {
	EXITCODE_NEEDS_PERSON, EXITCODE_DENIED, EXITCODE_FAILED,
	EXITCODE_STOPPED, EXITCODE_PARTIAL, EXITCODE_DIFFERS, EXITCODE_OK
};

enum { COUNT = sizeof(order) / sizeof(order[0]) };

START_TEST(lets_the_worse_code_decide)
{
	for (int other = _i; other < COUNT; other++) {
		ck_assert_int_eq(exitcode_worse(order[_i], order[other]),
		    order[_i]);
		ck_assert_int_eq(exitcode_worse(order[other], order[_i]),
		    order[_i]);
	}
}
END_TEST

START_TEST(lets_the_first_of_two_troubles_decide)
{
	ck_assert_int_eq(exitcode_worse(EXITCODE_USAGE, EXITCODE_TIMED_OUT),
	    EXITCODE_USAGE);
	ck_assert_int_eq(exitcode_worse(EXITCODE_TIMED_OUT, EXITCODE_USAGE),
	    EXITCODE_TIMED_OUT);
}
END_TEST

START_TEST(names_codes)
{
	ck_assert_str_eq(exitcode_name(0), "OK");
	ck_assert_str_eq(exitcode_name(5), "NEEDS_PERSON");
	ck_assert_str_eq(exitcode_name(73), "CANNOT_WRITE");
	ck_assert_str_eq(exitcode_name(124), "TIMED_OUT");
	ck_assert_str_eq(exitcode_name(42), "UNKNOWN");
	ck_assert_str_eq(exitcode_name(-1), "UNKNOWN");
}
END_TEST

TCase *
exitcode_case(void)
{
	TCase *testcase = tcase_create("exitcode");

	tcase_add_loop_test(testcase, lets_the_worse_code_decide, 0, COUNT);
	tcase_add_test(testcase, lets_the_first_of_two_troubles_decide);
	tcase_add_test(testcase, names_codes);
	return testcase;
}
