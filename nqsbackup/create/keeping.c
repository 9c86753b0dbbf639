#include <config.h>

#include "keeping.h"

#include "../../libcore/base/clock.h"
#include "../../libcore/base/failure.h"
#include "../../libcore/base/number.h"
#include "../../libcore/base/words.h"

#define DAY	(24 * 60 * 60 * CLOCK_SECOND)

enum { MOST = 100000 };			/* days fit into 64 bits */

static const char *const rule_names[KEEPING_COUNT] = {
	[KEEPING_LAST] = "last",
	[KEEPING_DAYS] = "days",
	[KEEPING_DAILY] = "daily",
	[KEEPING_WEEKLY] = "weekly",
	[KEEPING_MONTHLY] = "monthly",
};

bool
keeping_is_option(int letter)
{
	return (letter >= KEEPING_OPTION &&
	    letter < KEEPING_OPTION + KEEPING_COUNT);
}

int
keeping_take(struct keeping *keeping, int letter, const char *argument,
    struct failure *why)
{
	if (number_read(argument, 1, MOST,
	    &keeping->keep[letter - KEEPING_OPTION]) == 0)
		return (0);
	failure_set(why, EXITCODE_USAGE,
	    "'%s' is no number of archives to keep", argument);
	return (-1);
}

bool
keeping_is_set(const struct keeping *keeping)
{
	for (int rule = 0; rule < KEEPING_COUNT; rule++) {
		if (keeping->keep[rule] > 0)
			return (true);
	}
	return (false);
}

/* Returns a / b, rounded down also below zero. */
static int64_t
divide(int64_t a, int64_t b)
{
	return (a / b - (a % b < 0));
}

/* Returns year and month as one number, 202601. */
static int64_t
month_of(int64_t created)
{
	char shown[CLOCK_TEXT_ROOM];
	int64_t month = 0;

	clock_show_compact(created, shown);
	shown[6] = '\0';
	(void)number_read(shown, 0, 999999, &month);	/* six digits */
	return (month);
}

/* Returns the number of the period that rule counts; 1970 began on Thursday. */
static int64_t
period_of(enum keeping_rule rule, int64_t created)
{
	const int64_t day = divide(created, DAY);

	switch (rule) {
	case KEEPING_DAILY:
		return (day);
	case KEEPING_WEEKLY:
		return (divide(day + 3, 7));
	case KEEPING_MONTHLY:
		return (month_of(created));
	default:
		return (created);
	}
}

/* Keeps the first good one of each of the first count periods. */
static void
keep_periods(const struct keeping *keeping, enum keeping_rule rule,
    struct keeping_item *items, size_t count)
{
	int64_t left = keeping->keep[rule];
	int64_t last = 0;
	bool any = false;

	for (size_t i = 0; i < count && left > 0; i++) {
		const int64_t period = period_of(rule, items[i].created);
		const bool new = !any || period != last ||
		    rule == KEEPING_LAST;

		if (!items[i].good || !new)
			continue;
		items[i].rules |= 1U << rule;
		last = period;
		any = true;
		left--;
	}
}

static void
keep_days(const struct keeping *keeping, struct keeping_item *items,
    size_t count)
{
	const int64_t span = keeping->keep[KEEPING_DAYS] * DAY;
	const struct keeping_item *newest = NULL;

	for (size_t i = 0; i < count; i++) {
		if (!items[i].good)
			continue;
		if (newest == NULL)
			newest = &items[i];
		if (newest->created - items[i].created < span)
			items[i].rules |= 1U << KEEPING_DAYS;
	}
}

void
keeping_decide(const struct keeping *keeping,
    struct keeping_item *items, size_t count)
{
	const bool set = keeping_is_set(keeping);

	for (size_t i = 0; i < count; i++)
		items[i].rules = set ? 0 : 1U << KEEPING_LAST;
	keep_days(keeping, items, count);
	for (int rule = 0; rule < KEEPING_COUNT; rule++) {
		if (rule != KEEPING_DAYS)
			keep_periods(keeping, (enum keeping_rule)rule,
			    items, count);
	}
}

void
keeping_name(unsigned rules, struct words *names)
{
	for (int rule = 0; rule < KEEPING_COUNT; rule++) {
		if ((rules & 1U << rule) != 0)
			words_add(names, rule_names[rule]);
	}
}
