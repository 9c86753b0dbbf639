#include <config.h>

#include "../../libcore/run/local_session.h"

#include <sys/wait.h>

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../../libcore/base/clock.h"
#include "../../libcore/base/failure.h"
#include "../../libcore/base/number.h"
#include "../../libcore/base/text.h"
#include "../../libcore/base/words.h"
#include "../../libcore/run/session.h"
#include "../../libcore/system/eventloop.h"
#include "unit.h"

/* Who hears a session: "opened", "started", "output x", "ended exit code 0". */
struct hearer {
	struct eventloop	*loop;
	struct session		*session;
	struct eventloop_timer	*timer;
	struct text		 heard;
	struct text		 token;
	size_t			 bytes;		/* of output, if is_counting */
	bool			 is_counting;
	bool			 refuses;
	bool			 closes;	/* at the first output */
};

static void
hear(struct hearer *hearer, const char *event)
{
	if (hearer->heard.length > 0)
		text_add(&hearer->heard, ", ");
	text_add(&hearer->heard, event);
}

static void
opened(void *cookie)
{
	struct hearer *hearer = cookie;

	hear(hearer, "opened");
	eventloop_stop(hearer->loop);
}

static void
failed(void *cookie, const struct failure *why)
{
	hear(cookie, why->message);
}

static bool
started(void *cookie, const char *token)
{
	struct hearer *hearer = cookie;

	hear(hearer, "started");
	text_clear(&hearer->token);
	text_add(&hearer->token, token);
	return !hearer->refuses;
}

static void
output(void *cookie, const char *bytes, size_t size, bool is_error)
{
	struct hearer *hearer = cookie;

	hearer->bytes += size;
	if (hearer->closes) {
		hearer->session->calls->close(hearer->session);
		hear(hearer, "closed");
	} else if (!hearer->is_counting) {
		hear(hearer, is_error ? "error " : "output ");
		text_add_visible(&hearer->heard, bytes, size);
	}
}

static void
ended(void *cookie, struct process_end end)
{
	struct hearer *hearer = cookie;

	hear(hearer, "ended ");
	process_show_end(end, &hearer->heard);
	eventloop_stop(hearer->loop);
}

static const struct session_events events = {
	opened, failed, started, output, ended
};

static void
open_hearer(struct hearer *hearer)
{
	struct failure why;

	*hearer = (struct hearer){ .loop = eventloop_make(&why) };
	ck_assert_ptr_nonnull(hearer->loop);
	hearer->session = local_session_make(hearer->loop,
	    "/usr/bin:/bin", NULL);
	hearer->session->events = &events;
	hearer->session->cookie = hearer;
}

static void
close_hearer(struct hearer *hearer)
{
	hearer->session->calls->free(hearer->session);
	eventloop_free(hearer->loop);
	text_release(&hearer->heard);
	text_release(&hearer->token);
}

static void
out_of_time(void *cookie)
{
	struct hearer *hearer = cookie;

	hearer->timer = NULL;
	eventloop_stop(hearer->loop);
}

/* Lets the loop run until something stops it, or for so long. */
static void
listen_for(struct hearer *hearer, int64_t duration)
{
	struct failure why;

	hearer->timer = eventloop_at(hearer->loop,
	    clock_monotonic() + duration, out_of_time, hearer);
	ck_assert_int_eq(eventloop_run(hearer->loop, &why), 0);
	eventloop_cancel(hearer->loop, hearer->timer);
	hearer->timer = NULL;
}

static void
start(struct hearer *hearer, const char *script, const char *input,
    bool has_effect)
{
	struct words argv = { 0 };

	words_add(&argv, "sh");
	words_add(&argv, "-c");
	words_add(&argv, script);
	hearer->session->calls->start(hearer->session,
	    &(struct session_command){ .argv = &argv, .input = input,
	    .has_effect = has_effect });
	words_release(&argv);
}

/* Runs script to its end and expects what is heard. */
static void
expect(struct hearer *hearer, const char *script, const char *heard)
{
	text_clear(&hearer->heard);
	start(hearer, script, NULL, false);
	listen_for(hearer, 20 * CLOCK_SECOND);
	ck_assert_str_eq(text_string(&hearer->heard), heard);
}

/* Ends the process whose number the file "pid" holds. */
static void
kill_daemon(void)
{
	char *text = unit_read("pid");
	int64_t pid;

	text[strcspn(text, "\n")] = '\0';
	ck_assert_int_eq(number_read(text, 2, INT32_MAX, &pid), 0);
	ck_assert_int_eq(kill((pid_t)pid, SIGKILL), 0);
	free(text);
}

