#include <config.h>

#include "../../nqsbackup/base/progress_bar.h"

#include "../../libcore/base/clock.h"
#include "../../libcore/base/text.h"
#include "unit.h"

enum { MEGABYTE = 1000000 };

/* Notes count points, a second apart, and at each step megabytes more. */
static void
note(struct progress_window *window, int count, int step)
{
	for (int i = 0; i < count; i++)
		progress_bar_note(window, i * CLOCK_SECOND,
		    (int64_t)i * step * MEGABYTE);
}

static void
expect(const struct progress_window *window, int64_t total,
    const char *expected)
{
	struct text line = { 0 };

	progress_bar_show(window, "packing", total, &line);
	ck_assert_str_eq(text_string(&line), expected);
	text_release(&line);
}

START_TEST(shows_how_far_how_fast_and_how_long)
{
	struct progress_window window = { 0 };

	note(&window, 5, 10);
	expect(&window, 100 * MEGABYTE,
	    "packing: 40 %, 40 of 100 MB, 10.0 MB/s, 6 s left");
	expect(&window, INT64_C(1000) * MEGABYTE,
	    "packing: 4 %, 40 of 1000 MB, 10.0 MB/s, 1:36 min left");
	expect(&window, INT64_C(100000) * MEGABYTE,
	    "packing: 0 %, 40 of 100000 MB, 10.0 MB/s, 2:46 h left");
}
END_TEST

START_TEST(promises_nothing_that_it_cannot_know)
{
	struct progress_window window = { 0 };

	expect(&window, 0, "packing");
	expect(&window, 10 * MEGABYTE, "packing: 0 %, 0 of 10 MB");
	progress_bar_note(&window, 0, 0);
	progress_bar_note(&window, CLOCK_SECOND / 2, MEGABYTE);
	expect(&window, 10 * MEGABYTE, "packing: 10 %, 1 of 10 MB");
	/* Nothing happens any more. */
	for (int i = 1; i <= PROGRESS_WINDOW; i++)
		progress_bar_note(&window, i * CLOCK_SECOND, MEGABYTE);
	expect(&window, 10 * MEGABYTE, "packing: 10 %, 1 of 10 MB");
}
END_TEST

START_TEST(goes_by_the_last_seconds)
{
	struct progress_window window = { 0 };

	/* Twice the window, at first slow and then fast. */
	note(&window, PROGRESS_WINDOW, 1);
	for (int i = 0; i < PROGRESS_WINDOW; i++)
		progress_bar_note(&window, (100 + i) * CLOCK_SECOND,
		    (int64_t)(49 + i * 20) * MEGABYTE);
	expect(&window, INT64_C(2049) * MEGABYTE,
	    "packing: 50 %, 1029 of 2049 MB, 20.0 MB/s, 51 s left");
}
END_TEST

START_TEST(does_not_go_beyond_the_end)
{
	struct progress_window window = { 0 };

	note(&window, 3, 10);
	expect(&window, 15 * MEGABYTE,
	    "packing: 100 %, 15 of 15 MB, 10.0 MB/s, 0 s left");
}
END_TEST

START_TEST(is_not_there_without_a_terminal)
{
	progress_bar_turn(NULL, "packing", 1);
	progress_bar_add(NULL, 1);
	progress_bar_free(NULL);
}
END_TEST

TCase *
progress_bar_case(void)
{
	TCase *testcase = tcase_create("progress_bar");

	tcase_add_test(testcase, shows_how_far_how_fast_and_how_long);
	tcase_add_test(testcase, promises_nothing_that_it_cannot_know);
	tcase_add_test(testcase, goes_by_the_last_seconds);
	tcase_add_test(testcase, does_not_go_beyond_the_end);
	tcase_add_test(testcase, is_not_there_without_a_terminal);
	return testcase;
}
