#include <config.h>

#include "../../libcore/run/standing.h"

#include <string.h>

#include "../../libcore/base/clock.h"
#include "../../libcore/base/failure.h"
#include "../../libcore/base/memory.h"
#include "../../libcore/base/text.h"
#include "../../libcore/run/history.h"
#include "../../libcore/run/plan.h"
#include "../../libcore/run/procedure.h"
#include "unit.h"

/*
 * A plan of two steps, a and b, which have an effect and a way back; a person
 * does a, if the letters of the journal say that he is asked for it.
 */
static struct plan *
make_plan(const char *letters)
{
	struct plan *plan = memory_make(1, sizeof(*plan));

	plan->title = memory_copy_string("plan");
	words_add(&plan->places, "n");
	plan->steps = memory_make(2, sizeof(*plan->steps));
	plan->count = 2;
	for (size_t i = 0; i < plan->count; i++) {
		struct plan_step *step = &plan->steps[i];

		step->key = memory_copy_string(i == 0 ? "a" : "b");
		step->title = memory_copy_string("step");
		words_add(&step->commands[PLAN_RUN].argv, "true");
		words_add(&step->commands[PLAN_VERIFY].argv, "true");
		words_add(&step->commands[PLAN_UNDO].argv, "true");
	}
	plan->steps[0].by_person = strchr(letters, 'q') != NULL;
	return plan;
}

static void
add_event(struct text *journal, const char *event, const char *rest)
{
	text_format(journal, "{\"event\":\"%s\",%s\"time\":\"t\"}\n", event,
	    rest);
}

/* Adds the record of a letter that is of a command of step. */
static bool
add_work(char letter, const char *step, struct text *journal)
{
	struct text rest = { 0 };

	text_format(&rest, "\"step\":\"%s\",", step);
	if (letter == 's') {
		text_format(&rest, "\"token\":\"7 %s\",", step);
		add_event(journal, "started", text_string(&rest));
	} else if (letter == 'u') {
		add_event(journal, "undo-begin", text_string(&rest));
	} else if (letter == 'w') {
		add_event(journal, "await",
		    "\"until\":\"2026-01-02T03:04:05Z\",");
	}
	text_release(&rest);
	return (strchr("suw", letter) != NULL);
}

/* Adds the record of a letter that is of what a person does. */
static bool
add_word(char letter, struct text *journal)
{
	if (letter == 'q')
		add_event(journal, "close", "\"step\":\"a\",\"exit\":4,"
		    "\"confirm\":\"so\",\"person\":true,");
	if (letter == 'c')
		add_event(journal, "confirmed", "\"step\":\"a\","
		    "\"person\":true,");
	return (letter == 'q' || letter == 'c');
}

/*
 * Adds the records of letters: b, d, f: step a begins, is done, failed; B and
 * D for step b; s: the command of what began last has started; w: it is waited
 * for; t: turn, asked for or not (T); u, U, S: a is being undone, is undone, is
 * stuck; a digit: closed with that exit code; r: resumed; q: closed as a person
 * who does step a is asked for it; c: he has confirmed it.
 */
static void
write_journal(const char *letters, struct text *journal)
{
	add_event(journal, "open", "\"format\":\"nqstools-run\",\"version\":1,"
	    "\"run\":\"r\",\"subject\":\"n\",\"procedure\":\"p\","
	    "\"path\":\"/p\",\"digest\":\"d\",\"values\":{},");
	const char *step = "a";

	for (const char *at = letters; *at != '\0'; at++) {
		char exit[] = "\"exit\":0,";

		if (strchr("bBu", *at) != NULL)
			step = *at == 'B' ? "b" : "a";
		if (add_work(*at, step, journal) || add_word(*at, journal))
			continue;
		switch (*at) {
		case 'b':
			add_event(journal, "begin", "\"step\":\"a\","
			    "\"of\":2,\"verify\":\"true\",");
			break;
		case 'd':
			add_event(journal, "end",
			    "\"step\":\"a\",\"result\":\"done\",");
			break;
		case 'f':
			add_event(journal, "end",
			    "\"step\":\"a\",\"result\":\"failed\",");
			break;
		case 'B':
			add_event(journal, "begin", "\"step\":\"b\","
			    "\"of\":2,\"verify\":\"true\",");
			break;
		case 'D':
			add_event(journal, "end",
			    "\"step\":\"b\",\"result\":\"done\",");
			break;
		case 't':
			add_event(journal, "turn", "\"asked\":true,");
			break;
		case 'T':
			add_event(journal, "turn", "\"asked\":false,");
			break;
		case 'U':
			add_event(journal, "undo-end",
			    "\"step\":\"a\",\"result\":\"undone\",");
			break;
		case 'S':
			add_event(journal, "undo-end",
			    "\"step\":\"a\",\"result\":\"stuck\",");
			break;
		case 'r':
			add_event(journal, "resume", "");
			break;
		default:
			exit[strlen(exit) - 2] = *at;
			add_event(journal, "close", exit);
			break;
		}
	}
}

