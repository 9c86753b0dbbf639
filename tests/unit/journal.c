#include <config.h>

#include "../../libcore/format/journal.h"

#include <sys/resource.h>
#include <sys/stat.h>

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../../libcore/base/failure.h"
#include "../../libcore/format/jsonline.h"
#include "unit.h"

/* Appends {"number":number}.  Returns as journal_append does. */
static int
append(struct journal *journal, int number, struct failure *why)
{
	struct jsonline *record = jsonline_make();

	jsonline_set_integer(record, "number", number);
	int rc = journal_append(journal, record, why);
	jsonline_free(record);
	return rc;
}

/* Makes a journal of count records. */
static void
make(const char *path, int count)
{
	struct failure why;
	struct journal *journal = journal_create(path, &why);

	ck_assert_ptr_nonnull(journal);
	for (int i = 0; i < count; i++)
		ck_assert_int_eq(append(journal, i, &why), 0);
	journal_close(journal);
}

static void
add_bytes(const char *path, const void *bytes, size_t size)
{
	int fd = open(path, O_WRONLY | O_APPEND);

	ck_assert_int_eq((int)write(fd, bytes, size), (int)size);
	ck_assert_int_eq(close(fd), 0);
}

static void
expect_records(const char *path, size_t count)
{
	struct journal_records records = { 0 };
	struct failure why = { 0 };

	ck_assert_msg(journal_read(path, &records, &why) == 1, "%s",
	    why.message);
	ck_assert_uint_eq(records.count, count);
	for (size_t i = 0; i < count; i++) {
		ck_assert_int_eq(jsonline_integer(records.list[i], "number",
		    -1), (int64_t)i);
		ck_assert_ptr_nonnull(jsonline_string(records.list[i],
		    "time"));
	}
	journal_release_records(&records);
}

START_TEST(gives_back_what_was_appended)
{
	struct failure why;

	make("plain", 20);
	expect_records("plain", 20);
	struct journal *journal = journal_open("plain", &why);
	ck_assert_int_eq(append(journal, 20, &why), 0);
	journal_close(journal);
	journal_close(NULL);
	expect_records("plain", 21);
}
END_TEST

START_TEST(keeps_a_time_that_is_given)
{
	struct failure why;
	struct jsonline *record = jsonline_make();
	struct journal *journal = journal_create("time", &why);

	jsonline_set_string(record, "time", "then");
	ck_assert_int_eq(journal_append(journal, record, &why), 0);
	journal_close(journal);
	jsonline_free(record);
	char *content = unit_read("time");
	ck_assert_str_eq(content, "{\"time\":\"then\"}\n");
	free(content);
}
END_TEST

START_TEST(is_made_once_and_for_its_owner_only)
{
	struct failure why;
	struct stat status;

	make("once", 0);
	ck_assert_int_eq(stat("once", &status), 0);
	ck_assert_int_eq((int)(status.st_mode & 0777), 0600);
	ck_assert_ptr_null(journal_create("once", &why));
	ck_assert_int_eq(why.code, EXITCODE_CANNOT_WRITE);
	ck_assert_ptr_null(journal_create("no/such/place", &why));
	ck_assert_ptr_null(journal_open("missing", &why));
	expect_records("once", 0);
}
END_TEST

START_TEST(says_when_there_is_none)
{
	struct journal_records records = { 0 };
	struct failure why;

	ck_assert_int_eq(journal_read("missing", &records, &why), 0);
}
END_TEST

struct torn_row {
	const char	*bytes;
	size_t		 size;
};

/* What a crash may leave behind the last record. */
static const struct torn_row torn[] = {
	{ "{", 1 },
	{ "{\"number\":2,\"time\":\"t\"}", 23 },
	{ "\0\0\0\0", 4 },
	{ "{\"number\":2\0\0\0\0\n", 16 },
};

START_TEST(leaves_a_torn_last_line_out)
{
	struct failure why;
	char path[] = "torn0";

	path[4] = (char)('0' + _i);
	make(path, 2);
	add_bytes(path, torn[_i].bytes, torn[_i].size);
	expect_records(path, 2);
	struct journal *journal = journal_open(path, &why);
	ck_assert_int_eq(append(journal, 2, &why), 0);
	journal_close(journal);
	expect_records(path, 3);
}
END_TEST

static const struct torn_row damage[] = {
	{ "x\n", 2 },
	{ "{\"a\":1\n{\"b\":2}\n", 15 },
	{ "\n", 1 },
	{ "[]\n", 3 },
	{ "{\"a\":1,\"a\":2}\n", 14 },
	{ "\0\n{}\n", 5 },
};

START_TEST(refuses_any_other_damage)
{
	struct journal_records records = { 0 };
	struct failure why;
	char path[] = "damaged0";

	path[7] = (char)('0' + _i);
	make(path, 1);
	add_bytes(path, damage[_i].bytes, damage[_i].size);
	ck_assert_int_eq(journal_read(path, &records, &why), -1);
	ck_assert_int_eq(why.code, EXITCODE_DATA);
	ck_assert_ptr_nonnull(strstr(why.message, "damaged at byte 47"));
	journal_release_records(&records);
	ck_assert_ptr_null(journal_open(path, &why));
	ck_assert_int_eq(why.code, EXITCODE_DATA);
}
END_TEST

