#include <config.h>

#include "../../libcore/run/command.h"

#include "../../libcore/base/clock.h"
#include "unit.h"

START_TEST(what_was_waited_is_waited_no_more)
{
	struct command command = { .wait = 8 * CLOCK_SECOND };

	command_has_waited(&command, clock_monotonic() - 5 * CLOCK_SECOND);
	ck_assert_int_le(command.wait, 3 * CLOCK_SECOND);
	ck_assert_int_gt(command.wait, 0);
	command_has_waited(&command, clock_monotonic() - 5 * CLOCK_SECOND);
	ck_assert_int_eq(command.wait, 0);
}
END_TEST

START_TEST(the_first_two_dashes_are_no_operand)
{
	char name[] = "a", dashes[] = "--", option[] = "-x";
	char *words[] = { name, dashes, option, dashes, NULL };

	command_drop_dashes(words);
	ck_assert_str_eq(words[0], "a");
	ck_assert_str_eq(words[1], "-x");
	ck_assert_str_eq(words[2], "--");
	ck_assert_ptr_null(words[3]);
	command_drop_dashes(words + 3);
	ck_assert_ptr_null(words[3]);
}
END_TEST

TCase *
command_case(void)
{
	TCase *testcase = tcase_create("command");

	tcase_add_test(testcase, what_was_waited_is_waited_no_more);
	tcase_add_test(testcase, the_first_two_dashes_are_no_operand);
	return testcase;
}