static const struct row {
	const char		*letters;
	enum standing_state	 state;
	enum exitcode		 code;
	bool			 has_effect;
	bool			 is_over;
} rows[] = {
	{ "", STANDING_BROKEN_OFF, EXITCODE_STOPPED, false, false },
	{ "b", STANDING_BROKEN_OFF, EXITCODE_STOPPED, true, false },
	{ "bd", STANDING_BROKEN_OFF, EXITCODE_STOPPED, true, false },
	{ "bd4", STANDING_STOPPED, EXITCODE_STOPPED, true, false },
	{ "bd4r", STANDING_BROKEN_OFF, EXITCODE_STOPPED, true, false },
	{ "b5", STANDING_NEEDS_PERSON, EXITCODE_NEEDS_PERSON, true, false },
	{ "bdBD0", STANDING_DONE, EXITCODE_OK, true, true },
	{ "bdBD", STANDING_DONE, EXITCODE_OK, true, true },
	{ "f1", STANDING_UNDONE, EXITCODE_OK, false, true },
	{ "bfTU1", STANDING_UNDONE, EXITCODE_OK, false, true },
	{ "bdtU0", STANDING_UNDONE, EXITCODE_OK, false, true },
	{ "bdt", STANDING_BROKEN_OFF, EXITCODE_STOPPED, true, false },
	{ "bdtS5r2", STANDING_LEFT, EXITCODE_PARTIAL, true, true },
	{ "bdtS5", STANDING_NEEDS_PERSON, EXITCODE_NEEDS_PERSON, true,
	    false },
	/* What a person is asked for may be there, what he confirmed is. */
	{ "q", STANDING_STOPPED, EXITCODE_STOPPED, true, false },
	{ "qc", STANDING_STOPPED, EXITCODE_STOPPED, true, false },
	{ "qcr", STANDING_BROKEN_OFF, EXITCODE_STOPPED, true, false },
};

static void
read_history(const char *letters, struct history *history)
{
	struct failure why = { 0 };
	struct text journal = { 0 };

	write_journal(letters, &journal);
	unit_write("r.jsonl", text_string(&journal));
	text_release(&journal);
	ck_assert_msg(history_read(".", "r", history, &why) == 1, "%s",
	    why.message);
}

START_TEST(tells_how_a_run_stands)
{
	const struct row *row = &rows[_i];
	struct history history = { 0 };
	struct standing standing = { 0 };
	struct failure why = { 0 };

	read_history(row->letters, &history);
	ck_assert_msg(standing_find(make_plan(row->letters), &history,
	    &standing, &why) == 0, "%s", why.message);
	const enum standing_state state = standing_state(&standing, &history,
	    false);

	ck_assert_str_eq(standing_name(state), standing_name(row->state));
	ck_assert_int_eq(standing_code(state), row->code);
	ck_assert_int_eq(standing.has_effect, row->has_effect);
	ck_assert_int_eq(standing.is_over, row->is_over);
	ck_assert_int_eq(standing_state(&standing, &history, true),
	    STANDING_RUNNING);
	ck_assert_int_eq(standing_code(STANDING_RUNNING), EXITCODE_OK);
	standing_release(&standing);
	history_release(&history);
}
END_TEST

/* What can be told by the journal alone is the same. */
START_TEST(tells_the_same_without_the_procedure)
{
	const struct row *row = &rows[_i];
	struct history history = { 0 };
	struct standing standing = { 0 };
	struct failure why = { 0 };

	read_history(row->letters, &history);
	ck_assert_int_eq(standing_find_recorded(&history, &standing, &why), 0);
	ck_assert(standing.is_recorded);
	ck_assert_str_eq(standing_name(standing_state(&standing, &history,
	    false)), standing_name(row->state));
	ck_assert_int_eq(standing.has_effect, row->has_effect);
	ck_assert_int_eq(standing.is_over, row->is_over);
	standing_release(&standing);
	history_release(&history);
}
END_TEST

