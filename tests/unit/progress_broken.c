#include <config.h>

#include "../../libcore/run/progress.h"

#include "scene.h"
#include "unit.h"

/* ---- broken off -------------------------------------------------------- */

START_TEST(asks_what_was_begun_and_does_it_when_it_is_not_so)
{
	static const struct trouble troubles[] = {
		{ "run a", FAULT_KILL_BEFORE }, { NULL, FAULT_NONE } };
	struct scene scene;

	scene_open(&scene, troubles);
	world_add(&scene.world, "a", 0);
	scene_expect(&scene, "begin a, run a, KILL");
	scene_expect(&scene, "verify a, begin a, run a, verify a, end a done, "
	    "close 0, finish 0");
	scene_close(&scene);
}
END_TEST

START_TEST(awaits_the_old_command_and_does_not_repeat_it)
{
	static const struct trouble troubles[] = {
		{ "run a", FAULT_KILL }, { NULL, FAULT_NONE } };
	struct scene scene;

	scene_open(&scene, troubles);
	world_add(&scene.world, "a", WORLD_SLOW);
	scene_expect(&scene, "begin a, run a, KILL");
	scene_expect(&scene, "await a, verify a, verify a, verify a, verify a, "
	    "verify a, verify a, end a done, close 0, finish 0");
	scene_close(&scene);
}
END_TEST

/*
 * Returns how long a run, which is to end with code, lives with a step like
 * flags whose command was lost and did half of it.
 */
static int64_t
live_with_half(unsigned flags, int64_t within, int code)
{
	static const struct trouble troubles[] = {
		{ "run a", FAULT_LOST_FAILS }, { NULL, FAULT_NONE } };
	struct scene scene;

	scene_open(&scene, troubles);
	world_add(&scene.world, "a", flags);
	scene.world.plan->steps[0].within = within;
	const int64_t began = scene.world.now;
	ck_assert_int_eq(world_live(&scene.world, NULL, false), code);
	const int64_t lasted = scene.world.now - began;
	scene_close(&scene);
	return (lasted);
}

START_TEST(does_not_wait_long_for_what_may_never_have_been_done)
{
	ck_assert_int_lt(live_with_half(0, 3600 * WORLD_SECOND, 0),
	    60 * WORLD_SECOND);
}
END_TEST

START_TEST(waits_while_verify_cannot_tell_what_was_done)
{
	ck_assert_int_ge(live_with_half(WORLD_BLIND, 60 * WORLD_SECOND, 5),
	    60 * WORLD_SECOND);
}
END_TEST

START_TEST(awaits_a_command_whose_connection_broke)
{
	static const struct trouble troubles[] = { { "run a", FAULT_LOST },
		{ "await a", FAULT_LOST }, { "await a", FAULT_UNREACHABLE },
		{ NULL, FAULT_NONE } };
	struct scene scene;

	scene_open(&scene, troubles);
	world_add(&scene.world, "a", 0);
	scene_expect(&scene, "begin a, run a, await a, await a, await a, "
	    "verify a, end a done, close 0, finish 0");
	scene_close(&scene);
}
END_TEST

START_TEST(does_not_wait_for_ever)
{
	static const struct trouble troubles[] = { { "run a", FAULT_ENDLESS },
		{ NULL, FAULT_NONE } };
	struct scene scene;

	scene_open(&scene, troubles);
	world_add(&scene.world, "a", 0);
	scene_expect(&scene, "begin a, run a, await a, close 5, finish 5");
	scene_expect(&scene, "await a, close 5, finish 5");
	scene_close(&scene);
}
END_TEST

START_TEST(is_not_over_while_an_old_command_may_run)
{
	static const struct trouble troubles[] = { { "run a", FAULT_ENDLESS },
		{ "await a", FAULT_NONE }, { "await a", FAULT_DENIED },
		{ NULL, FAULT_NONE } };
	struct scene scene;

	/* What is kept need not be put back, but must have ended. */
	scene_open(&scene, troubles);
	world_add(&scene.world, "a", WORLD_KEEPS);
	scene_expect(&scene, "begin a, run a, await a, close 5, finish 5");
	scene_expect_back(&scene, "turn, await a, close 77, finish 77");
	scene_close(&scene);
}
END_TEST

