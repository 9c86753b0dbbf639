#include <config.h>

#include "../../libcore/system/filelock.h"

#include <sys/stat.h>
#include <sys/wait.h>

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../../libcore/base/clock.h"
#include "../../libcore/base/failure.h"
#include "../../libcore/base/text.h"
#include "../../libcore/base/words.h"
#include "../../libcore/system/process.h"
#include "unit.h"

/*
 * Starts a process that holds the lock path until it is told, by the end of
 * what it reads from *tell, to release it (or until it is killed).
 */
static pid_t
start_holder(const char *path, int *tell)
{
	int ready[2];
	int order[2];
	char byte;

	ck_assert_int_eq(pipe(ready), 0);
	ck_assert_int_eq(pipe(order), 0);
	pid_t pid = fork();
	if (pid == 0) {
		struct failure why;

		(void)close(order[1]);
		struct filelock *lock = filelock_take(path, "a test's child",
		    0, &why);
		if (lock == NULL || write(ready[1], "x", 1) != 1 ||
		    read(order[0], &byte, 1) != 0)
			_exit(1);
		filelock_release(lock);
		_exit(0);
	}
	ck_assert_int_eq(close(ready[1]), 0);
	ck_assert_int_eq((int)read(ready[0], &byte, 1), 1);
	ck_assert_int_eq(close(ready[0]), 0);
	ck_assert_int_eq(close(order[0]), 0);
	*tell = order[1];
	return pid;
}

START_TEST(says_who_holds_it)
{
	struct failure why;
	struct text who = { 0 };
	char part[64];
	int tell;
	pid_t pid = start_holder("held", &tell);

	ck_assert_ptr_null(filelock_take("held", "we", 0, &why));
	ck_assert_int_eq(why.code, EXITCODE_BUSY);
	(void)snprintf(part, sizeof(part), "'held' is held by a test's child, "
	    "pid %ld on ", (long)pid);
	ck_assert_msg(strncmp(why.message, part, strlen(part)) == 0, "%s",
	    why.message);
	ck_assert_int_eq(filelock_look("held", &who, &why), 1);
	ck_assert_ptr_nonnull(strstr(text_string(&who), "since 2"));
	ck_assert_int_eq(close(tell), 0);
	ck_assert_int_eq((int)waitpid(pid, NULL, 0), (int)pid);
	text_clear(&who);
	ck_assert_int_eq(filelock_look("held", &who, &why), 0);
	ck_assert_str_eq(text_string(&who), "");
	text_release(&who);
}
END_TEST

START_TEST(waits_for_the_holder)
{
	struct failure why;
	int tell;
	pid_t pid = start_holder("waited", &tell);

	int64_t before = clock_monotonic();
	ck_assert_ptr_null(filelock_take("waited", "we", CLOCK_SECOND / 10,
	    &why));
	ck_assert_int_ge(clock_monotonic() - before, CLOCK_SECOND / 10);
	ck_assert_int_eq(close(tell), 0);
	struct filelock *lock = filelock_take("waited", "we",
	    20 * CLOCK_SECOND, &why);
	ck_assert_ptr_nonnull(lock);
	filelock_release(lock);
	ck_assert_int_eq((int)waitpid(pid, NULL, 0), (int)pid);
}
END_TEST

START_TEST(ends_with_its_holder_however_that_ends)
{
	struct failure why;
	struct text who = { 0 };
	int tell;
	pid_t pid = start_holder("killed", &tell);

	ck_assert_int_eq(kill(pid, SIGKILL), 0);
	ck_assert_int_eq((int)waitpid(pid, NULL, 0), (int)pid);
	ck_assert_int_eq(filelock_look("killed", &who, &why), 0);
	struct filelock *lock = filelock_take("killed", "we", 0, &why);
	ck_assert_ptr_nonnull(lock);
	filelock_release(lock);
	filelock_release(NULL);
	ck_assert_int_eq(close(tell), 0);
}
END_TEST

