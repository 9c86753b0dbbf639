#include <config.h>

#include "../../libcore/system/process.h"

#include <sys/stat.h>
#include <sys/wait.h>

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "../../libcore/base/clock.h"
#include "../../libcore/base/failure.h"
#include "unit.h"

/* Runs a shell script and returns how it ended; output may be NULL. */
static struct process_end
run_script(const char *script, int64_t timeout, struct text *output)
{
	struct words argv = { 0 };
	struct process_request request = { .argv = &argv, .input = -1 };
	struct process_end end = { PROCESS_LOST, -1 };
	struct failure why = { 0 };

	words_add(&argv, "sh");
	words_add(&argv, "-c");
	words_add(&argv, script);
	int rc = process_run(&request, timeout, output, &end, &why);
	ck_assert_msg(rc == 0, "%s", why.message);
	words_release(&argv);
	return end;
}

/* Starts a shell script in the background. */
static pid_t
start_script(const char *script, int output)
{
	struct words argv = { 0 };
	struct process_request request = { .argv = &argv, .input = -1,
		.output = output, .error = -1 };
	struct failure why = { 0 };

	words_add(&argv, "sh");
	words_add(&argv, "-c");
	words_add(&argv, script);
	pid_t pid = process_start(&request, &why);
	ck_assert_msg(pid > 0, "%s", why.message);
	words_release(&argv);
	return pid;
}

START_TEST(tells_how_a_program_ended)
{
	struct text text = { 0 };
	struct process_end end = run_script("exit 3", 0, NULL);

	ck_assert_int_eq(end.how, PROCESS_EXITED);
	ck_assert_int_eq(end.code, 3);
	process_show_end(end, &text);
	ck_assert_str_eq(text_string(&text), "exit code 3");
	end = run_script("kill -9 $$", 0, NULL);
	ck_assert_int_eq(end.how, PROCESS_SIGNALLED);
	ck_assert_int_eq(end.code, SIGKILL);
	text_clear(&text);
	process_show_end(end, &text);
	ck_assert_str_eq(text_string(&text), "killed by signal 9");
	text_release(&text);
}
END_TEST

START_TEST(collects_both_outputs)
{
	struct text output = { 0 };

	(void)run_script("echo one; echo two >&2; cat", 0, &output);
	ck_assert_str_eq(text_string(&output), "one\ntwo\n");
	text_release(&output);
}
END_TEST

START_TEST(keeps_output_up_to_the_limit)
{
	struct text output = { 0 };
	struct process_end end = run_script(
	    "dd if=/dev/zero bs=65536 count=32 2>&1", 0, &output);

	ck_assert_int_eq(end.code, 0);
	ck_assert_uint_eq(output.length, PROCESS_OUTPUT_LIMIT);
	text_release(&output);
}
END_TEST

START_TEST(does_not_wait_for_what_stays_in_the_background)
{
	struct text output = { 0 };
	int64_t before = clock_monotonic();
	struct process_end end = run_script("sleep 60 & echo $!", 0, &output);
	long pid = strtol(text_string(&output), NULL, 10);

	ck_assert_int_gt(pid, 1);
	ck_assert_int_eq(kill((pid_t)pid, SIGKILL), 0);
	ck_assert_int_eq(end.code, 0);
	ck_assert_int_lt(clock_monotonic() - before, 20 * CLOCK_SECOND);
	text_release(&output);
}
END_TEST

START_TEST(ends_the_whole_group_at_the_deadline)
{
	struct text output = { 0 };
	struct process_end end = run_script(
	    "sleep 60 & echo $!; trap '' TERM; wait; sleep 60",
	    CLOCK_SECOND / 5, &output);
	long pid = strtol(text_string(&output), NULL, 10);

	ck_assert_int_eq(end.how, PROCESS_TIMED_OUT);
	ck_assert_int_eq(end.code, 0);
	ck_assert_int_gt(pid, 1);
	/* Whoever inherits it may not have waited for it yet. */
	char identity[PROCESS_IDENTITY_ROOM] = "";
	(void)process_identity((pid_t)pid, identity);
	while (process_is_alive((pid_t)pid, identity))
		continue;
	text_release(&output);
}
END_TEST

START_TEST(gives_a_clean_process)
{
	struct text output = { 0 };
	sigset_t all;

	(void)signal(SIGINT, SIG_IGN);
	(void)sigfillset(&all);
	(void)sigprocmask(SIG_BLOCK, &all, NULL);
	ck_assert_int_eq(setenv("NQS_SITE", "siteA", 1), 0);
	ck_assert_int_eq(setenv("NQSTOOLS_X", "kept", 1), 0);
	ck_assert_int_eq(setenv("LD_PRELOAD", "", 1), 0);
	ck_assert_int_eq(dup2(2, 50), 50);
	/* The loop asks the shell itself: nothing else is open in it. */
	(void)run_script("for fd in 3 4 5 6 7 8 9 50; do "
	    "if (: >&$fd) 2>/dev/null || (: <&$fd) 2>/dev/null; "
	    "then echo open $fd; fi; done; "
	    "echo ${NQS_SITE-none} $NQSTOOLS_X ${LD_PRELOAD-none} $LC_ALL "
	    "$PATH; "
	    "kill -INT $$; echo still here", 0, &output);
	ck_assert_str_eq(text_string(&output), "none kept none C "
	    "/usr/sbin:/usr/bin:/sbin:/bin\n");
	text_release(&output);
}
END_TEST

