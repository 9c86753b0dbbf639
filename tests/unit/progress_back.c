#include <config.h>

#include "../../libcore/run/progress.h"

#include "scene.h"
#include "unit.h"

/* ---- the way back ------------------------------------------------------ */

START_TEST(puts_back_in_reverse_order_what_was_begun)
{
	static const struct trouble troubles[] = {
		{ "run c", FAULT_FAIL_HALF }, { NULL, FAULT_NONE } };
	struct scene scene;

	scene_open(&scene, troubles);
	world_add(&scene.world, "a", WORLD_UNDONE);
	world_add(&scene.world, "b", WORLD_CHECK);
	world_add(&scene.world, "c", 0);
	scene_expect(&scene, "begin a, run a, verify a, end a done, "
	    "begin b, check b, end b done, begin c, run c, end c failed, "
	    "turn, undo-begin c, undo c, verify c, undo-end c undone, "
	    "undone a, undo-begin a, undo a, undone a, undo-end a undone, "
	    "close 1, finish 1");
	scene_close(&scene);
}
END_TEST

START_TEST(stops_on_its_way_back_too)
{
	static const struct trouble troubles[] = {
		{ "run c", FAULT_FAIL_HALF }, { "undo c", FAULT_STOP },
		{ NULL, FAULT_NONE } };
	struct scene scene;

	scene_open(&scene, troubles);
	world_add(&scene.world, "a", WORLD_UNDONE);
	world_add(&scene.world, "b", WORLD_CHECK);
	world_add(&scene.world, "c", 0);
	scene_expect(&scene, "begin a, run a, verify a, end a done, "
	    "begin b, check b, end b done, begin c, run c, end c failed, "
	    "turn, undo-begin c, undo c, verify c, undo-end c undone, "
	    "undone a, close 4, finish 4");
	scene_expect(&scene, "undone a, undo-begin a, undo a, undone a, "
	    "undo-end a undone, close 1, finish 1");
	scene_close(&scene);
}
END_TEST

START_TEST(begins_no_undo_that_it_only_looked_for)
{
	static const struct trouble troubles[] = { { "undone a", FAULT_STOP },
		{ NULL, FAULT_NONE } };
	struct scene scene;

	scene_open(&scene, troubles);
	world_add(&scene.world, "a", WORLD_UNDONE);
	scene_expect(&scene, "begin a, run a, verify a, end a done, "
	    "close 0, finish 0");
	scene_expect_back(&scene, "turn, undone a, close 4, finish 4");
	scene_expect(&scene, "undone a, undo-begin a, undo a, undone a, "
	    "undo-end a undone, close 0, finish 0");
	scene_close(&scene);
}
END_TEST

START_TEST(stops_before_it_turns_back_when_a_step_fails)
{
	static const struct trouble troubles[] = {
		{ "run a", FAULT_FAIL_HALF }, { "end a failed", FAULT_STOP },
		{ NULL, FAULT_NONE } };
	struct scene scene;

	scene_open(&scene, troubles);
	world_add(&scene.world, "a", 0);
	scene_expect(&scene, "begin a, run a, end a failed, turn, close 4, "
	    "finish 4");
	scene_expect(&scene, "undo-begin a, undo a, verify a, "
	    "undo-end a undone, close 1, finish 1");
	scene_close(&scene);
}
END_TEST

START_TEST(knows_that_it_was_asked_back_before_it_turned)
{
	static const struct trouble troubles[] = {
		{ "turn", FAULT_KILL_BEFORE }, { NULL, FAULT_NONE } };
	struct scene scene;

	scene_open(&scene, troubles);
	world_add(&scene.world, "a", 0);
	scene_expect(&scene, "begin a, run a, verify a, end a done, "
	    "close 0, finish 0");
	scene_expect_back(&scene, "turn, KILL");
	scene_expect(&scene, "turn, undo-begin a, undo a, verify a, "
	    "undo-end a undone, close 0, finish 0");
	scene_close(&scene);
}
END_TEST

