#include <config.h>

#include "../../libcore/system/eventloop.h"

#include <sys/wait.h>

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include "../../libcore/base/clock.h"
#include "../../libcore/base/failure.h"
#include "unit.h"

/* What the callbacks know; each test uses what it needs of it. */
struct state {
	struct eventloop	*loop;
	struct eventloop_timer	*timer;
	int			 ends[2];	/* of a pipe */
	int			 count;
	int			 events;
	pid_t			 pid;
	struct process_end	 end;
};

/* Every test runs on either poller. */
static struct eventloop *
make_loop(int turn)
{
	struct failure why = { 0 };
	struct eventloop *loop = turn == 0 ? eventloop_make(&why) :
	    eventloop_make_portable(&why);

	ck_assert_msg(loop != NULL, "%s", why.message);
	return loop;
}

static void
run(struct state *state)
{
	struct failure why = { 0 };

	ck_assert_msg(eventloop_run(state->loop, &why) == 0, "%s",
	    why.message);
}

static void
stop(void *cookie)
{
	struct state *state = cookie;

	eventloop_stop(state->loop);
}

static void
note_events(void *cookie, int events)
{
	struct state *state = cookie;

	state->count++;
	state->events = events;
	eventloop_stop(state->loop);
}

START_TEST(tells_what_is_ready)
{
	struct state state = { .loop = make_loop(_i) };

	ck_assert_int_eq(pipe(state.ends), 0);
	eventloop_watch(state.loop, state.ends[1], EVENTLOOP_WRITE,
	    note_events, &state);
	run(&state);
	ck_assert_int_eq(state.events, EVENTLOOP_WRITE);
	eventloop_unwatch(state.loop, state.ends[1]);
	eventloop_watch(state.loop, state.ends[0], EVENTLOOP_READ,
	    note_events, &state);
	ck_assert_int_eq((int)write(state.ends[1], "x", 1), 1);
	run(&state);
	ck_assert_int_eq(state.events, EVENTLOOP_READ);
	ck_assert_int_eq(close(state.ends[1]), 0);
	run(&state);
	ck_assert_int_eq(state.events, EVENTLOOP_READ | EVENTLOOP_HANGUP);
	/* Without being asked for. */
	eventloop_watch(state.loop, state.ends[0], 0, note_events, &state);
	run(&state);
	ck_assert_int_eq(state.events, EVENTLOOP_HANGUP);
	eventloop_free(state.loop);
}
END_TEST

START_TEST(takes_files_as_always_ready)
{
	struct state state = { .loop = make_loop(_i) };

	unit_write("file", "x");
	int fd = open("file", O_RDONLY);
	eventloop_watch(state.loop, fd, EVENTLOOP_READ, note_events, &state);
	run(&state);
	ck_assert_int_eq(state.events, EVENTLOOP_READ);
	run(&state);
	ck_assert_int_eq(state.count, 2);
	eventloop_unwatch(state.loop, fd);
	(void)eventloop_at(state.loop, clock_monotonic(), stop, &state);
	run(&state);
	ck_assert_int_eq(state.count, 2);
	eventloop_free(state.loop);
	ck_assert_int_eq(close(fd), 0);
}
END_TEST

/* Cancels the other end of the pair. */
static void
unwatch_other(void *cookie, int events)
{
	struct state *state = cookie;

	(void)events;
	state->count++;
	eventloop_unwatch(state->loop, state->ends[0]);
	eventloop_unwatch(state->loop, state->ends[1]);
	(void)eventloop_at(state->loop, clock_monotonic(), stop, state);
}

START_TEST(does_not_call_what_was_cancelled_when_ready)
{
	struct state state = { .loop = make_loop(_i) };
	int pair[2][2];

	for (int i = 0; i < 2; i++) {
		ck_assert_int_eq(pipe(pair[i]), 0);
		ck_assert_int_eq((int)write(pair[i][1], "x", 1), 1);
		state.ends[i] = pair[i][0];
		eventloop_watch(state.loop, pair[i][0], EVENTLOOP_READ,
		    unwatch_other, &state);
	}
	run(&state);
	ck_assert_int_eq(state.count, 1);
	eventloop_free(state.loop);
}
END_TEST