START_TEST(tells_everything_from_the_loop)
{
	struct hearer hearer;

	open_hearer(&hearer);
	hearer.session->calls->open(hearer.session);
	ck_assert_uint_eq(hearer.heard.length, 0);
	listen_for(&hearer, 10 * CLOCK_SECOND);
	ck_assert_str_eq(text_string(&hearer.heard), "opened");
	text_clear(&hearer.heard);
	start(&hearer, "exit 3", NULL, true);
	ck_assert_uint_eq(hearer.heard.length, 0);
	listen_for(&hearer, 10 * CLOCK_SECOND);
	ck_assert_str_eq(text_string(&hearer.heard),
	    "started, ended exit code 3");
	close_hearer(&hearer);
}
END_TEST

START_TEST(tells_output_errors_and_signals)
{
	struct hearer hearer;

	open_hearer(&hearer);
	expect(&hearer, "echo a; cat", "started, output a\\x0a, "
	    "ended exit code 0");
	expect(&hearer, "echo b >&2; kill -9 $$", "started, error b\\x0a, "
	    "ended killed by signal 9");
	close_hearer(&hearer);
}
END_TEST

START_TEST(tells_all_output_of_a_command_that_has_ended)
{
	struct hearer hearer;

	open_hearer(&hearer);
	hearer.is_counting = true;
	expect(&hearer, "dd if=/dev/zero bs=1000 count=400 2>/dev/null",
	    "started, ended exit code 0");
	ck_assert_uint_eq(hearer.bytes, 400000);
	close_hearer(&hearer);
}
END_TEST

START_TEST(hands_the_input_over)
{
	struct hearer hearer;

	unit_write("input", "line");
	open_hearer(&hearer);
	start(&hearer, "cat", "input", true);
	listen_for(&hearer, 10 * CLOCK_SECOND);
	ck_assert_str_eq(text_string(&hearer.heard),
	    "started, output line, ended exit code 0");
	text_clear(&hearer.heard);
	start(&hearer, "cat", "absent", true);
	listen_for(&hearer, 10 * CLOCK_SECOND);
	ck_assert_str_eq(text_string(&hearer.heard), "error cannot read "
	    "'absent': No such file or directory\\x0a, ended exit code 127");
	close_hearer(&hearer);
}
END_TEST

START_TEST(tells_that_there_is_no_program)
{
	struct words argv = { 0 };
	struct hearer hearer;

	words_add(&argv, "no-such-program");
	open_hearer(&hearer);
	hearer.session->calls->start(hearer.session,
	    &(struct session_command){ .argv = &argv });
	words_release(&argv);
	listen_for(&hearer, 10 * CLOCK_SECOND);
	ck_assert_str_eq(text_string(&hearer.heard), "error cannot find a "
	    "program 'no-such-program'\\x0a, ended exit code 127");
	close_hearer(&hearer);
}
END_TEST

START_TEST(does_nothing_that_may_not_be)
{
	struct hearer hearer;

	open_hearer(&hearer);
	hearer.refuses = true;
	start(&hearer, ": >effect", NULL, true);
	listen_for(&hearer, 10 * CLOCK_SECOND);
	ck_assert(text_begins_with(text_string(&hearer.heard),
	    "started, error cannot run 'sh'"));
	ck_assert(text_ends_with(text_string(&hearer.heard),
	    "ended exit code 127"));
	ck_assert_int_eq(access("effect", F_OK), -1);
	/* A question is asked all the same. */
	expect(&hearer, "exit 1", "started, ended exit code 1");
	close_hearer(&hearer);
}
END_TEST

START_TEST(waits_for_no_daemon)
{
	struct hearer hearer;
	const int64_t begun = clock_monotonic();

	open_hearer(&hearer);
	start(&hearer, "sleep 7777 & echo $! >pid", NULL, true);
	listen_for(&hearer, 20 * CLOCK_SECOND);
	ck_assert_str_eq(text_string(&hearer.heard),
	    "started, ended exit code 0");
	ck_assert_int_lt(clock_monotonic() - begun, 10 * CLOCK_SECOND);
	kill_daemon();
	close_hearer(&hearer);
}
END_TEST

START_TEST(stops_a_command_with_its_children)
{
	struct hearer hearer;

	open_hearer(&hearer);
	start(&hearer, "sleep 7777 & echo x; wait", NULL, true);
	while (hearer.bytes == 0)
		listen_for(&hearer, CLOCK_SECOND / 50);
	text_clear(&hearer.heard);
	hearer.session->calls->stop(hearer.session, SIGTERM);
	listen_for(&hearer, 20 * CLOCK_SECOND);
	ck_assert_str_eq(text_string(&hearer.heard),
	    "ended killed by signal 15");
	close_hearer(&hearer);
}
END_TEST

