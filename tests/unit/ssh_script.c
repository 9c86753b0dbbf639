#include <config.h>

#include "../../clroll/ssh/ssh_script.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../../libcore/base/clock.h"
#include "../../libcore/base/failure.h"
#include "../../libcore/base/text.h"
#include "../../libcore/base/words.h"
#include "../../libcore/system/process.h"
#include "unit.h"

#define TOKEN	"4711 81723.0a1b2c3d-4e5f"
#define LINE	SSH_SCRIPT_MARK TOKEN "\n"

static const struct token_row { const char *token; bool is_good; } tokens[] = {
	{ TOKEN, true },
	{ "2 -", true },
	{ "4194304 -", true },
	{ "", false },
	{ "4711", false },
	{ "4711 ", false },
	{ "0 -", false },		/* our own group */
	{ "1 -", false },		/* everything, as a group */
	{ "-1 -", false },
	{ "07 -", false },
	{ "47x -", false },
	{ "12345678901 -", false },
	{ "4711 $(reboot)", false },
	{ "4711 1.a;x", false },
	{ "4711 1 2", false },
};

START_TEST(knows_a_token)
{
	ck_assert_int_eq(ssh_script_token_is_good(tokens[_i].token),
	    tokens[_i].is_good);
}
END_TEST

static const struct find_row {
	const char	*output;
	const char	*rest;
} finds[] = {
	{ LINE, "" },
	{ LINE "rest\n", "rest\n" },
	{ "welcome\n\n" LINE "rest", "rest" },
	{ SSH_SCRIPT_MARK "nonsense\n" LINE "rest", "rest" },
	{ LINE LINE, LINE },
	{ "", NULL },
	{ "welcome", NULL },
	{ "x" LINE, NULL },
	{ SSH_SCRIPT_MARK TOKEN, NULL },	/* the line is not whole */
	{ "welcome\n" SSH_SCRIPT_MARK "471", NULL },
};

START_TEST(finds_the_token_behind_the_noise_of_a_shell)
{
	const struct find_row *row = &finds[_i];
	char token[SSH_SCRIPT_TOKEN_ROOM] = "";
	size_t at;

	at = ssh_script_find_token(row->output, strlen(row->output), token);
	if (row->rest == NULL) {
		ck_assert_uint_eq(at, 0);
		return;
	}
	ck_assert_uint_gt(at, 0);
	ck_assert_str_eq(token, TOKEN);
	ck_assert_str_eq(row->output + at, row->rest);
}
END_TEST

START_TEST(does_not_take_a_long_line_for_a_token)
{
	char output[4096];
	char token[SSH_SCRIPT_TOKEN_ROOM];

	memset(output, '1', sizeof(output));
	memcpy(output, SSH_SCRIPT_MARK, strlen(SSH_SCRIPT_MARK));
	output[100] = ' ';
	output[sizeof(output) - 1] = '\n';
	ck_assert_uint_eq(ssh_script_find_token(output, sizeof(output),
	    token), 0);
}
END_TEST

/* Returns what line writes when a login shell runs it. */
static char *
run_line(const struct text *line)
{
	struct process_request request = { .input = -1 };
	struct words argv = { 0 };
	struct text output = { 0 };
	struct process_end end;
	struct failure why;

	words_add(&argv, "sh");
	words_add(&argv, "-c");
	words_add(&argv, text_string(line));
	request.argv = &argv;
	ck_assert_int_eq(process_run(&request, 10 * CLOCK_SECOND, &output,
	    &end, &why), 0);
	ck_assert_int_eq(end.how, PROCESS_EXITED);
	ck_assert_int_eq(end.code, 0);
	words_release(&argv);
	return text_take(&output);
}

START_TEST(tells_its_token_and_becomes_the_command)
{
	struct words argv = { 0 };
	struct text line = { 0 };
	char token[SSH_SCRIPT_TOKEN_ROOM];
	char *output;
	size_t at;

	words_add(&argv, "printf");
	words_add(&argv, "<%s>");
	words_add(&argv, "it's");
	words_add(&argv, "a\nb");
	words_add(&argv, "$(echo x) `x` \\ *");
	words_add(&argv, "\xff\x01");
	words_add(&argv, "");
	ssh_script_start(&argv, false, &line);
	output = run_line(&line);
	at = ssh_script_find_token(output, strlen(output), token);
	ck_assert_uint_gt(at, 0);
	ck_assert(ssh_script_token_is_good(token));
	ck_assert_str_eq(output + at, "<it's><a\nb><$(echo x) `x` \\ *>"
	    "<\xff\x01><>");
	free(output);
	text_release(&line);
	words_release(&argv);
}
END_TEST