/* Whether the journal path is refused, by a reader and for appending. */
static void
expect_refused(const char *path, const char *words)
{
	struct journal_records records = { 0 };
	struct failure why = { 0 };

	ck_assert_int_eq(journal_read(path, &records, &why), -1);
	ck_assert_msg(strstr(why.message, words) != NULL, "%s", why.message);
	why = (struct failure){ 0 };
	ck_assert_ptr_null(journal_open(path, &why));
	ck_assert_msg(strstr(why.message, words) != NULL, "%s", why.message);
}

START_TEST(refuses_what_others_could_have_written)
{
	make("written", 1);
	ck_assert_int_eq(chmod("written", 0620), 0);
	expect_refused("written", "may be written by others");
	make("good", 1);
	ck_assert_int_eq(symlink("good", "link"), 0);
	expect_refused("link", "cannot open the journal 'link'");
	/* Nobody writes into it, so who opened it to read would wait. */
	ck_assert_int_eq(mkfifo("pipe", 0600), 0);
	expect_refused("pipe", "is not a regular file");
	ck_assert_int_eq(mkdir("folder", 0700), 0);
	expect_refused("folder", "folder");
}
END_TEST

START_TEST(refuses_what_is_somebody_elses)
{
	if (geteuid() != 0)
		return;
	make("theirs", 1);
	ck_assert_int_eq(chown("theirs", 1, (gid_t)-1), 0);
	expect_refused("theirs", "belongs to user 1");
}
END_TEST

START_TEST(is_followed_while_it_grows)
{
	struct journal_records records = { 0 };
	struct failure why;
	long long offset = 0;

	make("grows", 2);
	ck_assert_int_eq(journal_read_from("grows", &offset, &records, &why),
	    1);
	ck_assert_uint_eq(records.count, 2);
	journal_release_records(&records);
	add_bytes("grows", "{\"number\"", 9);
	ck_assert_int_eq(journal_read_from("grows", &offset, &records, &why),
	    1);
	ck_assert_uint_eq(records.count, 0);
	add_bytes("grows", ":2}\n", 4);
	ck_assert_int_eq(journal_read_from("grows", &offset, &records, &why),
	    1);
	ck_assert_uint_eq(records.count, 1);
	journal_release_records(&records);
	ck_assert_int_eq(truncate("grows", 5), 0);
	ck_assert_int_eq(journal_read_from("grows", &offset, &records, &why),
	    -1);
	ck_assert_int_eq(why.code, EXITCODE_DATA);
}
END_TEST

static void
limit_file_size(rlim_t size)
{
	struct rlimit limit;

	ck_assert_int_eq(getrlimit(RLIMIT_FSIZE, &limit), 0);
	limit.rlim_cur = size;
	ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &limit), 0);
}

START_TEST(leaves_no_part_of_a_record_that_did_not_fit)
{
	struct failure why;
	struct stat before;
	struct stat after;

	make("full", 1);
	ck_assert_int_eq(stat("full", &before), 0);
	struct journal *journal = journal_open("full", &why);
	ck_assert(signal(SIGXFSZ, SIG_IGN) != SIG_ERR);
	limit_file_size((rlim_t)before.st_size + 10);
	ck_assert_int_eq(append(journal, 1, &why), -1);
	ck_assert_int_eq(why.code, EXITCODE_CANNOT_WRITE);
	ck_assert_int_eq(stat("full", &after), 0);
	ck_assert_int_eq((int)after.st_size, (int)before.st_size);
	limit_file_size(1 << 20);
	ck_assert_int_eq(append(journal, 1, &why), 0);
	journal_close(journal);
	expect_records("full", 2);
}
END_TEST

START_TEST(does_not_go_on_behind_what_somebody_cut)
{
	struct failure why;

	make("cut", 2);
	struct journal *journal = journal_open("cut", &why);
	ck_assert_int_eq(truncate("cut", 5), 0);
	ck_assert_int_eq(append(journal, 2, &why), -1);
	ck_assert_int_eq(why.code, EXITCODE_CANNOT_WRITE);
	journal_close(journal);
}
END_TEST

TCase *
journal_case(void)
{
	TCase *testcase = tcase_create("journal");

	unit_use_directory(testcase);
	tcase_add_test(testcase, gives_back_what_was_appended);
	tcase_add_test(testcase, keeps_a_time_that_is_given);
	tcase_add_test(testcase, is_made_once_and_for_its_owner_only);
	tcase_add_test(testcase, says_when_there_is_none);
	tcase_add_loop_test(testcase, leaves_a_torn_last_line_out, 0,
	    sizeof(torn) / sizeof(torn[0]));
	tcase_add_loop_test(testcase, refuses_any_other_damage, 0,
	    sizeof(damage) / sizeof(damage[0]));
	tcase_add_test(testcase, refuses_what_others_could_have_written);
	tcase_add_test(testcase, refuses_what_is_somebody_elses);
	tcase_add_test(testcase, is_followed_while_it_grows);
	tcase_add_test(testcase, leaves_no_part_of_a_record_that_did_not_fit);
	tcase_add_test(testcase, does_not_go_on_behind_what_somebody_cut);
	return testcase;
}
