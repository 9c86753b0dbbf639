#include <config.h>

#include "../../libcore/run/retention.h"

#include <string.h>

#include "../../libcore/base/clock.h"
#include "unit.h"

#define NOW	(INT64_C(1000) * 86400 * CLOCK_SECOND)

/*
 * Runs, the latest last, a word of letters for each: A or B, its site; o over,
 * u not; r can go back; and how many days old it is.  kept has a + for each
 * that stays.
 */
static const struct row {
	int64_t		 last;
	int64_t		 days;
	const char	*runs;
	const char	*kept;
} rows[] = {
	{ 1, 0, "", "" },
	{ 1, 0, "Ao9", "+" },
	{ 1, 0, "Ao9 Ao8", "-+" },
	{ 2, 0, "Ao9 Ao8", "++" },
	{ 2, 0, "Ao9 Ao8 Ao7 Ao6", "--++" },
	/* What is young. */
	{ 1, 9, "Ao9 Ao8 Ao7", "-++" },
	{ 1, 10, "Ao9 Ao8 Ao7", "+++" },
	{ 1, 1, "Ao1 Ao0 Ao0", "-++" },
	/* What is not over. */
	{ 1, 0, "Au9 Ao8 Ao7", "+-+" },
	{ 1, 0, "Ao9 Au8 Au7", "+++" },
	/* What can be put back. */
	{ 1, 0, "Aor9 Ao8 Aor7 Ao6 Ao5", "+-+-+" },
	/* The latest of a site that is over. */
	{ 1, 0, "Bo9 Ao8 Ao7", "+-+" },
	{ 1, 0, "Bo9 Bo8 Ao7", "-++" },
	{ 1, 0, "Bo9 Ao8 Bu7 Ao6", "+-++" },
};

/* Reads the word at runs into run; returns what is behind it. */
static const char *
read_run(const char *word, struct retention_run *run)
{
	static char sites[2][2] = { "A", "B" };

	*run = (struct retention_run){ .of = sites[*word++ == 'B'] };
	run->is_over = *word++ == 'o';
	if (*word == 'r') {
		run->can_go_back = true;
		word++;
	}
	run->written = NOW - (*word++ - '0') * INT64_C(86400) * CLOCK_SECOND;
	return *word == ' ' ? word + 1 : word;
}

START_TEST(keeps_what_somebody_may_want)
{
	const struct row *row = &rows[_i];
	const struct retention retention = { row->last, row->days, NULL };
	struct retention_run runs[8];
	char kept[8] = "";
	size_t count = 0;

	for (const char *word = row->runs; *word != '\0'; count++)
		word = read_run(word, &runs[count]);
	retention_choose(&retention, runs, count, NOW);
	for (size_t i = 0; i < count; i++)
		kept[i] = runs[i].is_kept ? '+' : '-';
	ck_assert_str_eq(kept, row->kept);
}
END_TEST

/* Of a run from the future, or of which nobody knows, nothing is removed. */
START_TEST(keeps_what_a_clock_puts_into_the_future)
{
	const struct retention retention = { 1, 0, NULL };
	struct retention_run runs[2] = {
		{ .of = (char[]){ "A" }, .is_over = true },
		{ .of = (char[]){ "A" }, .is_over = true },
	};

	runs[0].written = INT64_MAX;
	retention_choose(&retention, runs, 2, NOW);
	ck_assert(runs[0].is_kept);
	runs[0].written = NOW + 1;
	retention_choose(&retention, runs, 2, NOW);
	ck_assert(runs[0].is_kept);
}
END_TEST

TCase *
retention_case(void)
{
	TCase *testcase = tcase_create("retention");

	tcase_add_loop_test(testcase, keeps_what_somebody_may_want, 0,
	    sizeof(rows) / sizeof(rows[0]));
	tcase_add_test(testcase, keeps_what_a_clock_puts_into_the_future);
	return testcase;
}