START_TEST(gives_up_what_is_broken_off_again_and_again)
{
	static const struct trouble troubles[] = {
		{ "run a", FAULT_LOST_EARLY }, { "run a", FAULT_LOST_EARLY },
		{ "run a", FAULT_LOST_EARLY }, { "run a", FAULT_LOST_EARLY },
		{ NULL, FAULT_NONE } };
	struct scene scene;

	scene_open(&scene, troubles);
	world_add(&scene.world, "a", 0);
	scene_expect(&scene, "begin a, run a, verify a, begin a, run a, "
	    "verify a, begin a, run a, verify a, begin a, run a, verify a, "
	    "end a failed, turn, undo-begin a, undo a, verify a, "
	    "undo-end a undone, close 1, finish 1");
	scene_close(&scene);
}
END_TEST

START_TEST(does_a_command_that_was_killed_again_when_it_is_not_so)
{
	static const struct trouble troubles[] = { { "run a", FAULT_SIGNAL },
		{ NULL, FAULT_NONE } };
	struct scene scene;

	scene_open(&scene, troubles);
	world_add(&scene.world, "a", 0);
	scene_expect(&scene, "begin a, run a, await a, verify a, begin a, "
	    "run a, verify a, end a done, close 0, finish 0");
	scene_close(&scene);
}
END_TEST

START_TEST(asks_again_when_who_was_asked_is_killed)
{
	static const struct trouble troubles[] = { { "unless a", FAULT_SIGNAL },
		{ "verify a", FAULT_SIGNAL }, { "check b", FAULT_SIGNAL },
		{ NULL, FAULT_NONE } };
	struct scene scene;

	scene_open(&scene, troubles);
	world_add(&scene.world, "a", WORLD_UNLESS);
	world_add(&scene.world, "b", WORLD_CHECK);
	scene_expect(&scene, "unless a, unless a, begin a, run a, verify a, "
	    "verify a, end a done, begin b, check b, check b, end b done, "
	    "close 0, finish 0");
	scene_close(&scene);
}
END_TEST

START_TEST(does_not_ask_for_ever)
{
	static const struct trouble troubles[] = { { "check a", FAULT_SIGNAL },
		{ "check a", FAULT_SIGNAL }, { "check a", FAULT_SIGNAL },
		{ "check a", FAULT_SIGNAL }, { NULL, FAULT_NONE } };
	struct scene scene;

	scene_open(&scene, troubles);
	world_add(&scene.world, "a", WORLD_CHECK);
	scene_expect(&scene, "begin a, check a, check a, check a, check a, "
	    "end a failed, close 1, finish 1");
	scene_close(&scene);
}
END_TEST

START_TEST(counts_failures_and_broken_runs_apart)
{
	static const struct trouble troubles[] = { { "run a", FAULT_FAIL },
		{ "run a", FAULT_FAIL }, { "run a", FAULT_FAIL },
		{ "run a", FAULT_LOST_EARLY }, { NULL, FAULT_NONE } };
	struct scene scene;

	scene_open(&scene, troubles);
	world_add(&scene.world, "a", 0);
	scene.world.plan->steps[0].retry = 3;
	scene_expect(&scene, "begin a, run a, run a, run a, run a, verify a, "
	    "begin a, run a, verify a, end a done, close 0, finish 0");
	scene_close(&scene);
}
END_TEST

START_TEST(lets_a_person_decide_what_cannot_be_told)
{
	static const struct trouble troubles[] = { { "run a", FAULT_CRASH },
		{ NULL, FAULT_NONE } };
	struct scene scene;

	scene_open(&scene, troubles);
	world_add(&scene.world, "a", WORLD_BLIND);
	world_add(&scene.world, "b", 0);
	scene_expect(&scene, "begin a, run a, KILL");
	scene_expect(&scene, "await a, verify a, close 5, finish 5");
	scene_expect(&scene, "await a, verify a, close 5, finish 5");
	scene.world.steps[0].truth = PRESENT;
	scene_expect_decided(&scene, "a=done", "begin b, run b, verify b, "
	    "end b done, close 0, finish 0");
	scene_close(&scene);
}
END_TEST

