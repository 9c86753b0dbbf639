#include <config.h>

#include "../../libcore/run/progress.h"

#include <string.h>

#include "../../libcore/base/failure.h"
#include "scene.h"
#include "unit.h"

/* ---- the way forward --------------------------------------------------- */

START_TEST(records_runs_and_verifies_each_step)
{
	struct scene scene;

	scene_open(&scene, NULL);
	world_add(&scene.world, "a", WORLD_CHECK);
	world_add(&scene.world, "b", 0);
	scene_expect(&scene, "begin a, check a, end a done, "
	    "begin b, run b, verify b, end b done, close 0, finish 0");
	scene_close(&scene);
}
END_TEST

START_TEST(does_nothing_for_an_empty_plan)
{
	struct scene scene;

	scene_open(&scene, NULL);
	scene_expect(&scene, "close 0, finish 0");
	scene_expect_back(&scene, "close 0, finish 0");
	scene_close(&scene);
}
END_TEST

START_TEST(skips_what_does_not_apply_or_is_so_already)
{
	struct scene scene;

	scene_open(&scene, NULL);
	world_add(&scene.world, "a", WORLD_WHEN | WORLD_NOT_SO);
	world_add(&scene.world, "b", WORLD_UNLESS | WORLD_IS_SO);
	world_add(&scene.world, "c", WORLD_WHEN | WORLD_UNLESS);
	scene_expect(&scene, "when a, end a skipped, unless b, end b skipped, "
	    "when c, unless c, begin c, run c, verify c, end c done, "
	    "close 0, finish 0");
	scene_close(&scene);
}
END_TEST

START_TEST(takes_what_only_an_adapter_may_say_for_no_answer)
{
	static const struct trouble troubles[] = {
		{ "unless a", FAULT_BARRED }, { NULL, FAULT_NONE } };
	struct scene scene;

	scene_open(&scene, troubles);
	world_add(&scene.world, "a", WORLD_UNLESS);
	scene_expect(&scene, "unless a, end a failed, close 1, finish 1");
	scene_close(&scene);
	scene_open(&scene, troubles);
	world_add(&scene.world, "a", WORLD_UNLESS | WORLD_BARRED);
	scene_expect(&scene, "unless a, begin a, run a, verify a, end a done, "
	    "close 0, finish 0");
	scene_close(&scene);
}
END_TEST

START_TEST(repeats_nothing_for_a_foreign_76)
{
	static const struct trouble troubles[] = {
		{ "run a", FAULT_KILL_BEFORE }, { "verify a", FAULT_BARRED },
		{ NULL, FAULT_NONE } };
	struct scene scene;

	scene_open(&scene, troubles);
	world_add(&scene.world, "a", 0);
	scene_expect(&scene, "begin a, run a, KILL");
	scene_expect(&scene, "verify a, close 5, finish 5");
	scene_close(&scene);
}
END_TEST

START_TEST(does_not_put_back_what_it_could_not_tell_to_apply)
{
	static const struct trouble troubles[] = {
		{ "unless b", FAULT_CANNOT_TELL }, { NULL, FAULT_NONE } };
	struct scene scene;

	scene_open(&scene, troubles);
	world_add(&scene.world, "a", 0);
	world_add(&scene.world, "b", WORLD_UNLESS | WORLD_IS_SO);
	scene_expect(&scene, "begin a, run a, verify a, end a done, "
	    "unless b, end b failed, turn, "
	    "undo-begin a, undo a, verify a, undo-end a undone, "
	    "close 1, finish 1");
	scene_close(&scene);
}
END_TEST

START_TEST(waits_for_what_takes_a_while_to_be_seen)
{
	struct scene scene;

	scene_open(&scene, NULL);
	world_add(&scene.world, "a", WORLD_SLOW);
	scene_expect(&scene, "begin a, run a, verify a, verify a, verify a, "
	    "verify a, verify a, verify a, end a done, close 0, finish 0");
	scene_close(&scene);
}
END_TEST

START_TEST(repeats_a_run_as_often_as_its_step_says)
{
	static const struct trouble troubles[] = { { "run a", FAULT_FAIL },
		{ "run a", FAULT_FAIL_HALF }, { NULL, FAULT_NONE } };
	struct scene scene;

	scene_open(&scene, troubles);
	world_add(&scene.world, "a", 0);
	scene.world.plan->steps[0].retry = 2;
	scene_expect(&scene, "begin a, run a, run a, run a, verify a, "
	    "end a done, close 0, finish 0");
	scene_close(&scene);
}
END_TEST

