#include <config.h>

#include "../../libcore/run/run_lock.h"

#include <sys/types.h>
#include <sys/wait.h>

#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include "../../libcore/base/failure.h"
#include "../../libcore/base/text.h"
#include "../../libcore/run/history.h"
#include "../../libcore/system/filelock.h"
#include "unit.h"

/*
 * A process takes the lock as owner and keeps it until it is killed; the lock
 * of one's own process cannot be seen.  Returns its id.
 */
static pid_t
hold(const char *owner)
{
	int ready[2];
	char byte;

	ck_assert_int_eq(pipe(ready), 0);
	const pid_t pid = fork();
	ck_assert_int_ne(pid, -1);
	if (pid == 0) {
		struct failure why = { 0 };

		if (filelock_take("lock", owner, 0, &why) == NULL ||
		    write(ready[1], "", 1) != 1)
			_exit(1);
		for (;;)
			(void)pause();
	}
	(void)close(ready[1]);
	ck_assert_int_eq(read(ready[0], &byte, 1), 1);
	(void)close(ready[0]);
	return pid;
}

static void
let_go(pid_t pid)
{
	(void)kill(pid, SIGKILL);
	ck_assert_int_eq(waitpid(pid, NULL, 0), pid);
}

static const struct row {
	const char	*id;
	int		 held;		/* by the run 20-move-1 */
} rows[] = {
	{ "20-move-1", 1 }, { "20-move-1a", 0 }, { "20-move-", 0 },
	{ "move-1", 0 }, { "0-move-1", 0 }, { "", 0 }, { "pid", 0 },
};

START_TEST(knows_the_run_that_holds_the_lock)
{
	struct failure why = { 0 };
	char *owner = run_lock_owner("20-move-1");
	const pid_t pid = hold(owner);

	ck_assert_int_eq(run_lock_is_held("lock", rows[_i].id, &why),
	    rows[_i].held);
	let_go(pid);
	ck_assert_int_eq(run_lock_is_held("lock", rows[_i].id, &why), 0);
	free(owner);
}
END_TEST

START_TEST(does_not_take_another_holder_for_a_run)
{
	struct failure why = { 0 };
	const pid_t pid = hold("nqsupd hold, run 20-move-1, ");

	ck_assert_int_eq(run_lock_is_held("lock", "20-move-1", &why), 0);
	let_go(pid);
}
END_TEST

START_TEST(takes_no_path_for_a_run)
{
	struct failure why = { 0 };
	struct text id = { 0 };
	const pid_t pid = hold("run ../../20-move-1");

	ck_assert_int_eq(run_lock_find("lock", &id, &why), 0);
	ck_assert_str_eq(text_string(&id), "");
	let_go(pid);
	text_release(&id);
}
END_TEST

START_TEST(finds_no_run_where_there_is_no_lock)
{
	struct failure why = { 0 };

	ck_assert_int_eq(run_lock_is_held("lock", "20-move-1", &why), 0);
}
END_TEST

static const char opened[] = "{\"event\":\"open\",\"format\":\"nqstools-run\","
    "\"version\":1,\"run\":\"r\",\"subject\":\"n\",\"procedure\":\"p\","
    "\"path\":\"/p\",\"digest\":\"d\",\"time\":\"t\",\"values\":{}}\n";
static const char closed[] = "{\"event\":\"open\",\"format\":\"nqstools-run\","
    "\"version\":1,\"run\":\"r\",\"subject\":\"n\",\"procedure\":\"p\","
    "\"path\":\"/p\",\"digest\":\"d\",\"time\":\"t\",\"values\":{}}\n"
    "{\"event\":\"close\",\"exit\":0,\"time\":\"t\"}\n";

/* The run ends after its journal was read and before its lock is. */
START_TEST(reads_again_what_has_ended_meanwhile)
{
	struct history history = { 0 };
	struct failure why = { 0 };

	unit_write("r.jsonl", opened);
	ck_assert_int_eq(history_read(".", "r", &history, &why), 1);
	ck_assert(!history.is_closed);
	unit_write("r.jsonl", closed);
	ck_assert_int_eq(run_lock_look("lock", ".", &history, &why), 0);
	ck_assert(history.is_closed);
	history_release(&history);
}
END_TEST

START_TEST(says_that_a_journal_has_gone)
{
	struct history history = { 0 };
	struct failure why = { 0 };

	unit_write("r.jsonl", opened);
	ck_assert_int_eq(history_read(".", "r", &history, &why), 1);
	ck_assert_int_eq(unlink("r.jsonl"), 0);
	ck_assert_int_eq(run_lock_look("lock", ".", &history, &why), -1);
	ck_assert_str_eq(why.message, "the journal of run r has gone");
	history_release(&history);
}
END_TEST

TCase *
run_lock_case(void)
{
	TCase *testcase = tcase_create("run_lock");

	unit_use_directory(testcase);
	tcase_add_loop_test(testcase, knows_the_run_that_holds_the_lock, 0,
	    sizeof(rows) / sizeof(rows[0]));
	tcase_add_test(testcase, does_not_take_another_holder_for_a_run);
	tcase_add_test(testcase, takes_no_path_for_a_run);
	tcase_add_test(testcase, finds_no_run_where_there_is_no_lock);
	tcase_add_test(testcase, reads_again_what_has_ended_meanwhile);
	tcase_add_test(testcase, says_that_a_journal_has_gone);
	return testcase;
}