START_TEST(names_the_signal_and_the_process)
{
	struct text line = { 0 };

	ssh_script_stop(TOKEN, SIGKILL, SSH_SCRIPT_USER, &line);
	ck_assert_ptr_nonnull(strstr(text_string(&line),
	    "'nqstools' '4711' '81723.0a1b2c3d-4e5f' 'KILL'"));
	text_clear(&line);
	ssh_script_stop(TOKEN, SIGSEGV, SSH_SCRIPT_USER, &line);
	ck_assert_ptr_nonnull(strstr(text_string(&line), "'TERM'"));
	text_release(&line);
}
END_TEST

/* ---- the gate ---------------------------------------------------------- */

/* A command that waits at its gate, as a host has it. */
struct gate {
	struct text	line;		/* what awaits it */
	pid_t		pid;
	int		input;		/* what opens the gate */
	int		output;
};

/* Reads what token of its own the command tells. */
static void
read_token(const struct gate *gate, char token[SSH_SCRIPT_TOKEN_ROOM])
{
	char output[SSH_SCRIPT_TOKEN_ROOM * 2];
	size_t size = 0;

	do {
		const ssize_t got = read(gate->output, output + size,
		    sizeof(output) - size);

		ck_assert_int_gt(got, 0);
		size += (size_t)got;
	} while (ssh_script_find_token(output, size, token) == 0);
}

/* Starts a shell with script behind a gate. */
static void
start_behind_gate(struct gate *gate, const char *script)
{
	struct words argv = { 0 };
	struct words shell = { 0 };
	struct text line = { 0 };
	struct failure why;
	char token[SSH_SCRIPT_TOKEN_ROOM];
	int in[2];
	int out[2];

	ck_assert_int_eq(pipe(in), 0);
	ck_assert_int_eq(pipe(out), 0);
	words_add(&argv, "sh");
	words_add(&argv, "-c");
	words_add(&argv, script);
	ssh_script_start(&argv, true, &line);
	words_add(&shell, "sh");
	words_add(&shell, "-c");
	words_add(&shell, text_string(&line));
	gate->pid = process_start(&(struct process_request){ .argv = &shell,
	    .input = in[0], .output = out[1], .error = -1 }, &why);
	ck_assert_int_gt(gate->pid, 0);
	(void)close(in[0]);
	(void)close(out[1]);
	gate->input = in[1];
	gate->output = out[0];
	read_token(gate, token);
	ssh_script_await(token, SSH_SCRIPT_USER, &gate->line);
	text_release(&line);
	words_release(&shell);
	words_release(&argv);
}

/* Returns how the command ended, whose wait is over. */
static struct process_end
end_behind_gate(struct gate *gate)
{
	(void)close(gate->input);
	(void)close(gate->output);
	text_release(&gate->line);
	return process_wait(gate->pid, 0);
}

START_TEST(does_not_await_what_nobody_lets_begin)
{
	struct gate gate = { 0 };
	struct process_end end;

	start_behind_gate(&gate, "exit 0");
	free(run_line(&gate.line));
	end = end_behind_gate(&gate);
	ck_assert_int_eq(end.how, PROCESS_SIGNALLED);
	ck_assert_int_eq(end.code, SIGKILL);
}
END_TEST

START_TEST(awaits_what_has_begun)
{
	struct gate gate = { 0 };
	struct process_end end;
	char byte;

	start_behind_gate(&gate, "echo; sleep 0.3; exit 7");
	ck_assert_int_eq(write(gate.input, "\n", 1), 1);
	ck_assert_int_eq(read(gate.output, &byte, 1), 1);
	free(run_line(&gate.line));
	end = end_behind_gate(&gate);
	ck_assert_int_eq(end.how, PROCESS_EXITED);
	ck_assert_int_eq(end.code, 7);
}
END_TEST

TCase *
ssh_script_case(void)
{
	TCase *testcase = tcase_create("ssh_script");

	tcase_add_loop_test(testcase, knows_a_token, 0,
	    sizeof(tokens) / sizeof(tokens[0]));
	tcase_add_loop_test(testcase,
	    finds_the_token_behind_the_noise_of_a_shell, 0,
	    sizeof(finds) / sizeof(finds[0]));
	tcase_add_test(testcase, does_not_take_a_long_line_for_a_token);
	tcase_add_test(testcase, tells_its_token_and_becomes_the_command);
	tcase_add_test(testcase, names_the_signal_and_the_process);
	tcase_add_test(testcase, does_not_await_what_nobody_lets_begin);
	tcase_add_test(testcase, awaits_what_has_begun);
	return testcase;
}
