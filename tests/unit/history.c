#include <config.h>

#include "../../libcore/run/history.h"

#include <sys/stat.h>

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../../libcore/base/failure.h"
#include "../../libcore/base/text.h"
#include "../../libcore/format/jsonline.h"
#include "../../libcore/run/procedure.h"
#include "unit.h"

#define OPEN								\
	"{\"event\":\"open\",\"format\":\"nqstools-run\",\"run\":\"r\"," \
	"\"version\":1,\"subject\":\"node1\",\"procedure\":\"patch\","	\
	"\"title\":\"t\",\"path\":\"/p.conf\",\"digest\":\"d\",\"time\":" \
	"\"2026-01-01T00:00:00.000Z\",\"values\":{\"a\":[\"1\"]}}\n"
#define BEGIN	"{\"event\":\"begin\",\"step\":\"x\"}\n"
#define CLOSE	"{\"event\":\"close\",\"exit\":5}\n"
#define RESUME	"{\"event\":\"resume\"}\n"

static const struct read_row {
	const char	*journal;
	int		 rc;
	const char	*message;	/* of a failure */
	size_t		 records;
	bool		 is_closed;
} reads[] = {
	{ OPEN, 1, NULL, 1, false },
	{ OPEN BEGIN, 1, NULL, 2, false },
	{ OPEN BEGIN CLOSE, 1, NULL, 3, true },
	{ OPEN CLOSE RESUME, 1, NULL, 3, false },
	{ OPEN CLOSE RESUME CLOSE, 1, NULL, 4, true },
	/* Killed while it wrote. */
	{ "", 0, NULL, 0, false },
	{ "{\"event\":\"op", 0, NULL, 0, false },
	{ OPEN "{\"event\":\"beg", 1, NULL, 1, false },
	{ OPEN BEGIN "{\"event\":\"close\",\"exit\":5}", 1, NULL, 2, false },
	/* Damaged, or not ours. */
	{ OPEN "{\"event\":\"beg\n" CLOSE, -1, "is damaged at byte", 0, false },
	{ OPEN "\n" CLOSE, -1, "is damaged at byte", 0, false },
	{ "{\"event\":\"open\"}\n", -1,
	    "is not a journal of this version", 0, false },
	{ "{\"event\":\"open\",\"format\":\"nqstools-run\",\"version\":2}\n",
	    -1, "is not a journal of this version", 0, false },
	{ "{\"event\":\"open\",\"format\":\"nqstools-run\",\"version\":1}\n",
	    -1, "the first record of './r.jsonl' is not whole", 0, false },
	{ BEGIN, -1, "is not a journal of this version", 0, false },
};

START_TEST(reads_a_run)
{
	const struct read_row *row = &reads[_i];
	struct history history;
	struct failure why = { 0 };

	unit_write("r.jsonl", row->journal);
	ck_assert_msg(history_read(".", "r", &history, &why) == row->rc, "%s",
	    why.message);
	ck_assert_uint_eq(history.records.count, row->records);
	ck_assert_int_eq(history.is_closed, row->is_closed);
	if (row->rc == 1) {
		ck_assert_str_eq(history.procedure, "patch");
		ck_assert_str_eq(history.subject, "node1");
		ck_assert_str_eq(values_single(&history.values, "a"), "1");
		if (row->is_closed)
			ck_assert_int_eq(history.exit, EXITCODE_NEEDS_PERSON);
	}
	if (row->message != NULL) {
		ck_assert_ptr_nonnull(strstr(why.message, row->message));
		ck_assert_int_eq(why.code, EXITCODE_DATA);
	}
	history_release(&history);
	ck_assert_int_eq(unlink("r.jsonl"), 0);
}
END_TEST

START_TEST(lists_the_run_last_that_was_last_worked_on)
{
	static const char *const runs[] = { "tonight",
		"20260101T000000Z-patch-ffff", "20260101T000000Z-patch-0000",
		"a" };
	const size_t count = sizeof(runs) / sizeof(*runs);
	struct words listed = { 0 };
	struct failure why = { 0 };

	ck_assert_int_eq(mkdir("ordered", 0700), 0);
	for (size_t i = 0; i < count; i++) {
		const struct timespec times[2] = { { 1000, (long)i },
			{ 1000, (long)i } };
		char *path = history_path("ordered", runs[i]);

		unit_write(path, OPEN);
		ck_assert_int_eq(utimensat(AT_FDCWD, path, times, 0), 0);
		free(path);
	}
	ck_assert_int_eq(history_list("ordered", &listed, &why), 0);
	ck_assert_uint_eq(listed.count, count);
	for (size_t i = 0; i < count; i++)
		ck_assert_str_eq(listed.list[i], runs[i]);
	words_release(&listed);
}
END_TEST