START_TEST(refuses_a_step_that_the_plan_lacks)
{
	struct history history = { 0 };
	struct standing standing = { 0 };
	struct failure why = { 0 };
	struct plan *plan = make_plan("");

	read_history("bdBD0", &history);
	plan->steps[1].key[0] = 'c';
	ck_assert_int_eq(standing_find(plan, &history, &standing, &why), -1);
	ck_assert_int_eq(why.code, EXITCODE_DATA);
	ck_assert_str_eq(why.message,
	    "the journal speaks of a step 'b' that the plan lacks");
	standing_release(&standing);
	history_release(&history);
}
END_TEST

START_TEST(knows_the_procedure_by_its_digest)
{
	char path[] = "/p";
	char same[] = "d";
	char other[] = "e";
	const struct procedure kept = { .path = path, .digest = same };
	const struct procedure changed = { .path = path, .digest = other };
	struct history history = { 0 };
	struct failure why = { 0 };

	read_history("b", &history);
	ck_assert_int_eq(history_check_procedure(&history, &kept, "nqsupd",
	    &why), 0);
	ck_assert_int_eq(history_check_procedure(&history, &changed, "nqsupd",
	    &why), -1);
	ck_assert_int_eq(why.code, EXITCODE_DATA);
	ck_assert_str_eq(why.message,
	    "'/p' is not the procedure that run r began with");
	ck_assert_ptr_nonnull(strstr(why.hint, "bring '/p' back"));
	ck_assert_ptr_nonnull(strstr(why.hint, "'nqsupd report r'"));
	history_release(&history);
}
END_TEST

/* Adds what is said of the run of letters, which is under way. */
static void
show_work(const char *letters, struct text *text)
{
	struct plan *plan = make_plan(letters);
	struct history history = { 0 };
	struct standing standing = { 0 };
	struct standing_work work;
	struct failure why = { 0 };

	for (size_t i = 0; i < plan->count; i++)
		plan->steps[i].timeout = 60 * CLOCK_SECOND;
	read_history(letters, &history);
	ck_assert_int_eq(standing_find(plan, &history, &standing, &why), 0);
	standing_find_work(&standing, &history, true, &work);
	ck_assert_ptr_nonnull(work.step);
	work.since = "2026-01-02T03:04:05.678Z";
	standing_show_work(&standing, &work, true, text);
	standing_release(&standing);
	history_release(&history);
}

static const struct work_row {
	const char	*letters;
	const char	*said;
	const char	*unsaid;
} work_rows[] = {
	{ "bs", "it is ended, and the step has failed", "person" },
	{ "bsrw", "until 2026", "if it has not ended" },
	/* What an earlier life, or another step, was waited for until. */
	{ "bsrwr", "is waited for", "until 2026" },
	{ "bsrwdBs", "if it has not ended", "until 2026" },
	{ "bsrwdBsr", "is waited for", "until 2026" },
	{ "bdtus", "it is ended, and the undo has failed:\n"
	    "        a person must decide", "the step has failed" },
};

START_TEST(tells_what_is_waited_for_and_what_becomes_of_it)
{
	const struct work_row *row = &work_rows[_i];
	struct text text = { 0 };

	show_work(row->letters, &text);
	ck_assert_msg(strstr(text_string(&text), row->said) != NULL, "%s: %s",
	    row->letters, text_string(&text));
	ck_assert_msg(strstr(text_string(&text), row->unsaid) == NULL,
	    "%s: %s", row->letters, text_string(&text));
	text_release(&text);
}
END_TEST

TCase *
standing_case(void)
{
	TCase *testcase = tcase_create("standing");

	unit_use_directory(testcase);
	tcase_add_loop_test(testcase, tells_how_a_run_stands, 0,
	    sizeof(rows) / sizeof(rows[0]));
	tcase_add_loop_test(testcase, tells_the_same_without_the_procedure, 0,
	    sizeof(rows) / sizeof(rows[0]));
	tcase_add_test(testcase, refuses_a_step_that_the_plan_lacks);
	tcase_add_test(testcase, knows_the_procedure_by_its_digest);
	tcase_add_loop_test(testcase,
	    tells_what_is_waited_for_and_what_becomes_of_it, 0,
	    sizeof(work_rows) / sizeof(work_rows[0]));
	return testcase;
}