START_TEST(does_not_repeat_a_run_that_took_too_long)
{
	static const struct trouble troubles[] = { { "run a", FAULT_TIME },
		{ NULL, FAULT_NONE } };
	struct scene scene;

	scene_open(&scene, troubles);
	world_add(&scene.world, "a", 0);
	scene.world.plan->steps[0].retry = 2;
	scene_expect(&scene, "begin a, run a, end a failed, turn, "
	    "undo-begin a, undo a, verify a, undo-end a undone, "
	    "close 1, finish 1");
	scene_close(&scene);
}
END_TEST

START_TEST(closes_at_once_when_nothing_was_changed)
{
	struct scene scene;

	scene_open(&scene, NULL);
	world_add(&scene.world, "a", WORLD_CHECK | WORLD_NOT_SO);
	world_add(&scene.world, "b", 0);
	scene_expect(&scene, "begin a, check a, end a failed, close 1, "
	    "finish 1");
	scene_expect(&scene, "close 1, finish 1");
	scene_close(&scene);
}
END_TEST

START_TEST(believes_no_run_that_only_exits_well)
{
	static const struct trouble troubles[] = { { "run a", FAULT_NO_EFFECT },
		{ NULL, FAULT_NONE } };
	struct scene scene;

	scene_open(&scene, troubles);
	world_add(&scene.world, "a", 0);
	scene_expect(&scene, "begin a, run a, verify a, end a failed, turn, "
	    "undo-begin a, undo a, verify a, undo-end a undone, "
	    "close 1, finish 1");
	scene_close(&scene);
}
END_TEST

/* How long a run takes to fail whose step, like flags, has no effect. */
static int64_t
fail_without_effect(unsigned flags)
{
	static const struct trouble troubles[] = { { "run a", FAULT_NO_EFFECT },
		{ NULL, FAULT_NONE } };
	struct scene scene;

	scene_open(&scene, troubles);
	world_add(&scene.world, "a", flags);
	scene.world.plan->steps[0].within = 90 * WORLD_SECOND;
	const int64_t began = scene.world.now;
	ck_assert_int_eq(world_live(&scene.world, NULL, false), 1);
	const int64_t lasted = scene.world.now - began;
	scene_close(&scene);
	return (lasted);
}

START_TEST(does_not_wait_for_what_is_barred)
{
	ck_assert_int_ge(fail_without_effect(0), 90 * WORLD_SECOND);
	ck_assert_int_ge(fail_without_effect(WORLD_BARRED),
	    30 * WORLD_SECOND);
	ck_assert_int_lt(fail_without_effect(WORLD_BARRED),
	    60 * WORLD_SECOND);
}
END_TEST

/* ---- stops and answers ------------------------------------------------- */

START_TEST(stops_before_the_first_step)
{
	static const struct trouble troubles[] = { { "when a", FAULT_STOP },
		{ NULL, FAULT_NONE } };
	struct scene scene;

	scene_open(&scene, troubles);
	world_add(&scene.world, "a", WORLD_WHEN);
	scene_expect(&scene, "when a, close 4, finish 4");
	scene_expect(&scene, "when a, begin a, run a, verify a, end a done, "
	    "close 0, finish 0");
	scene_close(&scene);
}
END_TEST

START_TEST(ends_the_step_before_it_stops)
{
	static const struct trouble troubles[] = { { "run a", FAULT_STOP },
		{ NULL, FAULT_NONE } };
	struct scene scene;

	scene_open(&scene, troubles);
	world_add(&scene.world, "a", 0);
	world_add(&scene.world, "b", 0);
	scene_expect(&scene, "begin a, run a, verify a, end a done, close 4, "
	    "finish 4");
	scene_close(&scene);
}
END_TEST

START_TEST(does_not_begin_again_what_was_broken_off_when_it_is_to_stop)
{
	static const struct trouble troubles[] = { { "run a", FAULT_SIGNAL },
		{ "verify a", FAULT_STOP }, { NULL, FAULT_NONE } };
	struct scene scene;

	scene_open(&scene, troubles);
	world_add(&scene.world, "a", 0);
	scene_expect(&scene, "begin a, run a, await a, verify a, close 4, "
	    "finish 4");
	scene_expect(&scene, "await a, verify a, begin a, run a, verify a, "
	    "end a done, close 0, finish 0");
	scene_close(&scene);
}
END_TEST

static const char *const looked_at_before[] = { "when a", "unless a" };

START_TEST(asks_nobody_when_it_is_to_stop)
{
	const struct trouble troubles[] = {
		{ looked_at_before[_i], FAULT_STOP }, { NULL, FAULT_NONE } };
	struct scene scene;

	scene_open(&scene, troubles);
	world_add(&scene.world, "a",
	    WORLD_WHEN | WORLD_UNLESS | WORLD_CONFIRM);
	scene_expect(&scene, "when a, unless a, close 4, finish 4");
	scene_expect(&scene, "when a, unless a, ask a, begin a, run a, "
	    "verify a, end a done, close 0, finish 0");
	scene_close(&scene);
}
END_TEST