START_TEST(remembers_what_a_person_decided)
{
	static const struct trouble troubles[] = { { "run a", FAULT_CRASH },
		{ "begin b", FAULT_KILL_BEFORE }, { NULL, FAULT_NONE } };
	struct scene scene;

	scene_open(&scene, troubles);
	world_add(&scene.world, "a", WORLD_BLIND);
	world_add(&scene.world, "b", 0);
	scene_expect(&scene, "begin a, run a, KILL");
	scene_expect(&scene, "await a, verify a, close 5, finish 5");
	scene.world.steps[0].truth = PRESENT;
	scene_expect_decided(&scene, "a=done", "begin b, KILL");
	scene_expect(&scene, "begin b, run b, verify b, end b done, close 0, "
	    "finish 0");
	scene_close(&scene);
}
END_TEST

START_TEST(does_again_what_a_person_says_but_awaits_it_first)
{
	static const struct trouble troubles[] = { { "run a", FAULT_KILL },
		{ NULL, FAULT_NONE } };
	struct scene scene;

	scene_open(&scene, troubles);
	world_add(&scene.world, "a", 0);
	scene_expect(&scene, "begin a, run a, KILL");
	scene_expect_decided(&scene, "a=again", "await a, begin a, run a, "
	    "verify a, end a done, close 0, finish 0");
	scene_close(&scene);
}
END_TEST

START_TEST(checks_once_more_what_a_kill_broke_off)
{
	static const struct trouble troubles[] = { { "check a", FAULT_KILL },
		{ NULL, FAULT_NONE } };
	struct scene scene;

	scene_open(&scene, troubles);
	world_add(&scene.world, "a", WORLD_CHECK);
	scene_expect(&scene, "begin a, check a, KILL");
	scene_expect(&scene, "begin a, check a, end a done, close 0, finish 0");
	scene_close(&scene);
}
END_TEST

/* ---- lost places ------------------------------------------------------- */

START_TEST(stops_at_a_place_that_refuses_without_waiting)
{
	static const struct trouble troubles[] = { { "check b", FAULT_DENIED },
		{ NULL, FAULT_NONE } };
	struct scene scene;

	scene_open(&scene, troubles);
	world_add(&scene.world, "a", 0);
	world_add(&scene.world, "b", WORLD_CHECK);
	scene_expect(&scene, "begin a, run a, verify a, end a done, begin b, "
	    "check b, close 77, finish 77");
	scene_close(&scene);
}
END_TEST

START_TEST(stops_at_once_when_nothing_is_at_stake)
{
	static const struct trouble troubles[] = {
		{ "when a", FAULT_UNREACHABLE }, { NULL, FAULT_NONE } };
	struct scene scene;

	scene_open(&scene, troubles);
	world_add(&scene.world, "a", WORLD_WHEN);
	scene_expect(&scene, "when a, close 69, finish 69");
	scene_close(&scene);
}
END_TEST

START_TEST(has_patience_with_a_place_while_something_is_at_stake)
{
	static const struct trouble troubles[] = {
		{ "when b", FAULT_UNREACHABLE }, { "when b", FAULT_LOST },
		{ "when b", FAULT_NONE }, { "run b", FAULT_UNREACHABLE },
		{ "run b", FAULT_UNREACHABLE }, { "run b", FAULT_UNREACHABLE },
		{ "run b", FAULT_UNREACHABLE }, { NULL, FAULT_NONE } };
	struct scene scene;

	scene_open(&scene, troubles);
	world_add(&scene.world, "a", 0);
	world_add(&scene.world, "b", WORLD_WHEN);
	scene_expect(&scene, "begin a, run a, verify a, end a done, when b, "
	    "when b, when b, begin b, run b, run b, run b, run b, close 69, "
	    "finish 69");
	scene_expect(&scene, "verify b, begin b, run b, verify b, end b done, "
	    "close 0, finish 0");
	scene_close(&scene);
}
END_TEST