START_TEST(does_not_take_an_earlier_holder_for_the_present_one)
{
	struct failure why;
	struct text who = { 0 };
	char expected[64];
	int tell;
	pid_t pid = start_holder("stale", &tell);

	unit_write("stale", "one that was killed, pid 1 on x, user y\n");
	ck_assert_int_eq(filelock_look("stale", &who, &why), 1);
	(void)snprintf(expected, sizeof(expected), "process %ld", (long)pid);
	ck_assert_str_eq(text_string(&who), expected);
	ck_assert_int_eq(close(tell), 0);
	ck_assert_int_eq((int)waitpid(pid, NULL, 0), (int)pid);
	text_release(&who);
}
END_TEST

/* Lets the holder pid end, and returns how it did. */
static int
end_holder(pid_t pid, int tell)
{
	int status = -1;

	ck_assert_int_eq(close(tell), 0);
	ck_assert_int_eq((int)waitpid(pid, &status, 0), (int)pid);
	return status;
}

START_TEST(signals_the_holder)
{
	struct failure why;
	int tell;
	pid_t pid = start_holder("asked", &tell);

	ck_assert_int_eq(filelock_signal("asked", "a test's child", SIGUSR1,
	    &why), 1);
	const int status = end_holder(pid, tell);
	ck_assert(WIFSIGNALED(status));
	ck_assert_int_eq(WTERMSIG(status), SIGUSR1);
	ck_assert_int_eq(filelock_signal("asked", "a test's child", SIGUSR1,
	    &why), 0);
	ck_assert_int_eq(filelock_signal("never", "a test's child", SIGUSR1,
	    &why), 0);
}
END_TEST

static const char *const others[] = { "another", "a test's", "a test's child,",
    "", "process" };

START_TEST(signals_nobody_who_holds_it_as_another)
{
	struct failure why;
	int tell;
	pid_t pid = start_holder("other", &tell);

	ck_assert_int_eq(filelock_signal("other", others[_i], SIGKILL, &why),
	    0);
	ck_assert_int_eq(end_holder(pid, tell), 0);
}
END_TEST

/* Lines as another process, another host, or a forger may have left them. */
START_TEST(signals_nobody_of_whom_the_line_does_not_speak)
{
	struct failure why = { 0 };
	char host[256] = "";
	char line[512];
	int tell;
	pid_t pid = start_holder("forged", &tell);

	(void)gethostname(host, sizeof(host) - 1);
	(void)snprintf(line, sizeof(line), "a test's child, pid %ld%s on "
	    "%s%s, user x\n", _i == 0 ? 1L : (long)pid, _i == 2 ? "9" : "",
	    _i == 3 ? "other" : host, _i == 1 ? ".other" : "");
	unit_write("forged", line);
	ck_assert_int_ne(filelock_signal("forged", "a test's child", SIGKILL,
	    &why), 1);
	ck_assert_int_eq(end_holder(pid, tell), 0);
}
END_TEST

START_TEST(writes_the_holder_into_the_file)
{
	struct words argv = { 0 };
	const struct process_request request = { .argv = &argv, .input = -1 };
	struct text output = { 0 };
	struct process_end end;
	struct failure why;
	struct filelock *lock = filelock_take("line", "a\nb", 0, &why);

	/* The lock is ours: if we read the file, we would give it up. */
	words_add(&argv, "cat");
	words_add(&argv, "line");
	ck_assert_int_eq(process_run(&request, 0, &output, &end, &why), 0);
	ck_assert(text_begins_with(text_string(&output), "a\\x0ab, pid "));
	filelock_release(lock);
	char *line = unit_read("line");
	ck_assert_str_eq(line, "");
	free(line);
	text_release(&output);
	words_release(&argv);
}
END_TEST

START_TEST(says_what_is_wrong_with_the_file)
{
	struct failure why;
	struct text who = { 0 };

	ck_assert_ptr_null(filelock_take("no/such/place", "we", 0, &why));
	ck_assert_int_eq(why.code, EXITCODE_FAILED);
	ck_assert_int_eq(filelock_look("missing", &who, &why), 0);
	ck_assert_int_eq(symlink("target", "link"), 0);
	ck_assert_ptr_null(filelock_take("link", "we", 0, &why));
	ck_assert_int_eq(filelock_look("link", &who, &why), -1);
}
END_TEST