START_TEST(stops_where_a_person_does_not_confirm)
{
	static const struct trouble troubles[] = { { "ask b", FAULT_NO },
		{ NULL, FAULT_NONE } };
	struct scene scene;

	scene_open(&scene, troubles);
	world_add(&scene.world, "a", 0);
	world_add(&scene.world, "b", WORLD_CONFIRM);
	scene_expect(&scene, "begin a, run a, verify a, end a done, ask b, "
	    "close 4, finish 4");
	scene_expect(&scene, "ask b, begin b, run b, verify b, end b done, "
	    "close 0, finish 0");
	scene_close(&scene);
}
END_TEST

/* ---- the journal ------------------------------------------------------- */

START_TEST(stops_when_a_record_cannot_be_written)
{
	static const struct trouble troubles[] = {
		{ "begin a", FAULT_NOT_WRITTEN },
		{ "run a", FAULT_NOT_WRITTEN },
		{ "end a done", FAULT_NOT_WRITTEN }, { NULL, FAULT_NONE } };
	struct scene scene;

	scene_open(&scene, troubles);
	world_add(&scene.world, "a", 0);
	scene_expect(&scene, "begin a, finish 73");
	scene_expect(&scene, "begin a, run a, finish 73");
	scene.world.steps[0].is_unknown = true;
	scene_expect(&scene, "verify a, begin a, run a, verify a, end a done, "
	    "finish 73");
	scene_expect(&scene, "await a, verify a, end a done, close 0, "
	    "finish 0");
	scene_close(&scene);
}
END_TEST

START_TEST(does_nothing_more_when_a_closed_run_is_resumed)
{
	struct scene scene;

	scene_open(&scene, NULL);
	world_add(&scene.world, "a", 0);
	scene_expect(&scene, "begin a, run a, verify a, end a done, close 0, "
	    "finish 0");
	scene_expect(&scene, "close 0, finish 0");
	scene_close(&scene);
}
END_TEST

static const struct record_row {
	const char	*record;
	const char	*message;
} records[] = {
	{ "{\"event\":\"begin\",\"step\":\"x\"}",
	    "the journal speaks of a step 'x' that the plan lacks" },
	{ "{\"event\":\"end\",\"step\":\"a\"}",
	    "the journal's record 'end' of step 'a' makes no sense" },
	{ "{\"event\":\"end\",\"step\":\"a\",\"result\":\"undone\"}",
	    "the journal's record 'end' of step 'a' makes no sense" },
	{ "{\"event\":\"undo-end\",\"step\":\"a\",\"result\":\"done\"}",
	    "the journal's record 'undo-end' of step 'a' makes no sense" },
	{ "{\"event\":\"started\",\"step\":\"a\"}",
	    "the journal's record 'started' of step 'a' makes no sense" },
	{ "{\"event\":\"resume\",\"decided\":\"a=done\"}",
	    "the journal holds a decision that makes no sense: step 'a' is "
	    "waiting: there is nothing to decide" },
	{ "{\"event\":\"news\"}", NULL },
	{ "{\"event\":\"news\",\"step\":\"a\"}", NULL },
	{ "{\"x\":1}", NULL },
};

START_TEST(refuses_records_that_make_no_sense)
{
	const struct record_row *row = &records[_i];
	struct failure why = { 0 };
	struct world world;

	world_start(&world);
	world_add(&world, "a", 0);
	progress_start(&world.progress, world.plan, 0);
	struct jsonline *record = jsonline_read(row->record,
	    strlen(row->record), &why);
	ck_assert_ptr_nonnull(record);
	ck_assert_int_eq(progress_replay(&world.progress, record, &why),
	    row->message == NULL ? 0 : -1);
	if (row->message != NULL) {
		ck_assert_str_eq(why.message, row->message);
		ck_assert_int_eq(why.code, EXITCODE_DATA);
	}
	jsonline_free(record);
	progress_release(&world.progress);
	world_release(&world);
}
END_TEST

static const struct word_row {
	const char	*word;
	const char	*message;
} words[] = {
	{ "a", "'a' is neither STEP=done nor STEP=again" },
	{ "a=", "'a=' is neither STEP=done nor STEP=again" },
	{ "a=yes", "'a=yes' is neither STEP=done nor STEP=again" },
	{ "b=done", "there is no step 'b'" },
	{ "=done", "there is no step ''" },
	{ "a=done", "step 'a' is waiting: there is nothing to decide" },
};