/* As a node that has just been started, without its cluster software. */
START_TEST(has_patience_with_what_does_not_answer_at_a_place)
{
	static const struct trouble troubles[] = {
		{ "check b", FAULT_AWAY }, { "check b", FAULT_NO },
		{ "undo a", FAULT_AWAY }, { "undo a", FAULT_AWAY },
		{ "undo a", FAULT_NONE }, { "verify a", FAULT_AWAY },
		{ NULL, FAULT_NONE } };
	struct scene scene;

	scene_open(&scene, troubles);
	world_add(&scene.world, "a", 0);
	world_add(&scene.world, "b", WORLD_CHECK);
	scene_expect(&scene, "begin a, run a, verify a, end a done, begin b, "
	    "check b, check b, end b failed, turn, undo-begin a, undo a, "
	    "undo a, undo a, verify a, verify a, undo-end a undone, close 1, "
	    "finish 1");
	scene_close(&scene);
}
END_TEST

START_TEST(gives_no_verdict_of_what_does_not_answer_when_it_is_to_stop)
{
	static const struct trouble troubles[] = {
		{ "run a", FAULT_STOP }, { "verify a", FAULT_AWAY },
		{ NULL, FAULT_NONE } };
	struct scene scene;

	scene_open(&scene, troubles);
	world_add(&scene.world, "a", 0);
	scene_expect(&scene, "begin a, run a, verify a, close 4, finish 4");
	scene_expect(&scene, "await a, verify a, end a done, close 0, "
	    "finish 0");
	scene_close(&scene);
}
END_TEST

START_TEST(has_patience_with_an_act_that_may_be_repeated)
{
	static const struct trouble troubles[] = {
		{ "run b", FAULT_AWAY }, { "run b", FAULT_AWAY },
		{ "run b", FAULT_NONE }, { "run c", FAULT_AWAY },
		{ NULL, FAULT_NONE } };
	struct scene scene;

	scene_open(&scene, troubles);
	world_add(&scene.world, "a", 0);
	world_add(&scene.world, "b", 0);
	world_add(&scene.world, "c", 0);
	scene.world.plan->steps[1].retry = 1;
	scene_expect(&scene, "begin a, run a, verify a, end a done, begin b, "
	    "run b, run b, run b, verify b, end b done, begin c, run c, "
	    "end c failed, turn, undo-begin c, undo c, verify c, "
	    "undo-end c undone, undo-begin b, undo b, verify b, "
	    "undo-end b undone, undo-begin a, undo a, verify a, "
	    "undo-end a undone, close 1, finish 1");
	scene_close(&scene);
}
END_TEST

START_TEST(does_not_wait_for_ever_for_what_does_not_answer)
{
	static const struct trouble troubles[] = {
		{ "check b", FAULT_NO }, { "undo a", FAULT_AWAY },
		{ "undo a", FAULT_AWAY }, { "undo a", FAULT_AWAY },
		{ "undo a", FAULT_AWAY }, { NULL, FAULT_NONE } };
	struct scene scene;

	scene_open(&scene, troubles);
	world_add(&scene.world, "a", 0);
	world_add(&scene.world, "b", WORLD_CHECK);
	scene_expect(&scene, "begin a, run a, verify a, end a done, begin b, "
	    "check b, end b failed, turn, undo-begin a, undo a, undo a, "
	    "undo a, undo a, undo-end a stuck, close 5, finish 5");
	scene_close(&scene);
}
END_TEST

START_TEST(needs_no_person_for_what_leaves_nothing_to_put_back)
{
	static const struct trouble troubles[] = { { "run a", FAULT_LOST },
		{ "await a", FAULT_UNREACHABLE },
		{ "await a", FAULT_UNREACHABLE },
		{ "await a", FAULT_UNREACHABLE },
		{ "await a", FAULT_UNREACHABLE }, { NULL, FAULT_NONE } };
	struct scene scene;

	scene_open(&scene, troubles);
	world_add(&scene.world, "a", WORLD_KEEPS);
	scene_expect(&scene, "begin a, run a, await a, await a, await a, "
	    "await a, close 69, finish 69");
	scene_expect(&scene, "await a, verify a, end a done, close 0, "
	    "finish 0");
	scene_close(&scene);
}
END_TEST