START_TEST(does_not_undo_what_is_put_back_already)
{
	static const struct trouble troubles[] = {
		{ "run a", FAULT_FAIL }, { NULL, FAULT_NONE } };
	struct scene scene;

	scene_open(&scene, troubles);
	world_add(&scene.world, "a", WORLD_UNDONE);
	scene_expect(&scene, "begin a, run a, end a failed, turn, undone a, "
	    "undo-end a undone, close 1, finish 1");
	scene_close(&scene);
}
END_TEST

START_TEST(believes_no_undo_by_what_only_an_adapter_may_say)
{
	static const struct trouble troubles[] = { { "run a", FAULT_FAIL_HALF },
		{ "verify a", FAULT_BARRED }, { NULL, FAULT_NONE } };
	struct scene scene;

	scene_open(&scene, troubles);
	world_add(&scene.world, "a", 0);
	scene_expect(&scene, "begin a, run a, end a failed, turn, "
	    "undo-begin a, undo a, verify a, undo-end a stuck, "
	    "close 5, finish 5");
	scene_close(&scene);
}
END_TEST

START_TEST(believes_no_undo_that_only_exits_well)
{
	static const struct trouble troubles[] = {
		{ "undo a", FAULT_NO_EFFECT }, { NULL, FAULT_NONE } };
	struct scene scene;

	scene_open(&scene, troubles);
	world_add(&scene.world, "a", 0);
	world_add(&scene.world, "b", WORLD_CHECK | WORLD_NOT_SO);
	scene_expect(&scene, "begin a, run a, verify a, end a done, "
	    "begin b, check b, end b failed, turn, undo-begin a, undo a, "
	    "verify a, undo-end a stuck, close 5, finish 5");
	scene_close(&scene);
}
END_TEST

START_TEST(touches_nothing_before_an_undo_that_failed)
{
	static const struct trouble troubles[] = {
		{ "undo b", FAULT_FAIL }, { NULL, FAULT_NONE } };
	struct scene scene;

	scene_open(&scene, troubles);
	world_add(&scene.world, "a", WORLD_RESIDUE);
	world_add(&scene.world, "b", 0);
	world_add(&scene.world, "c", WORLD_CHECK | WORLD_NOT_SO);
	scene_expect(&scene, "begin a, run a, verify a, end a done, "
	    "begin b, run b, verify b, end b done, "
	    "begin c, check c, end c failed, turn, "
	    "undo-begin b, undo b, undo-end b stuck, close 5, finish 5");
	scene.world.steps[1].truth = ABSENT;
	scene_expect_decided(&scene, "b=done", "undo-begin a, undo a, "
	    "verify a, undo-end a undone, close 1, finish 1");
	scene_close(&scene);
}
END_TEST

START_TEST(tries_an_undo_that_failed_again_when_resumed)
{
	static const struct trouble troubles[] = { { "run a", FAULT_FAIL_HALF },
		{ "undo a", FAULT_TIME }, { NULL, FAULT_NONE } };
	struct scene scene;

	scene_open(&scene, troubles);
	world_add(&scene.world, "a", 0);
	scene_expect(&scene, "begin a, run a, end a failed, turn, "
	    "undo-begin a, undo a, undo-end a stuck, close 5, finish 5");
	scene_expect(&scene, "undo-begin a, undo a, verify a, "
	    "undo-end a undone, close 1, finish 1");
	scene_close(&scene);
}
END_TEST

START_TEST(does_an_undo_that_was_killed_again)
{
	static const struct trouble troubles[] = { { "run b", FAULT_FAIL_HALF },
		{ "undo b", FAULT_SIGNAL }, { "undone a", FAULT_SIGNAL },
		{ "undo a", FAULT_SIGNAL }, { NULL, FAULT_NONE } };
	struct scene scene;

	scene_open(&scene, troubles);
	world_add(&scene.world, "a", WORLD_UNDONE);
	world_add(&scene.world, "b", 0);
	scene_expect(&scene, "begin a, run a, verify a, end a done, "
	    "begin b, run b, end b failed, turn, "
	    "undo-begin b, undo b, await b, undo-begin b, undo b, verify b, "
	    "undo-end b undone, undone a, undone a, undo-begin a, undo a, "
	    "await a, undone a, undo-begin a, undo a, undone a, "
	    "undo-end a undone, close 1, finish 1");
	scene_close(&scene);
}
END_TEST

