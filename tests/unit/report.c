#include <config.h>

#include "../../libcore/format/report.h"

#include <sys/wait.h>

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../../libcore/base/failure.h"
#include "../../libcore/format/jsonline.h"
#include "unit.h"

/* What one program says; it ends as a program does, by closing stdout. */
static int
report_all(enum report_form form, const struct failure *why)
{
	struct report report;
	struct jsonline *event = jsonline_make();

	report_start(&report, form, "nqsupd", "check");
	jsonline_set_string(event, "name", "x");
	report_line(&report, event, "name %s", "x");
	jsonline_set_string(event, "event", "check");
	report_line(&report, event, NULL);
	report_line(&report, NULL, "for %s only", "people");
	report_line(&report, NULL, "two\nlines \\ of %s",
	    "\033]0;title\a \xc3\xa9\xc2\x9b\xff");
	jsonline_free(event);
	report.changed = true;
	return (int)report_finish(&report,
	    why != NULL ? why->code : EXITCODE_OK, why);
}

static int
run_into(int fd, int form, const struct failure *why)
{
	int status = -1;
	pid_t pid = fork();

	if (pid == 0) {
		(void)dup2(fd, 1);
		(void)dup2(open("messages", O_WRONLY | O_CREAT | O_TRUNC,
		    0600), 2);
		_exit(report_all((enum report_form)form, why));
	}
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	ck_assert(WIFEXITED(status));
	return WEXITSTATUS(status);
}

static int
run(const char *path, int form, const struct failure *why)
{
	const int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
	const int code = run_into(fd, form, why);

	ck_assert_int_eq(close(fd), 0);
	return code;
}

static void
expect_file(const char *path, const char *expected)
{
	char *content = unit_read(path);

	ck_assert_str_eq(content, expected);
	free(content);
}

START_TEST(writes_lines_for_people)
{
	ck_assert_int_eq(run("text", REPORT_TEXT, NULL), 0);
	expect_file("text", "name x\nfor people only\ntwo\n"
	    "lines \\ of \\x1b]0;title\\x07 \xc3\xa9\\xc2\\x9b\\xff\n");
	expect_file("messages", "");
}
END_TEST

START_TEST(writes_json_between_start_and_end)
{
	struct failure why;

	ck_assert_int_eq(run("json", REPORT_JSON, NULL), 0);
	expect_file("json", "{\"event\":\"start\",\"format\":\"nqstools\","
	    "\"version\":1,\"program\":\"nqsupd\",\"verb\":\"check\"}\n"
	    "{\"event\":\"item\",\"name\":\"x\"}\n"
	    "{\"name\":\"x\",\"event\":\"check\"}\n"
	    "{\"event\":\"end\",\"exit\":0,\"changed\":true}\n");
	failure_set(&why, EXITCODE_BUSY, "held");
	failure_hint(&why, "wait");
	ck_assert_int_eq(run("json", REPORT_JSON, &why), EXITCODE_BUSY);
	char *content = unit_read("json");
	ck_assert_ptr_nonnull(strstr(content, "{\"event\":\"end\","
	    "\"exit\":75,\"changed\":true,\"message\":\"held\","
	    "\"hint\":\"wait\"}\n"));
	free(content);
}
END_TEST

START_TEST(says_when_its_result_was_lost)
{
	struct failure why;
	int fd = open("/dev/full", O_WRONLY);

	/* Only some systems have it; elsewhere there is nothing to see. */
	if (fd == -1)
		return;
	ck_assert_int_eq(close(fd), 0);
	ck_assert_int_eq(run("/dev/full", REPORT_TEXT, NULL),
	    EXITCODE_CANNOT_WRITE);
	char *content = unit_read("messages");
	ck_assert_ptr_nonnull(strstr(content,
	    "nqstools: cannot write to standard output"));
	free(content);
	failure_set(&why, EXITCODE_NEEDS_PERSON, "unknown");
	ck_assert_int_eq(run("/dev/full", REPORT_JSON, &why),
	    EXITCODE_NEEDS_PERSON);
}
END_TEST

START_TEST(says_nothing_to_who_has_seen_enough)
{
	int ends[2];

	ck_assert(signal(SIGPIPE, SIG_IGN) != SIG_ERR);
	ck_assert_int_eq(pipe(ends), 0);
	ck_assert_int_eq(close(ends[0]), 0);
	ck_assert_int_eq(run_into(ends[1], REPORT_TEXT, NULL), EXITCODE_OK);
	ck_assert_int_eq(run_into(ends[1], REPORT_JSON, NULL), EXITCODE_OK);
	ck_assert_int_eq(close(ends[1]), 0);
	char *content = unit_read("messages");
	ck_assert_str_eq(content, "");
	free(content);
}
END_TEST

TCase *
report_case(void)
{
	TCase *testcase = tcase_create("report");

	unit_use_directory(testcase);
	tcase_add_test(testcase, writes_lines_for_people);
	tcase_add_test(testcase, writes_json_between_start_and_end);
	tcase_add_test(testcase, says_when_its_result_was_lost);
	tcase_add_test(testcase, says_nothing_to_who_has_seen_enough);
	return testcase;
}