/* Somebody else has put there what we are to cut. */
START_TEST(takes_no_lock_that_was_planted)
{
	struct failure why = { 0 };

	unit_write("victim", "precious\n");
	ck_assert_int_eq(link("victim", "lock"), 0);
	ck_assert_ptr_null(filelock_take("lock", "x", 0, &why));
	ck_assert_int_eq(why.code, EXITCODE_DENIED);
	ck_assert_int_eq(unlink("lock"), 0);
	char *victim = unit_read("victim");
	ck_assert_str_eq(victim, "precious\n");
	free(victim);
	ck_assert_int_eq(symlink("victim", "lock"), 0);
	ck_assert_ptr_null(filelock_take("lock", "x", 0, &why));
	ck_assert_int_eq(unlink("lock"), 0);
	ck_assert_int_eq(mkfifo("lock", 0600), 0);
	ck_assert_ptr_null(filelock_take("lock", "x", 0, &why));
	ck_assert_int_eq(why.code, EXITCODE_DENIED);
	ck_assert_int_eq(unlink("lock"), 0);
	unit_write("lock", "");
	ck_assert_int_eq(chmod("lock", 0666), 0);
	ck_assert_ptr_null(filelock_take("lock", "x", 0, &why));
	ck_assert_int_eq(why.code, EXITCODE_DENIED);
}
END_TEST

START_TEST(believes_no_lock_that_others_could_exchange)
{
	struct failure why = { 0 };
	struct text who = { 0 };

	ck_assert_int_eq(mkdir("open", 0700), 0);
	struct filelock *lock = filelock_take("open/lock", "test", 0, &why);
	ck_assert_ptr_nonnull(lock);
	filelock_release(lock);
	ck_assert_int_eq(chmod("open", 0777), 0);
	ck_assert_ptr_null(filelock_take("open/lock", "test", 0, &why));
	ck_assert_int_eq(why.code, EXITCODE_DENIED);
	why = (struct failure){ 0 };
	ck_assert_int_eq(filelock_look("open/lock", &who, &why), -1);
	ck_assert_int_eq(why.code, EXITCODE_DENIED);
	why = (struct failure){ 0 };
	ck_assert_int_eq(filelock_signal("open/lock", "test", 0, &why), -1);
	ck_assert_int_eq(why.code, EXITCODE_DENIED);
	text_release(&who);
}
END_TEST

START_TEST(leaves_nothing_where_others_could_exchange_it)
{
	struct failure why = { 0 };

	ck_assert_int_eq(mkdir("common", 0700), 0);
	ck_assert_int_eq(chmod("common", 0777), 0);
	ck_assert_ptr_null(filelock_take("common/lock", "test", 0, &why));
	ck_assert_int_eq(why.code, EXITCODE_DENIED);
	ck_assert_int_eq(rmdir("common"), 0);
}
END_TEST

TCase *
filelock_case(void)
{
	TCase *testcase = tcase_create("filelock");

	unit_use_directory(testcase);
	tcase_add_test(testcase, says_who_holds_it);
	tcase_add_test(testcase, waits_for_the_holder);
	tcase_add_test(testcase, ends_with_its_holder_however_that_ends);
	tcase_add_test(testcase,
	    does_not_take_an_earlier_holder_for_the_present_one);
	tcase_add_test(testcase, signals_the_holder);
	tcase_add_loop_test(testcase, signals_nobody_who_holds_it_as_another, 0,
	    sizeof(others) / sizeof(others[0]));
	tcase_add_loop_test(testcase,
	    signals_nobody_of_whom_the_line_does_not_speak, 0, 4);
	tcase_add_test(testcase, writes_the_holder_into_the_file);
	tcase_add_test(testcase, says_what_is_wrong_with_the_file);
	tcase_add_test(testcase, takes_no_lock_that_was_planted);
	tcase_add_test(testcase,
	    believes_no_lock_that_others_could_exchange);
	tcase_add_test(testcase,
	    leaves_nothing_where_others_could_exchange_it);
	return testcase;
}
