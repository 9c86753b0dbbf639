#include <config.h>

#include "../../libcore/system/trust.h"

#include <sys/stat.h>

#include <fcntl.h>
#include <unistd.h>

#include "../../libcore/base/failure.h"
#include "../../libcore/base/text.h"
#include "unit.h"

struct trust_row {
	mode_t	mode;
	int	rc;
};

static const struct trust_row rows[] = {
	{ 0600, 0 }, { 0644, 0 }, { 0755, 0 }, { 0620, -1 }, { 0602, -1 },
	{ 0666, -1 },
};

START_TEST(trusts_what_only_the_owner_may_write)
{
	struct failure why = { 0 };

	unit_write("file", "x");
	ck_assert_int_eq(chmod("file", rows[_i].mode), 0);
	int fd = open("file", O_RDONLY);
	ck_assert_int_eq(trust_check(fd, "file", &why), rows[_i].rc);
	if (rows[_i].rc == -1)
		ck_assert_int_eq(why.code, EXITCODE_DENIED);
	ck_assert_int_eq(close(fd), 0);
}
END_TEST

START_TEST(refuses_what_is_no_file)
{
	struct failure why = { 0 };
	int fd = open(".", O_RDONLY);

	ck_assert_int_eq(trust_check(fd, ".", &why), -1);
	ck_assert_int_eq(why.code, EXITCODE_DENIED);
	ck_assert_int_eq(close(fd), 0);
}
END_TEST

START_TEST(refuses_a_file_of_somebody_else)
{
	struct failure why = { 0 };

	/* Only root can give a file away; anybody else has nothing to see. */
	unit_write("given", "x");
	if (chown("given", 12345, (gid_t)-1) == -1)
		return;
	int fd = open("given", O_RDONLY);
	ck_assert_int_eq(trust_check(fd, "given", &why), -1);
	ck_assert_int_eq(why.code, EXITCODE_DENIED);
	ck_assert_int_eq(close(fd), 0);
}
END_TEST

START_TEST(reads_what_it_trusts_and_waits_for_no_pipe)
{
	struct failure why = { 0 };
	struct text content = { 0 };

	ck_assert_int_eq(trust_read("none", 9, &content, &why), 0);
	unit_write("read", "x");
	ck_assert_int_eq(chmod("read", 0600), 0);
	ck_assert_int_eq(trust_read("read", 9, &content, &why), 1);
	ck_assert_str_eq(text_string(&content), "x");
	ck_assert_int_eq(mkfifo("nobody-writes", 0600), 0);
	ck_assert_int_eq(trust_read("nobody-writes", 9, &content, &why), -1);
	ck_assert_int_eq(why.code, EXITCODE_DENIED);
	text_release(&content);
}
END_TEST

TCase *
trust_case(void)
{
	TCase *testcase = tcase_create("trust");

	unit_use_directory(testcase);
	tcase_add_loop_test(testcase, trusts_what_only_the_owner_may_write, 0,
	    sizeof(rows) / sizeof(rows[0]));
	tcase_add_test(testcase, refuses_what_is_no_file);
	tcase_add_test(testcase,
	    reads_what_it_trusts_and_waits_for_no_pipe);
	tcase_add_test(testcase, refuses_a_file_of_somebody_else);
	return testcase;
}