START_TEST(finds_the_latest_run_that_ever_began)
{
	struct history history;
	struct words ids = { 0 };
	struct failure why = { 0 };

	ck_assert_int_eq(mkdir("runs", 0700), 0);
	ck_assert_int_eq(history_read("runs", NULL, &history, &why), 0);
	ck_assert_int_eq(history_read("runs", "r", &history, &why), 0);
	ck_assert_int_eq(history_read("absent", NULL, &history, &why), 0);
	unit_write("runs/2026a.jsonl", OPEN);
	unit_write("runs/2026b.jsonl", OPEN);
	unit_write("runs/2026c.jsonl", "");
	unit_write("runs/z z.jsonl", OPEN);
	unit_write("runs/.z.jsonl", OPEN);
	unit_write("runs/z.json", OPEN);
	ck_assert_int_eq(history_list("runs", &ids, &why), 0);
	ck_assert_uint_eq(ids.count, 3);
	ck_assert_str_eq(ids.list[0], "2026a");
	ck_assert_str_eq(ids.list[2], "2026c");
	ck_assert_int_eq(history_read("runs", NULL, &history, &why), 1);
	ck_assert_str_eq(history.id, "2026b");
	ck_assert_str_eq(history.path, "runs/2026b.jsonl");
	history_release(&history);
	history_release(&history);
	words_release(&ids);
}
END_TEST

static const struct id_row { const char *id; bool is_good; } ids[] = {
	{ "20260101T000000Z-patch-0a1b", true },
	{ "a.b_c-D", true },
	{ "", false },
	{ ".", false },
	{ "..", false },
	{ ".hidden", false },
	{ "-n", false },
	{ "a/b", false },
	{ "../a", false },
	{ "a b", false },
	{ "a\n", false },
	{ "\xc3\xa4", false },
};

START_TEST(takes_no_id_that_is_no_name_of_a_file)
{
	struct history history;
	struct failure why = { 0 };

	ck_assert_int_eq(history_id_is_good(ids[_i].id), ids[_i].is_good);
	if (ids[_i].is_good)
		return;
	ck_assert_int_eq(history_read(".", ids[_i].id, &history, &why), -1);
	ck_assert_int_eq(why.code, EXITCODE_USAGE);
}
END_TEST

START_TEST(makes_ids_that_are_good)
{
	static const char *const names[] = { "patch", "/a/b c/x y.conf", "",
		"/", "\x1b[31m", "../..", NULL };

	for (size_t i = 0; names[i] != NULL; i++) {
		char *id = history_make_id(names[i]);

		ck_assert_msg(history_id_is_good(id), "%s", id);
		free(id);
	}
	char *id = history_make_id("/x/own.conf");
	ck_assert_ptr_nonnull(strstr(id, "Z-own-"));
	free(id);
}
END_TEST

START_TEST(reads_what_it_wrote)
{
	char name[] = "patch", path[] = "/p.conf", mine[] = "d", its[] = "e";
	const struct procedure procedure = { .name = name, .title = name,
		.path = path, .digest = mine };
	const struct procedure other = { .path = path, .digest = its };
	struct values values = { 0 };
	struct history history;
	struct failure why = { 0 };
	struct text text = { 0 };

	values_set(&values, "a", "1");
	struct jsonline *open = history_open_record("r", "node1", &procedure,
	    &values);
	jsonline_set_string(open, "time", "now");
	jsonline_show(open, &text);
	unit_write("r.jsonl", text_string(&text));
	ck_assert_int_eq(history_read(".", "r", &history, &why), 1);
	ck_assert_str_eq(history.procedure_path, "/p.conf");
	ck_assert_str_eq(values_single(&history.values, "a"), "1");
	ck_assert_int_eq(history_check_procedure(&history, &procedure,
	    "nqsupd", &why), 0);
	ck_assert_int_eq(history_check_procedure(&history, &other, "nqsupd",
	    &why), -1);
	ck_assert_int_eq(why.code, EXITCODE_DATA);
	ck_assert_str_eq(why.message,
	    "'/p.conf' is not the procedure that run r began with");
	history_release(&history);
	jsonline_free(open);
	text_release(&text);
	values_release(&values);
	ck_assert_int_eq(unlink("r.jsonl"), 0);
}
END_TEST

TCase *
history_case(void)
{
	TCase *testcase = tcase_create("history");

	unit_use_directory(testcase);
	tcase_add_loop_test(testcase, reads_a_run, 0,
	    sizeof(reads) / sizeof(reads[0]));
	tcase_add_test(testcase, finds_the_latest_run_that_ever_began);
	tcase_add_test(testcase,
	    lists_the_run_last_that_was_last_worked_on);
	tcase_add_loop_test(testcase, takes_no_id_that_is_no_name_of_a_file, 0,
	    sizeof(ids) / sizeof(ids[0]));
	tcase_add_test(testcase, makes_ids_that_are_good);
	tcase_add_test(testcase, reads_what_it_wrote);
	return testcase;
}