START_TEST(gives_up_an_undo_that_is_killed_again_and_again)
{
	static const struct trouble troubles[] = { { "run a", FAULT_FAIL_HALF },
		{ "undo a", FAULT_SIGNAL }, { "undo a", FAULT_SIGNAL },
		{ "undo a", FAULT_SIGNAL }, { "undo a", FAULT_SIGNAL },
		{ NULL, FAULT_NONE } };
	struct scene scene;

	scene_open(&scene, troubles);
	world_add(&scene.world, "a", 0);
	scene_expect(&scene, "begin a, run a, end a failed, turn, "
	    "undo-begin a, undo a, await a, undo-begin a, undo a, await a, "
	    "undo-begin a, undo a, await a, undo-begin a, undo a, await a, "
	    "undo-end a stuck, close 5, finish 5");
	scene_close(&scene);
}
END_TEST

START_TEST(undoes_only_residue_behind_what_cannot_be_put_back)
{
	struct scene scene;

	scene_open(&scene, NULL);
	world_add(&scene.world, "a", 0);
	world_add(&scene.world, "b", WORLD_RESIDUE);
	world_add(&scene.world, "c", WORLD_IRREVERSIBLE);
	world_add(&scene.world, "d", 0);
	world_add(&scene.world, "e", WORLD_CHECK | WORLD_NOT_SO);
	scene_expect(&scene, "begin a, run a, verify a, end a done, "
	    "begin b, run b, verify b, end b done, "
	    "begin c, run c, verify c, end c done, "
	    "begin d, run d, verify d, end d done, "
	    "begin e, check e, end e failed, turn, "
	    "undo-begin d, undo d, verify d, undo-end d undone, "
	    "undo-begin b, undo b, verify b, undo-end b undone, "
	    "close 5, finish 5");
	scene_close(&scene);
}
END_TEST

START_TEST(is_over_when_a_person_leaves_it_behind_what_cannot_be_put_back)
{
	struct scene scene;

	scene_open(&scene, NULL);
	world_add(&scene.world, "a", WORLD_IRREVERSIBLE);
	world_add(&scene.world, "b", WORLD_CHECK | WORLD_NOT_SO);
	scene_expect(&scene, "begin a, run a, verify a, end a done, "
	    "begin b, check b, end b failed, turn, close 5, finish 5");
	scene_expect_back(&scene, "turn, close 5, finish 5");
	scene_expect_to_leave(&scene, "close 2, finish 2");
	ck_assert_int_eq(scene.world.steps[0].truth, PRESENT);
	scene_close(&scene);
}
END_TEST

START_TEST(waits_for_what_runs_before_it_is_left)
{
	static const struct trouble troubles[] = { { "run b", FAULT_KILL },
		{ "await b", FAULT_KILL_BEFORE }, { NULL, FAULT_NONE } };
	struct scene scene;

	scene_open(&scene, troubles);
	world_add(&scene.world, "a", 0);
	world_add(&scene.world, "b", 0);
	scene_expect(&scene, "begin a, run a, verify a, end a done, "
	    "begin b, run b, KILL");
	scene_expect_to_leave(&scene, "await b, KILL");
	scene_expect_to_leave(&scene, "await b, close 2, finish 2");
	scene_close(&scene);
}
END_TEST

START_TEST(is_not_left_while_a_command_does_not_end)
{
	static const struct trouble troubles[] = { { "run a", FAULT_ENDLESS },
		{ NULL, FAULT_NONE } };
	struct scene scene;

	scene_open(&scene, troubles);
	world_add(&scene.world, "a", 0);
	scene_expect(&scene, "begin a, run a, await a, close 5, finish 5");
	scene_expect_to_leave(&scene, "await a, close 5, finish 5");
	scene_close(&scene);
}
END_TEST

START_TEST(has_patience_anew_on_the_way_back)
{
	static const struct trouble troubles[] = {
		{ "check b", FAULT_AWAY }, { "check b", FAULT_AWAY },
		{ "check b", FAULT_AWAY }, { "check b", FAULT_AWAY },
		{ "undo a", FAULT_AWAY }, { "undo a", FAULT_AWAY },
		{ NULL, FAULT_NONE } };
	struct scene scene;

	scene_open(&scene, troubles);
	world_add(&scene.world, "a", 0);
	world_add(&scene.world, "b", WORLD_CHECK);
	scene_expect(&scene, "begin a, run a, verify a, end a done, begin b, "
	    "check b, check b, check b, check b, end b failed, turn, "
	    "undo-begin a, undo a, undo a, undo a, verify a, "
	    "undo-end a undone, close 1, finish 1");
	scene_close(&scene);
}
END_TEST