START_TEST(awaits_a_command_of_somebody_else)
{
	struct words argv = { 0 };
	struct process_request request = { .argv = &argv, .input = -1,
		.output = -1, .error = -1, .session = true };
	char identity[PROCESS_IDENTITY_ROOM];
	struct text token = { 0 };
	struct failure why;
	struct hearer hearer;

	words_split(&argv, "sh,-c,sleep 0.3; : >late", ',');
	const pid_t pid = process_start(&request, &why);
	ck_assert_int_gt(pid, 1);
	ck_assert_int_eq(process_identity(pid, identity), 0);
	text_format(&token, "%lld %s", (long long)pid, identity);
	open_hearer(&hearer);
	hearer.session->calls->await(hearer.session, text_string(&token));
	/* It is not ours to stop. */
	hearer.session->calls->stop(hearer.session, SIGKILL);
	listen_for(&hearer, 20 * CLOCK_SECOND);
	ck_assert_str_eq(text_string(&hearer.heard), "ended exit code 0");
	ck_assert_int_eq(access("late", F_OK), 0);
	ck_assert_int_eq(waitpid(pid, NULL, 0), pid);
	close_hearer(&hearer);
	text_release(&token);
	words_release(&argv);
}
END_TEST

static const char *const strange_tokens[] = { "", " ", "x", "x y", "0 a",
	"-1 a", "1 a", "99999999999 a", "4000000 nobody" };

START_TEST(awaits_nobody_by_a_strange_token)
{
	struct hearer hearer;

	open_hearer(&hearer);
	hearer.session->calls->await(hearer.session, strange_tokens[_i]);
	listen_for(&hearer, 20 * CLOCK_SECOND);
	ck_assert_str_eq(text_string(&hearer.heard), "ended exit code 0");
	close_hearer(&hearer);
}
END_TEST

START_TEST(tells_nothing_after_it_was_closed)
{
	struct hearer hearer;

	open_hearer(&hearer);
	/* While it opens, before it starts, while it runs, while it drains. */
	hearer.session->calls->open(hearer.session);
	hearer.session->calls->close(hearer.session);
	start(&hearer, "exit 0", NULL, false);
	hearer.session->calls->close(hearer.session);
	listen_for(&hearer, CLOCK_SECOND / 20);
	ck_assert_uint_eq(hearer.heard.length, 0);
	start(&hearer, "echo x", NULL, false);
	listen_for(&hearer, 0);
	hearer.session->calls->close(hearer.session);
	text_clear(&hearer.heard);
	listen_for(&hearer, CLOCK_SECOND / 20);
	ck_assert_uint_eq(hearer.heard.length, 0);
	hearer.closes = true;
	start(&hearer, "echo x; sleep 7777 & echo $! >pid; exit 0", NULL,
	    false);
	listen_for(&hearer, CLOCK_SECOND / 2);
	ck_assert_str_eq(text_string(&hearer.heard), "started, closed");
	kill_daemon();
	hearer.closes = false;
	expect(&hearer, "exit 7", "started, ended exit code 7");
	close_hearer(&hearer);
}
END_TEST

static int
count_descriptors(void)
{
	int count = 0;

	for (int fd = 0; fd < 256; fd++)
		count += fcntl(fd, F_GETFD) != -1;
	return count;
}

START_TEST(leaves_no_descriptor_open)
{
	struct hearer hearer;

	open_hearer(&hearer);
	hearer.is_counting = true;
	expect(&hearer, "exit 0", "started, ended exit code 0");
	const int before = count_descriptors();
	for (int i = 0; i < 20; i++) {
		expect(&hearer, "echo x", "started, ended exit code 0");
		text_clear(&hearer.heard);
		start(&hearer, "exit 0", "absent", true);
		listen_for(&hearer, 10 * CLOCK_SECOND);
		hearer.refuses = true;
		text_clear(&hearer.heard);
		start(&hearer, "exit 0", NULL, true);
		listen_for(&hearer, 10 * CLOCK_SECOND);
		hearer.refuses = false;
		start(&hearer, "sleep 0.01", NULL, true);
		listen_for(&hearer, 0);
		hearer.session->calls->close(hearer.session);
	}
	ck_assert_int_eq(count_descriptors(), before);
	close_hearer(&hearer);
}
END_TEST

TCase *
local_session_case(void)
{
	TCase *testcase = tcase_create("local_session");

	unit_use_directory(testcase);
	tcase_add_test(testcase, tells_everything_from_the_loop);
	tcase_add_test(testcase, tells_output_errors_and_signals);
	tcase_add_test(testcase, tells_all_output_of_a_command_that_has_ended);
	tcase_add_test(testcase, hands_the_input_over);
	tcase_add_test(testcase, tells_that_there_is_no_program);
	tcase_add_test(testcase, does_nothing_that_may_not_be);
	tcase_add_test(testcase, waits_for_no_daemon);
	tcase_add_test(testcase, stops_a_command_with_its_children);
	tcase_add_test(testcase, awaits_a_command_of_somebody_else);
	tcase_add_loop_test(testcase, awaits_nobody_by_a_strange_token, 0,
	    sizeof(strange_tokens) / sizeof(strange_tokens[0]));
	tcase_add_test(testcase, tells_nothing_after_it_was_closed);
	tcase_add_test(testcase, leaves_no_descriptor_open);
	return testcase;
}
