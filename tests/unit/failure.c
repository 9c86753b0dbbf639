#include <config.h>

#include "../../libcore/base/failure.h"

#include <errno.h>
#include <string.h>

#include "unit.h"

START_TEST(holds_code_message_and_hint)
{
	struct failure why = { 0 };

	failure_set(&why, EXITCODE_BUSY, "'%s' is held by %d", "/x", 7);
	failure_hint(&why, "wait for %d", 7);
	ck_assert_int_eq(why.code, EXITCODE_BUSY);
	ck_assert_str_eq(why.message, "'/x' is held by 7");
	ck_assert_str_eq(why.hint, "wait for 7");
	failure_set(&why, EXITCODE_FAILED, "another");
	ck_assert_str_eq(why.hint, "");
}
END_TEST

START_TEST(adds_the_words_of_the_system_and_context)
{
	struct failure why = { 0 };

	failure_set_errno(&why, EXITCODE_FAILED, ENOENT, "cannot open '%s'",
	    "/x");
	failure_add(&why, "while restoring '%s'", "/etc");
	ck_assert_str_eq(why.message, "while restoring '/etc': "
	    "cannot open '/x': No such file or directory");
	ck_assert_int_eq(why.code, EXITCODE_FAILED);
}
END_TEST

START_TEST(may_be_set_from_its_own_message)
{
	struct failure why = { 0 };

	failure_set(&why, EXITCODE_FAILED, "inner");
	failure_set(&why, EXITCODE_FAILED, "outer: %s", why.message);
	ck_assert_str_eq(why.message, "outer: inner");
}
END_TEST

START_TEST(masks_control_bytes_once)
{
	struct failure why = { 0 };

	failure_set(&why, EXITCODE_FAILED, "'%s'",
	    "a\nb\x1b[31m\\ \xff \xc3\xa9");
	failure_add(&why, "x");
	failure_add(&why, "y");
	ck_assert_str_eq(why.message,
	    "y: x: 'a\\x0ab\\x1b[31m\\ \\xff \xc3\xa9'");
}
END_TEST

START_TEST(cuts_between_characters)
{
	struct failure why = { 0 };
	char name[2001];

	for (size_t i = 0; i < sizeof(name) - 1; i += 2)
		memcpy(name + i, "\xc3\xa9", 2);
	name[sizeof(name) - 1] = '\0';
	failure_set(&why, EXITCODE_FAILED, "%s", name);
	ck_assert_uint_eq(strlen(why.message), sizeof(why.message) - 2);
	failure_set(&why, EXITCODE_FAILED, "x%s", name);
	ck_assert_uint_eq(strlen(why.message), sizeof(why.message) - 1);
}
END_TEST

START_TEST(finds_the_code_of_an_errno)
{
	ck_assert_int_eq(failure_code_of_errno(ENOSPC), EXITCODE_CANNOT_WRITE);
	ck_assert_int_eq(failure_code_of_errno(EROFS), EXITCODE_CANNOT_WRITE);
	ck_assert_int_eq(failure_code_of_errno(EACCES), EXITCODE_DENIED);
	ck_assert_int_eq(failure_code_of_errno(EMFILE), EXITCODE_SYSTEM);
	ck_assert_int_eq(failure_code_of_errno(ENOENT), EXITCODE_FAILED);
}
END_TEST

TCase *
failure_case(void)
{
	TCase *testcase = tcase_create("failure");

	tcase_add_test(testcase, holds_code_message_and_hint);
	tcase_add_test(testcase, adds_the_words_of_the_system_and_context);
	tcase_add_test(testcase, may_be_set_from_its_own_message);
	tcase_add_test(testcase, masks_control_bytes_once);
	tcase_add_test(testcase, cuts_between_characters);
	tcase_add_test(testcase, finds_the_code_of_an_errno);
	return testcase;
}