START_TEST(leaves_what_is_to_be_kept)
{
	struct scene scene;

	scene_open(&scene, NULL);
	world_add(&scene.world, "a", WORLD_KEEPS);
	world_add(&scene.world, "b", WORLD_CHECK | WORLD_NOT_SO);
	scene_expect(&scene, "begin a, run a, verify a, end a done, "
	    "begin b, check b, end b failed, close 1, finish 1");
	ck_assert_int_eq(scene.world.steps[0].truth, PRESENT);
	scene_close(&scene);
}
END_TEST

START_TEST(puts_a_done_run_back_as_a_person_asked)
{
	static const struct trouble troubles[] = { { "undo a", FAULT_KILL },
		{ NULL, FAULT_NONE } };
	struct scene scene;

	scene_open(&scene, troubles);
	world_add(&scene.world, "a", 0);
	scene_expect(&scene, "begin a, run a, verify a, end a done, close 0, "
	    "finish 0");
	scene_expect_back(&scene, "turn, undo-begin a, undo a, KILL");
	scene_expect(&scene, "await a, undo-begin a, undo a, verify a, "
	    "undo-end a undone, close 0, finish 0");
	scene_close(&scene);
}
END_TEST

START_TEST(remembers_that_a_person_asked_after_it_was_going_back)
{
	static const struct trouble troubles[] = { { "run a", FAULT_FAIL_HALF },
		{ "undo a", FAULT_FAIL }, { "undo a", FAULT_KILL_BEFORE },
		{ NULL, FAULT_NONE } };
	struct scene scene;

	scene_open(&scene, troubles);
	world_add(&scene.world, "a", 0);
	scene_expect(&scene, "begin a, run a, end a failed, turn, "
	    "undo-begin a, undo a, undo-end a stuck, close 5, finish 5");
	scene_expect_back(&scene, "turn, undo-begin a, undo a, KILL");
	scene_expect(&scene, "undo-begin a, undo a, verify a, "
	    "undo-end a undone, close 0, finish 0");
	scene_close(&scene);
}
END_TEST

START_TEST(puts_nothing_back_while_an_old_command_runs)
{
	static const struct trouble troubles[] = { { "run c", FAULT_KILL },
		{ NULL, FAULT_NONE } };
	struct scene scene;

	scene_open(&scene, troubles);
	world_add(&scene.world, "a", 0);
	world_add(&scene.world, "b", WORLD_RESIDUE);
	world_add(&scene.world, "c", WORLD_IRREVERSIBLE);
	scene_expect(&scene, "begin a, run a, verify a, end a done, "
	    "begin b, run b, verify b, end b done, begin c, run c, KILL");
	scene_expect_back(&scene, "turn, await c, undo-begin b, undo b, "
	    "verify b, undo-end b undone, close 5, finish 5");
	scene_close(&scene);
}
END_TEST

START_TEST(awaits_a_lost_undo_before_it_repeats_it)
{
	static const struct trouble troubles[] = { { "run a", FAULT_FAIL_HALF },
		{ "undo a", FAULT_LOST }, { "undo a", FAULT_LOST_EARLY },
		{ NULL, FAULT_NONE } };
	struct scene scene;

	scene_open(&scene, troubles);
	world_add(&scene.world, "a", 0);
	scene_expect(&scene, "begin a, run a, end a failed, turn, "
	    "undo-begin a, undo a, await a, undo-begin a, undo a, undo a, "
	    "verify a, undo-end a undone, close 1, finish 1");
	scene_close(&scene);
}
END_TEST

