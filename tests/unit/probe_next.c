#include <config.h>

#include "../../clroll/roll/probe_next.h"

#include <string.h>

#include "unit.h"

/*
 * What happens, a letter for each 20 ms: a tick, and then nothing (.), a
 * success (s), a failure (f), or no tick but our own trouble (b); and what is
 * told of it, at the same place: A away, B back.  The threshold is 100 ms.
 */
static const struct row {
	const char	*happens;
	const char	*told;
	int64_t		 from;		/* of the last outage told, in ms */
	int64_t		 until;		/* 0: it was none, or goes on */
} rows[] = {
	{ "ssssssssss", "          ", 0, 0 },
	{ "s.s..s...s", "          ", 0, 0 },
	{ "ss....ss", "        ", 0, 0 },
	{ "ss....s.", "        ", 0, 0 },		/* 100 ms exactly */
	{ "ss......s", "       AB", 20, 160 },
	{ "ssfffffffss", "       A B ", 20, 180 },
	{ "ffffffffff", "      A   ", 0, 0 },	/* never there: since begin */
	{ "ffffffffs", "      A B", 0, 160 },
	{ "ss......s......s", "       AB     AB", 160, 300 },
	{ "ssbbbbbbbbbs", "            ", 0, 0 },
	{ "ssbbbbbbbbb..", "             ", 0, 0 },
	{ "ssbbbbbbbbb.....", "               A", 20, 0 },
	{ "ss......bbbbs", "       A    B", 20, 240 },
};

START_TEST(tells_outages)
{
	const struct row *row = &rows[_i];
	struct probe_state state = { .threshold = 100, .enough = 5 };
	enum probe_verdict verdict;
	int64_t from = 0;
	int64_t until = 0;
	char told[64];
	size_t length = strlen(row->happens);

	ck_assert_uint_eq(length, strlen(row->told));
	for (size_t i = 0; i < length; i++) {
		struct probe_event event = { PROBE_TICK, (int64_t)i * 20 };
		const char c = row->happens[i];

		told[i] = ' ';
		if (c == 'b')
			event.happening = PROBE_BLIND;
		verdict = probe_next(&state, &event);
		if (verdict == PROBE_NOTHING_NEW && (c == 's' || c == 'f')) {
			event.happening = c == 's' ? PROBE_SUCCESS :
			    PROBE_FAILURE;
			verdict = probe_next(&state, &event);
		}
		if (verdict == PROBE_NOTHING_NEW)
			continue;
		told[i] = verdict == PROBE_AWAY ? 'A' : 'B';
		from = state.from;
		until = verdict == PROBE_BACK ? state.until : 0;
	}
	told[length] = '\0';
	ck_assert_str_eq(told, row->told);
	ck_assert_int_eq(from, row->from);
	ck_assert_int_eq(until, row->until);
}
END_TEST

/* A machine that was stopped for a minute meets its own silence. */
START_TEST(does_not_take_our_own_stall_for_an_outage)
{
	struct probe_state state = { .threshold = 100, .enough = 5 };
	struct probe_event event = { PROBE_TICK, 0 };

	(void)probe_next(&state, &event);
	event.happening = PROBE_SUCCESS;
	(void)probe_next(&state, &event);
	event.happening = PROBE_TICK;
	event.now = 60000;
	ck_assert_int_eq(probe_next(&state, &event), PROBE_NOTHING_NEW);
	event.now = 60020;
	ck_assert_int_eq(probe_next(&state, &event), PROBE_NOTHING_NEW);
	event.happening = PROBE_SUCCESS;
	ck_assert_int_eq(probe_next(&state, &event), PROBE_NOTHING_NEW);
}
END_TEST

TCase *
probe_next_case(void)
{
	TCase *testcase = tcase_create("probe_next");

	tcase_add_loop_test(testcase, tells_outages, 0,
	    sizeof(rows) / sizeof(rows[0]));
	tcase_add_test(testcase, does_not_take_our_own_stall_for_an_outage);
	return testcase;
}
