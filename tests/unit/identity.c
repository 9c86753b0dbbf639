#include <config.h>

#include "../../libcore/system/process.h"

#include <sys/types.h>

#include <signal.h>
#include <unistd.h>

#include "../../libcore/base/failure.h"
#include "unit.h"

/* Starts a shell script whose first word of output is in *output. */
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

START_TEST(tells_processes_apart)
{
	char first[PROCESS_IDENTITY_ROOM];
	char again[PROCESS_IDENTITY_ROOM];

	ck_assert_int_eq(process_identity(getpid(), first), 0);
	ck_assert_int_eq(process_identity(getpid(), again), 0);
	ck_assert_str_eq(first, again);
	ck_assert_int_eq(process_identity(1, again), 0);
	ck_assert_str_ne(first, again);
	ck_assert_int_eq(process_identity(0, again), -1);
	ck_assert_int_eq(process_identity(-1, again), -1);
}
END_TEST

START_TEST(knows_whether_a_program_runs)
{
	char identity[PROCESS_IDENTITY_ROOM];
	pid_t pid = start_script("exec sleep 60", -1);

	ck_assert_int_eq(process_identity(pid, identity), 0);
	ck_assert(process_is_alive(pid, identity));
	ck_assert(!process_is_alive(pid, "another"));
	ck_assert(!process_is_alive(1, identity));
	process_signal(pid, SIGKILL);
	/* Nobody has waited for it: it goes on as a zombie. */
	while (process_is_alive(pid, identity))
		continue;
	ck_assert_int_eq(kill(pid, 0), 0);
	ck_assert_int_eq(process_identity(pid, identity), 0);
	(void)process_wait(pid, 0);
	ck_assert_int_eq(process_identity(pid, identity), -1);
	ck_assert(!process_is_alive(pid, identity));
}
END_TEST

START_TEST(counts_what_the_leader_has_left_behind)
{
	char identity[PROCESS_IDENTITY_ROOM];
	char byte;
	int output[2];

	ck_assert_int_eq(pipe(output), 0);
	pid_t pid = start_script("sleep 60 & echo; exec sleep 60", output[1]);
	ck_assert_int_eq((int)read(output[0], &byte, 1), 1);
	ck_assert_int_eq(process_identity(pid, identity), 0);
	ck_assert_int_eq(kill(pid, SIGKILL), 0);
	struct process_end end = process_wait(pid, 0);
	ck_assert_int_eq(end.how, PROCESS_SIGNALLED);
	ck_assert(process_is_alive(pid, identity));
	process_signal(pid, SIGKILL);
	while (process_is_alive(pid, identity))
		continue;
}
END_TEST

START_TEST(is_not_misled_by_the_name_of_a_program)
{
	char identity[PROCESS_IDENTITY_ROOM];
	struct words argv = { 0 };
	const struct process_request request = { .argv = &argv, .input = -1,
		.output = -1, .error = -1 };
	struct failure why = { 0 };

	if (symlink("/bin/sleep", ") Z 1 2 (x)") == -1)
		ck_abort_msg("cannot make a link");
	words_add(&argv, "./) Z 1 2 (x)");
	words_add(&argv, "60");
	pid_t pid = process_start(&request, &why);
	ck_assert_msg(pid > 0, "%s", why.message);
	ck_assert_int_eq(process_identity(pid, identity), 0);
	ck_assert(process_is_alive(pid, identity));
	process_signal(pid, SIGKILL);
	(void)process_wait(pid, 0);
	words_release(&argv);
}
END_TEST

TCase *
identity_case(void)
{
	TCase *testcase = tcase_create("identity");

	unit_use_directory(testcase);
	tcase_add_test(testcase, tells_processes_apart);
	tcase_add_test(testcase, knows_whether_a_program_runs);
	tcase_add_test(testcase, counts_what_the_leader_has_left_behind);
	tcase_add_test(testcase, is_not_misled_by_the_name_of_a_program);
	return testcase;
}