START_TEST(is_not_beyond_a_step_that_was_never_begun)
{
	static const struct trouble troubles[] = {
		{ "when b", FAULT_TIME }, { NULL, FAULT_NONE } };
	struct scene scene;

	scene_open(&scene, troubles);
	world_add(&scene.world, "a", 0);
	world_add(&scene.world, "b", WORLD_WHEN | WORLD_IRREVERSIBLE);
	scene_expect(&scene, "begin a, run a, verify a, end a done, "
	    "when b, end b failed, turn, "
	    "undo-begin a, undo a, verify a, undo-end a undone, "
	    "close 1, finish 1");
	scene_expect(&scene, "close 1, finish 1");
	scene_close(&scene);
}
END_TEST

/* Begins with the step "a" of a person, with flags, who has confirmed it. */
static void
open_confirmed(struct scene *scene, unsigned flags)
{
	scene_open(scene, NULL);
	world_add(&scene->world, "a", WORLD_PERSON | flags);
	scene_expect(scene, "ask a, close 4, finish 4");
	world_confirm(&scene->world, 0, false);
}

/* What a person does is not asked for by those who only remember it. */
START_TEST(begins_what_a_person_does_when_he_has_confirmed_it)
{
	struct scene scene;

	open_confirmed(&scene, WORLD_PUT_BACK | WORLD_UNDONE);
	scene_expect(&scene, "begin a, run a, verify a, end a done, close 0, "
	    "finish 0");
	scene_expect_back(&scene, "turn, undone a, undo-begin a, undo a, "
	    "undone a, undo-end a stuck, close 5, finish 5");
	world_confirm(&scene.world, 0, true);
	scene_expect(&scene, "undone a, undo-end a undone, close 0, finish 0");
	scene_close(&scene);
}
END_TEST

START_TEST(puts_back_what_a_person_has_confirmed)
{
	struct scene scene;

	open_confirmed(&scene, 0);
	/* Also if its adapter says no more that a person does it. */
	scene.world.plan->steps[0].by_person = _i == 0;
	scene_expect_back(&scene, "turn, undo-begin a, undo a, verify a, "
	    "undo-end a undone, close 0, finish 0");
	scene_close(&scene);
}
END_TEST

TCase *
progress_back_case(void)
{
	TCase *testcase = tcase_create("progress_back");

	tcase_add_test(testcase, puts_back_in_reverse_order_what_was_begun);
	tcase_add_test(testcase, stops_on_its_way_back_too);
	tcase_add_test(testcase, begins_no_undo_that_it_only_looked_for);
	tcase_add_test(testcase, stops_before_it_turns_back_when_a_step_fails);
	tcase_add_test(testcase,
	    knows_that_it_was_asked_back_before_it_turned);
	tcase_add_test(testcase, does_not_undo_what_is_put_back_already);
	tcase_add_test(testcase, believes_no_undo_that_only_exits_well);
	tcase_add_test(testcase,
	    believes_no_undo_by_what_only_an_adapter_may_say);
	tcase_add_test(testcase, touches_nothing_before_an_undo_that_failed);
	tcase_add_test(testcase,
	    tries_an_undo_that_failed_again_when_resumed);
	tcase_add_test(testcase,
	    does_an_undo_that_was_killed_again);
	tcase_add_test(testcase,
	    gives_up_an_undo_that_is_killed_again_and_again);
	tcase_add_test(testcase,
	    undoes_only_residue_behind_what_cannot_be_put_back);
	tcase_add_test(testcase,
	    is_over_when_a_person_leaves_it_behind_what_cannot_be_put_back);
	tcase_add_test(testcase, waits_for_what_runs_before_it_is_left);
	tcase_add_test(testcase, is_not_left_while_a_command_does_not_end);
	tcase_add_test(testcase, has_patience_anew_on_the_way_back);
	tcase_add_test(testcase, leaves_what_is_to_be_kept);
	tcase_add_test(testcase, puts_a_done_run_back_as_a_person_asked);
	tcase_add_test(testcase,
	    remembers_that_a_person_asked_after_it_was_going_back);
	tcase_add_test(testcase, puts_nothing_back_while_an_old_command_runs);
	tcase_add_test(testcase, awaits_a_lost_undo_before_it_repeats_it);
	tcase_add_test(testcase, is_not_beyond_a_step_that_was_never_begun);
	tcase_add_test(testcase,
	    begins_what_a_person_does_when_he_has_confirmed_it);
	tcase_add_loop_test(testcase, puts_back_what_a_person_has_confirmed,
	    0, 2);
	return testcase;
}
