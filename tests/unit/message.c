#include <config.h>

#include "../../libcore/base/message.h"

#include <errno.h>
#include <stdlib.h>

#include "../../libcore/base/failure.h"
#include "unit.h"

static void
say_all(void)
{
	message_say(MESSAGE_ERROR, "error %d", 1);
	message_say(MESSAGE_WARNING, "warning %d", 2);
	message_say(MESSAGE_NOTE, "note %d", 3);
	message_say(MESSAGE_DETAIL, "detail %d", 4);
}

static void
say_something_harmful(void)
{
	message_say(MESSAGE_ERROR, "cannot open '%s'", "a\nb\x1b[2J");
}

static void
say_failure(void)
{
	struct failure why;

	failure_set(&why, EXITCODE_FAILED, "cannot do '%s'", "x\r");
	failure_hint(&why, "try 'y'");
	message_failure(&why);
}

static void
expect_written(void (*action)(void), const char *expected)
{
	char *written = unit_capture(2, action);

	ck_assert_str_eq(written, expected);
	free(written);
}

START_TEST(shows_up_to_its_level)
{
	expect_written(say_all, "nqstools: error 1\nnqstools: warning 2\n"
	    "nqstools: note 3\n");
	message_start("nqsupd", MESSAGE_ERROR, false);
	expect_written(say_all, "nqsupd: error 1\n");
	message_start("nqsupd", MESSAGE_DETAIL, false);
	expect_written(say_all, "nqsupd: error 1\nnqsupd: warning 2\n"
	    "nqsupd: note 3\nnqsupd: detail 4\n");
}
END_TEST

START_TEST(keeps_a_message_to_one_harmless_line)
{
	expect_written(say_something_harmful,
	    "nqstools: cannot open 'a\\x0ab\\x1b[2J'\n");
}
END_TEST

static void
say_over_a_line(void)
{
	message_overwrite(true);
	message_say(MESSAGE_ERROR, "error");
	message_overwrite(false);
	message_say(MESSAGE_ERROR, "error");
}

START_TEST(clears_a_line_that_is_drawn)
{
	expect_written(say_over_a_line, "\r                                    "
	    "                                           \r"
	    "nqstools: error\nnqstools: error\n");
}
END_TEST

START_TEST(shows_the_hint_of_a_failure_in_a_second_line)
{
	expect_written(say_failure,
	    "nqstools: cannot do 'x\\x0d'\nhint: try 'y'\n");
}
END_TEST

START_TEST(leaves_errno_alone)
{
	message_start("x", MESSAGE_NOTE, false);
	errno = ENOTTY;
	message_say(MESSAGE_DETAIL, "not shown");
	ck_assert_int_eq(errno, ENOTTY);
	free(unit_capture(2, say_all));
	errno = ENOTTY;
	message_say(MESSAGE_DETAIL, "not shown either");
	ck_assert_int_eq(errno, ENOTTY);
}
END_TEST

TCase *
message_case(void)
{
	TCase *testcase = tcase_create("message");

	tcase_add_test(testcase, shows_up_to_its_level);
	tcase_add_test(testcase, keeps_a_message_to_one_harmless_line);
	tcase_add_test(testcase,
	    shows_the_hint_of_a_failure_in_a_second_line);
	tcase_add_test(testcase, clears_a_line_that_is_drawn);
	tcase_add_test(testcase, leaves_errno_alone);
	return testcase;
}
