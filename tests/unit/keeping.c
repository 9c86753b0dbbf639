#include <config.h>

#include "../../nqsbackup/create/keeping.h"

#include <string.h>

#include "../../libcore/base/clock.h"
#include "../../libcore/base/text.h"
#include "../../libcore/base/words.h"
#include "unit.h"

enum { ITEM_LIMIT = 10 };

/*
 * Archives, the newest first: each a day or a time, with "!" in front of one
 * that is not good; and of each the rules that keep it, in the words' first
 * letters, "-" for none.
 */
struct keeping_row {
	struct keeping	 rules;
	const char		*archives;
	const char		*kept;
};

#define LAST(n)		.keep[KEEPING_LAST] = (n)
#define DAYS(n)		.keep[KEEPING_DAYS] = (n)
#define DAILY(n)	.keep[KEEPING_DAILY] = (n)
#define WEEKLY(n)	.keep[KEEPING_WEEKLY] = (n)
#define MONTHLY(n)	.keep[KEEPING_MONTHLY] = (n)

static const struct keeping_row keepings[] = {
	{ { LAST(2) }, "2026-03-03 2026-03-02 2026-03-01", "l l -" },
	{ { LAST(9) }, "2026-03-03 2026-03-02", "l l" },
	{ { LAST(1) }, "2026-03-03", "l" },
	{ { LAST(1) }, "", "" },
	/* What is not good does not count, and is nobody's. */
	{ { LAST(1) }, "!2026-03-03 2026-03-02 2026-03-01", "- l -" },
	{ { LAST(1) }, "!2026-03-03 !2026-03-02", "- -" },
	{ { DAILY(1) }, "!2026-03-03T09 2026-03-03T08 2026-03-03T07",
	    "- d -" },
	{ { DAILY(2) }, "2026-03-03 !2026-03-02 2026-03-01", "d - d" },
	/* Days without any do not count. */
	{ { DAILY(2) }, "2026-03-09T23 2026-03-09T00 2026-03-05T12 2026-03-01",
	    "d - d -" },
	/* Days are those of UTC, to the second. */
	{ { DAILY(9) }, "2026-03-02T00:00:00 2026-03-01T23:59:59 "
	    "2026-03-01T00:00:00 2026-02-28T23:59:59", "d d - d" },
	{ { DAILY(9) }, "1970-01-01T00:00:00 1969-12-31T23:59:59 "
	    "1969-12-31T00:00:00", "d d -" },
	/* Weeks begin on Monday, also over the turn of a year. */
	{ { WEEKLY(9) }, "2026-01-05 2026-01-04T23:59:59 2026-01-01 "
	    "2025-12-29 2025-12-28", "w w - - w" },
	{ { WEEKLY(1) }, "2026-01-04 2026-01-01 2025-12-28", "w - -" },
	{ { MONTHLY(9) }, "2024-03-01 2024-02-29T23:59:59 2024-02-28 "
	    "2024-02-01 2024-01-31", "m m - - m" },
	{ { MONTHLY(9) }, "2100-03-01 2100-02-28T23:59:59 2000-03-01 "
	    "2000-02-29 1999-12-31 1999-12-01", "m m m m m -" },
	{ { MONTHLY(2) }, "2026-03-31 2025-03-31 2024-03-31", "m m -" },
	/* Days before the newest good one, however long ago that was. */
	{ { DAYS(2) }, "2001-03-03T12 2001-03-02T12 2001-03-01T12:00:01 "
	    "2001-03-01T12:00:00", "a a a -" },
	{ { DAYS(1) }, "!2026-03-03 2026-03-01 2026-02-28T01 2026-02-28",
	    "- a a -" },
	/* Each rule chooses by itself. */
	{ { LAST(2), DAILY(2), WEEKLY(2), MONTHLY(2) },
	    "2026-03-05T09 2026-03-05T08 2026-03-04 2026-03-03 2026-03-01 "
	    "2026-02-28 2026-02-01", "ldwm l d - w m -" },
	/* Nobody asked for anything. */
	{ { .keep = { 0 } }, "2026-03-03 2026-03-02", "l l" },
};

static int64_t
read_time(const char *word)
{
	static const char rest[] = "2026-01-01T00:00:00.000Z";
	struct text text = { 0 };
	int64_t wall;

	text_add(&text, word);
	text_add(&text, rest + strlen(word));
	ck_assert_msg(clock_read(text_string(&text), &wall) == 0, "%s",
	    text_string(&text));
	text_release(&text);
	return (wall);
}

static size_t
read_items(const char *archives, struct keeping_item items[ITEM_LIMIT])
{
	struct words words = { 0 };

	if (archives[0] != '\0')
		words_split(&words, archives, ' ');
	ck_assert_uint_le(words.count, ITEM_LIMIT);
	for (size_t i = 0; i < words.count; i++) {
		const char *word = words.list[i];

		items[i].good = word[0] != '!';
		items[i].created = read_time(word + !items[i].good);
		ck_assert(i == 0 || items[i].created < items[i - 1].created);
	}
	const size_t count = words.count;

	words_release(&words);
	return (count);
}

START_TEST(keeps_what_the_rules_choose)
{
	static const char letters[] = "ladwm";
	const struct keeping_row *row = &keepings[_i];
	struct keeping_item items[ITEM_LIMIT] = { { 0 } };
	const size_t count = read_items(row->archives, items);
	struct text kept = { 0 };

	keeping_decide(&row->rules, items, count);
	for (size_t i = 0; i < count; i++) {
		if (i > 0)
			text_add(&kept, " ");
		for (int rule = 0; rule < KEEPING_COUNT; rule++) {
			if (items[i].rules & 1U << rule)
				text_add_bytes(&kept, &letters[rule], 1);
		}
		if (items[i].rules == 0)
			text_add(&kept, "-");
	}
	ck_assert_str_eq(text_string(&kept), row->kept);
	text_release(&kept);
}
END_TEST

START_TEST(never_lets_the_last_good_one_go)
{
	for (int rule = 0; rule < KEEPING_COUNT; rule++) {
		struct keeping rules = { .keep = { 0 } };
		struct keeping_item items[] = {
			{ .created = INT64_MAX }, { .created = 800000000 },
			{ .created = 1, .good = true },
			{ .created = INT64_MIN } };

		rules.keep[rule] = 1;
		keeping_decide(&rules, items, 4);
		ck_assert_uint_eq(items[2].rules, 1U << rule);
	}
}
END_TEST

TCase *
keeping_case(void)
{
	TCase *testcase = tcase_create("keeping");

	tcase_add_loop_test(testcase, keeps_what_the_rules_choose, 0,
	    sizeof(keepings) / sizeof(keepings[0]));
	tcase_add_test(testcase, never_lets_the_last_good_one_go);
	return testcase;
}