START_TEST(gives_each_descriptor_its_place)
{
	struct words argv = { 0 };
	struct failure why;
	int in[2];
	int out[2];
	char bytes[16] = "";

	/* The child's 0, 1 and 2 come from numbers that are in the way. */
	ck_assert_int_eq(pipe(in), 0);
	ck_assert_int_eq(pipe(out), 0);
	ck_assert_int_eq(dup2(out[1], 0), 0);
	ck_assert_int_eq(dup2(in[0], 1), 1);
	struct process_request request = { .argv = &argv, .input = 1,
		.output = 0, .error = 0 };
	words_add(&argv, "sh");
	words_add(&argv, "-c");
	words_add(&argv, "cat; echo err >&2");
	pid_t pid = process_start(&request, &why);
	ck_assert_int_gt(pid, 0);
	ck_assert_int_eq((int)write(in[1], "in\n", 3), 3);
	ck_assert_int_eq(close(in[1]), 0);
	struct process_end end = process_wait(pid, 0);
	ck_assert_int_eq(end.code, 0);
	ck_assert_int_eq((int)read(out[0], bytes, sizeof(bytes)), 7);
	ck_assert_mem_eq(bytes, "in\nerr\n", 7);
	words_release(&argv);
}
END_TEST

START_TEST(says_why_a_program_cannot_run)
{
	struct words argv = { 0 };
	struct process_request request = { .argv = &argv, .input = -1,
		.output = -1, .error = -1 };
	struct failure why;

	words_add(&argv, "no-such-program");
	ck_assert_int_eq((int)process_start(&request, &why), -1);
	ck_assert_int_eq(why.code, EXITCODE_FAILED);
	ck_assert_str_eq(why.message,
	    "cannot find a program 'no-such-program'");
	words_release(&argv);
	unit_write("script", "no program\n");
	ck_assert_int_eq(chmod("script", 0700), 0);
	words_add(&argv, "./script");
	ck_assert_int_eq((int)process_start(&request, &why), -1);
	ck_assert_str_eq(why.message,
	    "cannot run './script': Exec format error");
	/* valgrind dies of an execve that fails as late as this one. */
	if (getenv("UNIT_VALGRIND") == NULL) {
		unit_write("script", "#!/no/such/shell\n");
		ck_assert_int_eq((int)process_start(&request, &why), -1);
		ck_assert_str_eq(why.message,
		    "cannot run './script': No such file or directory");
	}
	/* It has been waited for. */
	ck_assert_int_eq((int)waitpid(-1, NULL, WNOHANG), -1);
	ck_assert_int_eq(errno, ECHILD);
	words_release(&argv);
}
END_TEST

START_TEST(finds_programs_in_absolute_directories_only)
{
	char *found = process_find("sh", NULL);

	ck_assert_ptr_nonnull(found);
	ck_assert_int_eq(found[0], '/');
	free(found);
	unit_write("program", "x");
	ck_assert_ptr_null(process_find("program", ".::"));
	ck_assert_ptr_null(process_find("./program", NULL));
	ck_assert_int_eq(chmod("program", 0700), 0);
	ck_assert_ptr_null(process_find("program", ".::"));
	found = process_find("./program", NULL);
	ck_assert_str_eq(found, "./program");
	free(found);
	ck_assert_ptr_null(process_find("/", NULL));
	ck_assert_ptr_null(process_find("", NULL));
}
END_TEST

START_TEST(starts_a_group_or_a_session)
{
	struct words argv = { 0 };
	struct process_request request = { .argv = &argv, .input = -1,
		.output = -1, .error = -1, .session = _i == 1 };
	struct failure why;

	words_add(&argv, "sleep");
	words_add(&argv, "60");
	pid_t pid = process_start(&request, &why);
	ck_assert_int_eq((int)getpgid(pid), (int)pid);
	ck_assert_int_eq((int)getsid(pid), _i == 1 ? (int)pid :
	    (int)getsid(0));
	process_signal(pid, SIGTERM);
	struct process_end end = process_wait(pid, 0);
	ck_assert_int_eq(end.how, PROCESS_SIGNALLED);
	ck_assert_int_eq(end.code, SIGTERM);
	process_signal(pid, SIGTERM);
	words_release(&argv);
}
END_TEST

START_TEST(says_that_a_child_of_nobody_is_lost)
{
	struct process_end end = process_wait(getppid(), 0);

	ck_assert_int_eq(end.how, PROCESS_LOST);
}
END_TEST