START_TEST(refuses_decisions_about_nothing)
{
	struct failure why = { 0 };
	struct world world;

	world_start(&world);
	world_add(&world, "a", 0);
	progress_start(&world.progress, world.plan, 0);
	ck_assert_int_eq(progress_decide(&world.progress, words[_i].word,
	    &why), -1);
	ck_assert_str_eq(why.message, words[_i].message);
	ck_assert_int_eq(why.code, EXITCODE_USAGE);
	progress_release(&world.progress);
	world_release(&world);
}
END_TEST

/* ---- how it stands ----------------------------------------------------- */

static const struct standing_row {
	const char	*records;	/* "EVENT STEP RESULT" each */
	bool		 has_effect;
	bool		 is_over;
} standings[] = {
	{ "", false, false },
	{ "begin", true, false },
	{ "begin,end done", true, true },
	{ "end skipped", false, true },
	{ "end failed", false, true },
	{ "begin,end failed", true, false },
	{ "begin,end failed,turn", true, false },
	{ "begin,end failed,turn,undo-begin", true, false },
	{ "begin,end failed,turn,undo-begin,undo-end undone", false, true },
	{ "begin,end failed,turn,undo-begin,undo-end stuck", true, false },
	{ "begin,end done,turn", true, false },
};

START_TEST(knows_how_it_stands)
{
	const struct standing_row *row = &standings[_i];
	struct words parts = { 0 };
	struct world world;
	struct failure why;

	world_start(&world);
	world_add(&world, "a", 0);
	progress_start(&world.progress, world.plan, 0);
	if (row->records[0] != '\0')
		words_split(&parts, row->records, ',');
	for (size_t i = 0; i < parts.count; i++) {
		char *result = strchr(parts.list[i], ' ');

		if (result != NULL)
			*result++ = '\0';
		struct jsonline *record = world_record(&world, parts.list[i],
		    strcmp(parts.list[i], "turn") == 0 ? 1 : 0);
		if (result != NULL)
			jsonline_set_string(record, "result", result);
		ck_assert_int_eq(progress_replay(&world.progress, record,
		    &why), 0);
		jsonline_free(record);
	}
	ck_assert_int_eq(progress_has_effect(&world.progress),
	    row->has_effect);
	ck_assert_int_eq(progress_is_over(&world.progress), row->is_over);
	words_release(&parts);
	progress_release(&world.progress);
	world_release(&world);
}
END_TEST

#define LOOP(testcase, test, rows)					\
	tcase_add_loop_test(testcase, test, 0,				\
	    (int)(sizeof(rows) / sizeof((rows)[0])))

static void
add_forward(TCase *testcase)
{
	tcase_add_test(testcase, records_runs_and_verifies_each_step);
	tcase_add_test(testcase, does_nothing_for_an_empty_plan);
	tcase_add_test(testcase, skips_what_does_not_apply_or_is_so_already);
	tcase_add_test(testcase,
	    does_not_put_back_what_it_could_not_tell_to_apply);
	tcase_add_test(testcase, waits_for_what_takes_a_while_to_be_seen);
	tcase_add_test(testcase, repeats_a_run_as_often_as_its_step_says);
	tcase_add_test(testcase, does_not_repeat_a_run_that_took_too_long);
	tcase_add_test(testcase, closes_at_once_when_nothing_was_changed);
	tcase_add_test(testcase, believes_no_run_that_only_exits_well);
	tcase_add_test(testcase, does_not_wait_for_what_is_barred);
	tcase_add_test(testcase, repeats_nothing_for_a_foreign_76);
	tcase_add_test(testcase,
	    takes_what_only_an_adapter_may_say_for_no_answer);
	tcase_add_test(testcase, stops_before_the_first_step);
	tcase_add_test(testcase, ends_the_step_before_it_stops);
	tcase_add_test(testcase,
	    does_not_begin_again_what_was_broken_off_when_it_is_to_stop);
	LOOP(testcase, asks_nobody_when_it_is_to_stop, looked_at_before);
	tcase_add_test(testcase, stops_where_a_person_does_not_confirm);
}

TCase *
progress_case(void)
{
	TCase *testcase = tcase_create("progress");

	add_forward(testcase);
	tcase_add_test(testcase, stops_when_a_record_cannot_be_written);
	tcase_add_test(testcase,
	    does_nothing_more_when_a_closed_run_is_resumed);
	LOOP(testcase, refuses_records_that_make_no_sense, records);
	LOOP(testcase, refuses_decisions_about_nothing, words);
	LOOP(testcase, knows_how_it_stands, standings);
	return testcase;
}