/* Puts a pipe with nothing in it where one was ready. */
static void
replace_other(void *cookie, int events)
{
	struct state *state = cookie;
	int fresh[2];

	(void)events;
	state->count++;
	ck_assert_int_eq(pipe(fresh), 0);
	for (int i = 0; i < 2; i++) {
		eventloop_unwatch(state->loop, state->ends[i]);
		ck_assert_int_ne(dup2(fresh[0], state->ends[i]), -1);
		eventloop_watch(state->loop, state->ends[i], EVENTLOOP_READ,
		    note_events, state);
	}
	(void)eventloop_at(state->loop, clock_monotonic(), stop, state);
}

START_TEST(does_not_take_one_file_for_another_of_its_number)
{
	struct state state = { .loop = make_loop(_i) };
	int pair[2][2];

	for (int i = 0; i < 2; i++) {
		ck_assert_int_eq(pipe(pair[i]), 0);
		ck_assert_int_eq((int)write(pair[i][1], "x", 1), 1);
		state.ends[i] = pair[i][0];
		eventloop_watch(state.loop, pair[i][0], EVENTLOOP_READ,
		    replace_other, &state);
	}
	run(&state);
	ck_assert_int_eq(state.count, 1);
	eventloop_free(state.loop);
}
END_TEST

static void
count_three(void *cookie)
{
	struct state *state = cookie;

	/* It is being called; this is allowed and does nothing. */
	eventloop_cancel(state->loop, state->timer);
	if (++state->count == 3) {
		eventloop_stop(state->loop);
		return;
	}
	state->timer = eventloop_at(state->loop, clock_monotonic() +
	    CLOCK_SECOND / 100, count_three, state);
}

START_TEST(calls_at_deadlines_and_not_before)
{
	struct state state = { .loop = make_loop(_i) };
	int64_t before = clock_monotonic();

	state.timer = eventloop_at(state.loop, before + CLOCK_SECOND / 100,
	    count_three, &state);
	struct eventloop_timer *other = eventloop_at(state.loop, before,
	    count_three, &state);
	eventloop_cancel(state.loop, other);
	eventloop_cancel(state.loop, NULL);
	run(&state);
	ck_assert_int_eq(state.count, 3);
	ck_assert_int_ge(clock_monotonic() - before, 3 * CLOCK_SECOND / 100);
	eventloop_free(state.loop);
}
END_TEST

static void
again_at_once(void *cookie)
{
	struct state *state = cookie;

	state->count++;
	(void)eventloop_at(state->loop, 0, again_at_once, state);
}

START_TEST(lets_no_timer_starve_the_others)
{
	struct state state = { .loop = make_loop(_i) };

	ck_assert_int_eq(pipe(state.ends), 0);
	eventloop_watch(state.loop, state.ends[1], EVENTLOOP_WRITE,
	    note_events, &state);
	(void)eventloop_at(state.loop, 0, again_at_once, &state);
	run(&state);
	ck_assert_int_eq(state.events, EVENTLOOP_WRITE);
	eventloop_free(state.loop);
}
END_TEST

static void
note_signal(void *cookie, int signal)
{
	struct state *state = cookie;

	state->count++;
	state->events = signal;
	eventloop_stop(state->loop);
}

START_TEST(tells_signals_and_puts_their_handling_back)
{
	struct state state = { .loop = make_loop(_i) };
	struct sigaction action;

	ck_assert(signal(SIGUSR1, SIG_IGN) != SIG_ERR);
	eventloop_signal(state.loop, SIGUSR1, note_signal, &state);
	eventloop_signal(state.loop, SIGUSR2, note_signal, &state);
	ck_assert_int_eq(raise(SIGUSR1), 0);
	ck_assert_int_eq(raise(SIGUSR1), 0);
	run(&state);
	ck_assert_int_eq(state.events, SIGUSR1);
	ck_assert_int_eq(raise(SIGUSR2), 0);
	run(&state);
	ck_assert_int_eq(state.events, SIGUSR2);
	ck_assert_int_eq(state.count, 2);
	eventloop_free(state.loop);
	ck_assert_int_eq(sigaction(SIGUSR1, NULL, &action), 0);
	ck_assert(action.sa_handler == SIG_IGN);
	ck_assert_int_eq(sigaction(SIGUSR2, NULL, &action), 0);
	ck_assert(action.sa_handler == SIG_DFL);
}
END_TEST