START_TEST(wakes_a_stopped_program_to_end_it)
{
	pid_t pid = start_script(
	    "trap 'echo asked >asked; exit' TERM; kill -STOP $$", -1);
	struct process_end end = process_wait(pid,
	    clock_monotonic() + CLOCK_SECOND / 5);

	ck_assert_int_eq(end.how, PROCESS_TIMED_OUT);
	char *asked = unit_read("asked");
	ck_assert_str_eq(asked, "asked\n");
	free(asked);
}
END_TEST

/* Whether the program may run; it must not have done anything yet. */
static bool
may_run(void *cookie, pid_t pid)
{
	char identity[PROCESS_IDENTITY_ROOM];
	struct stat status;
	const bool *may = cookie;

	ck_assert_int_eq(process_identity(pid, identity), 0);
	ck_assert(process_is_alive(pid, identity));
	/* The descriptor 1 of this test is the file that it writes to. */
	ck_assert_int_eq(fstat(1, &status), 0);
	ck_assert_int_eq(status.st_size, 0);
	return *may;
}

static bool
die(void *cookie, pid_t pid)
{
	(void)cookie;
	(void)pid;
	(void)raise(SIGKILL);
	return true;
}

START_TEST(does_nothing_before_it_may)
{
	bool may = _i == 1;
	struct words argv = { 0 };
	FILE *file = tmpfile();
	const int saved = dup(1);
	struct process_request request = { .argv = &argv, .input = -1,
		.output = 1, .error = -1, .may_run = may_run, .cookie = &may };
	struct failure why = { 0 };
	struct stat status;

	words_add(&argv, "echo");
	ck_assert_ptr_nonnull(file);
	ck_assert_int_eq(dup2(fileno(file), 1), 1);
	pid_t pid = process_start(&request, &why);
	ck_assert_int_eq(pid > 0, may);
	if (may)
		ck_assert_int_eq(process_wait(pid, 0).code, 0);
	else
		ck_assert_str_eq(why.message,
		    "cannot run 'echo': Operation canceled");
	ck_assert_int_eq(fstat(1, &status), 0);
	ck_assert_int_eq(status.st_size, may ? 1 : 0);
	/* Who may not run is no zombie either. */
	ck_assert_int_eq(waitpid(-1, NULL, WNOHANG), -1);
	ck_assert_int_eq(dup2(saved, 1), 1);
	ck_assert_int_eq(close(saved), 0);
	ck_assert_int_eq(fclose(file), 0);
	words_release(&argv);
}
END_TEST

START_TEST(never_runs_what_waits_when_we_die)
{
	int ends[2];
	char byte;

	ck_assert_int_eq(pipe(ends), 0);
	const pid_t child = fork();
	if (child == 0) {
		struct words argv = { 0 };
		struct process_request request = { .argv = &argv,
			.input = -1, .output = ends[1], .error = -1,
			.may_run = die };
		struct failure why;

		words_add(&argv, "echo");
		(void)process_start(&request, &why);
		_exit(0);
	}
	ck_assert_int_eq(close(ends[1]), 0);
	/* The end comes when the program is gone, too. */
	ck_assert_int_eq((int)read(ends[0], &byte, 1), 0);
	ck_assert_int_eq(close(ends[0]), 0);
	ck_assert_int_eq(waitpid(child, NULL, 0), child);
}
END_TEST

START_TEST(gives_the_umask_of_a_daemon)
{
	struct text text = { 0 };

	(void)umask(077);
	(void)run_script("umask", 0, &text);
	ck_assert_str_eq(text_string(&text), "0022\n");
	text_release(&text);
}
END_TEST

TCase *
process_case(void)
{
	TCase *testcase = tcase_create("process");

	unit_use_directory(testcase);
	tcase_add_test(testcase, tells_how_a_program_ended);
	tcase_add_test(testcase, collects_both_outputs);
	tcase_add_test(testcase, keeps_output_up_to_the_limit);
	tcase_add_test(testcase,
	    does_not_wait_for_what_stays_in_the_background);
	tcase_add_test(testcase, ends_the_whole_group_at_the_deadline);
	tcase_add_test(testcase, gives_a_clean_process);
	tcase_add_test(testcase, gives_each_descriptor_its_place);
	tcase_add_test(testcase, says_why_a_program_cannot_run);
	tcase_add_test(testcase, finds_programs_in_absolute_directories_only);
	tcase_add_loop_test(testcase, starts_a_group_or_a_session, 0, 2);
	tcase_add_test(testcase, says_that_a_child_of_nobody_is_lost);
	tcase_add_test(testcase, wakes_a_stopped_program_to_end_it);
	tcase_add_loop_test(testcase, does_nothing_before_it_may, 0, 2);
	tcase_add_test(testcase, never_runs_what_waits_when_we_die);
	tcase_add_test(testcase, gives_the_umask_of_a_daemon);
	return testcase;
}
