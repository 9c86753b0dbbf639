#include <config.h>

#include "../../libcore/run/stop_note.h"

#include <sys/stat.h>

#include <errno.h>
#include <unistd.h>

#include "../../libcore/format/jsonline.h"
#include "unit.h"

#define JOURNAL	"x.jsonl"
#define NOTE	"x.jsonl.stop"

/* Takes the note, and expects that it told who, or with NULL nobody. */
static void
expect_taken(const char *who)
{
	struct jsonline *record = jsonline_make();

	stop_note_take(JOURNAL, record);
	if (who == NULL)
		ck_assert_ptr_null(jsonline_string(record, "user"));
	else
		ck_assert_str_eq(jsonline_string(record, "user"), who);
	ck_assert_int_eq(access(NOTE, F_OK), -1);
	ck_assert_int_eq(errno, ENOENT);
	jsonline_free(record);
}

START_TEST(is_taken_once)
{
	struct jsonline *record = jsonline_make();

	stop_note_write(JOURNAL);
	stop_note_take(JOURNAL, record);
	ck_assert_int_eq(jsonline_integer(record, "uid", -1), getuid());
	jsonline_free(record);
	expect_taken(NULL);
}
END_TEST

START_TEST(is_not_believed_when_others_could_write_it)
{
	unit_write(NOTE, "{\"user\":\"me\"}\n");
	ck_assert_int_eq(chmod(NOTE, 0600), 0);
	expect_taken("me");
	unit_write(NOTE, "{\"user\":\"me\"}\n");
	ck_assert_int_eq(chmod(NOTE, 0666), 0);
	expect_taken(NULL);
	/* Nobody writes to it. */
	ck_assert_int_eq(mkfifo(NOTE, 0600), 0);
	expect_taken(NULL);
	/* Only root can give a file away. */
	unit_write(NOTE, "{\"user\":\"me\"}\n");
	ck_assert_int_eq(chmod(NOTE, 0600), 0);
	if (chown(NOTE, 12345, (gid_t)-1) == 0)
		expect_taken(NULL);
}
END_TEST

TCase *
stop_note_case(void)
{
	TCase *testcase = tcase_create("stop_note");

	unit_use_directory(testcase);
	tcase_add_test(testcase, is_taken_once);
	tcase_add_test(testcase, is_not_believed_when_others_could_write_it);
	return testcase;
}