static void
note_end(void *cookie, pid_t pid, struct process_end end)
{
	struct state *state = cookie;

	state->count++;
	state->pid = pid;
	state->end = end;
	eventloop_stop(state->loop);
}

static pid_t
start_child(int code)
{
	pid_t pid = fork();

	if (pid == 0)
		_exit(code);
	ck_assert_int_gt(pid, 0);
	return pid;
}

START_TEST(tells_the_end_of_children)
{
	struct state state = { .loop = make_loop(_i) };
	siginfo_t info;

	/* One that has ended before anybody asked, and one that ends later. */
	pid_t first = start_child(3);
	ck_assert_int_eq(waitid(P_PID, (id_t)first, &info, WEXITED | WNOWAIT),
	    0);
	eventloop_child(state.loop, first, note_end, &state);
	run(&state);
	ck_assert_int_eq(state.pid, first);
	ck_assert_int_eq(state.end.how, PROCESS_EXITED);
	ck_assert_int_eq(state.end.code, 3);
	pid_t stranger = start_child(0);
	pid_t second = fork();
	if (second == 0) {
		pause();
		_exit(0);
	}
	eventloop_child(state.loop, second, note_end, &state);
	ck_assert_int_eq(kill(second, SIGKILL), 0);
	run(&state);
	ck_assert_int_eq(state.pid, second);
	ck_assert_int_eq(state.end.how, PROCESS_SIGNALLED);
	ck_assert_int_eq(state.end.code, SIGKILL);
	ck_assert_int_eq(state.count, 2);
	/* Nobody gave this one to the loop. */
	ck_assert_int_eq(waitpid(stranger, NULL, 0), stranger);
	eventloop_free(state.loop);
}
END_TEST

START_TEST(waits_for_children_that_were_forgotten)
{
	struct state state = { .loop = make_loop(_i) };
	pid_t forgotten = start_child(0);
	siginfo_t info;

	ck_assert_int_eq(waitid(P_PID, (id_t)forgotten, &info,
	    WEXITED | WNOWAIT), 0);
	eventloop_child(state.loop, forgotten, note_end, &state);
	eventloop_forget_child(state.loop, forgotten);
	(void)eventloop_at(state.loop, clock_monotonic(), stop, &state);
	run(&state);
	ck_assert_int_eq(state.count, 0);
	ck_assert_int_eq((int)waitpid(forgotten, NULL, 0), -1);
	ck_assert_int_eq(errno, ECHILD);
	eventloop_free(state.loop);
}
END_TEST

START_TEST(stops_after_the_callback_that_says_so)
{
	struct state state = { .loop = make_loop(_i) };

	eventloop_signal(state.loop, SIGUSR1, note_signal, &state);
	eventloop_child(state.loop, start_child(0), note_end, &state);
	ck_assert_int_eq(raise(SIGUSR1), 0);
	run(&state);
	ck_assert_int_eq(state.count, 1);
	run(&state);
	ck_assert_int_eq(state.count, 2);
	eventloop_free(state.loop);
	eventloop_free(NULL);
}
END_TEST

TCase *
eventloop_case(void)
{
	TCase *testcase = tcase_create("eventloop");

	unit_use_directory(testcase);
	tcase_add_loop_test(testcase, tells_what_is_ready, 0, 2);
	tcase_add_loop_test(testcase, takes_files_as_always_ready, 0, 2);
	tcase_add_loop_test(testcase,
	    does_not_call_what_was_cancelled_when_ready, 0, 2);
	tcase_add_loop_test(testcase,
	    does_not_take_one_file_for_another_of_its_number, 0, 2);
	tcase_add_loop_test(testcase, calls_at_deadlines_and_not_before, 0, 2);
	tcase_add_loop_test(testcase, lets_no_timer_starve_the_others, 0, 2);
	tcase_add_loop_test(testcase,
	    tells_signals_and_puts_their_handling_back, 0, 2);
	tcase_add_loop_test(testcase, tells_the_end_of_children, 0, 2);
	tcase_add_loop_test(testcase, waits_for_children_that_were_forgotten,
	    0, 2);
	tcase_add_loop_test(testcase, stops_after_the_callback_that_says_so,
	    0, 2);
	return testcase;
}