START_TEST(needs_a_person_when_it_is_lost_while_it_looks)
{
	static const struct trouble troubles[] = { { "verify a", FAULT_LOST },
		{ "verify a", FAULT_DENIED }, { NULL, FAULT_NONE } };
	struct scene scene;

	scene_open(&scene, troubles);
	world_add(&scene.world, "a", 0);
	scene_expect(&scene, "begin a, run a, verify a, verify a, close 5, "
	    "finish 5");
	scene_expect(&scene, "await a, verify a, end a done, close 0, "
	    "finish 0");
	scene_close(&scene);
}
END_TEST

START_TEST(does_not_wait_for_a_place_when_it_is_to_stop)
{
	static const struct trouble troubles[] = { { "run b", FAULT_STOP },
		{ "verify b", FAULT_UNREACHABLE }, { NULL, FAULT_NONE } };
	struct scene scene;

	scene_open(&scene, troubles);
	world_add(&scene.world, "a", 0);
	world_add(&scene.world, "b", 0);
	scene_expect(&scene, "begin a, run a, verify a, end a done, begin b, "
	    "run b, verify b, close 5, finish 5");
	scene_close(&scene);
}
END_TEST

TCase *
progress_broken_case(void)
{
	TCase *testcase = tcase_create("progress_broken");

	tcase_add_test(testcase,
	    asks_what_was_begun_and_does_it_when_it_is_not_so);
	tcase_add_test(testcase,
	    awaits_the_old_command_and_does_not_repeat_it);
	tcase_add_test(testcase,
	    does_not_wait_long_for_what_may_never_have_been_done);
	tcase_add_test(testcase, waits_while_verify_cannot_tell_what_was_done);
	tcase_add_test(testcase, awaits_a_command_whose_connection_broke);
	tcase_add_test(testcase, does_not_wait_for_ever);
	tcase_add_test(testcase, is_not_over_while_an_old_command_may_run);
	tcase_add_test(testcase, gives_up_what_is_broken_off_again_and_again);
	tcase_add_test(testcase,
	    does_a_command_that_was_killed_again_when_it_is_not_so);
	tcase_add_test(testcase, asks_again_when_who_was_asked_is_killed);
	tcase_add_test(testcase, does_not_ask_for_ever);
	tcase_add_test(testcase, counts_failures_and_broken_runs_apart);
	tcase_add_test(testcase, lets_a_person_decide_what_cannot_be_told);
	tcase_add_test(testcase, remembers_what_a_person_decided);
	tcase_add_test(testcase,
	    does_again_what_a_person_says_but_awaits_it_first);
	tcase_add_test(testcase, checks_once_more_what_a_kill_broke_off);
	tcase_add_test(testcase,
	    stops_at_a_place_that_refuses_without_waiting);
	tcase_add_test(testcase, stops_at_once_when_nothing_is_at_stake);
	tcase_add_test(testcase,
	    has_patience_with_a_place_while_something_is_at_stake);
	tcase_add_test(testcase,
	    has_patience_with_what_does_not_answer_at_a_place);
	tcase_add_test(testcase,
	    has_patience_with_an_act_that_may_be_repeated);
	tcase_add_test(testcase,
	    gives_no_verdict_of_what_does_not_answer_when_it_is_to_stop);
	tcase_add_test(testcase,
	    does_not_wait_for_ever_for_what_does_not_answer);
	tcase_add_test(testcase,
	    needs_no_person_for_what_leaves_nothing_to_put_back);
	tcase_add_test(testcase, needs_a_person_when_it_is_lost_while_it_looks);
	tcase_add_test(testcase, does_not_wait_for_a_place_when_it_is_to_stop);
	return testcase;
}
