#include <config.h>

#include "fleet_time.h"

#include <string.h>
#include <time.h>

#include "../../libcore/base/clock.h"
#include "../../libcore/base/failure.h"
#include "../../libcore/base/number.h"
#include "../../libcore/base/text.h"

/* A digit in the forms below stands for any digit. */
static const char clock_form[] = "00:00";
static const char date_form[] = "0000-00-00T00:00";

static bool
has_form(const char *string, const char *form)
{
	for (; *form != '\0'; string++, form++) {
		if (*form == '0' ? *string < '0' || *string > '9' :
		    *string != *form)
			return (false);
	}
	return (*string == '\0');
}

/* Returns the number that the count digits at string are. */
static int
digits(const char *string, int count)
{
	int value = 0;

	for (int i = 0; i < count; i++)
		value = value * 10 + (string[i] - '0');
	return (value);
}

/* Takes hour and minute; returns whether there is such a time. */
static bool
take_clock(const char *string, struct tm *local)
{
	local->tm_hour = digits(string, 2);
	local->tm_min = digits(string + 3, 2);
	local->tm_sec = 0;
	local->tm_isdst = -1;
	return (local->tm_hour < 24 && local->tm_min < 60);
}

/* Returns the time of the local clock, or -1 when there is none. */
static int64_t
wall_of(struct tm *local)
{
	const time_t seconds = mktime(local);

	return (seconds == (time_t)-1 ? -1 : (int64_t)seconds *
	    CLOCK_SECOND);
}

/* The next time that the local clock shows string. */
static int64_t
read_clock(const char *string, int64_t now)
{
	const time_t seconds = (time_t)(now / CLOCK_SECOND);
	struct tm local;

	if (localtime_r(&seconds, &local) == NULL ||
	    !take_clock(string, &local))
		return (-1);
	const int64_t today = wall_of(&local);
	if (today > now)
		return (today);
	local.tm_mday++;
	(void)take_clock(string, &local);
	return (wall_of(&local));
}

static int64_t
read_date(const char *string)
{
	struct tm local = { .tm_year = digits(string, 4) - 1900,
		.tm_mon = digits(string + 5, 2) - 1,
		.tm_mday = digits(string + 8, 2) };
	const int day = local.tm_mday;

	if (!take_clock(string + 11, &local))
		return (-1);
	const int64_t wall = wall_of(&local);
	/* There is no 31st of June: it would be the 1st of July. */
	return (local.tm_mday == day ? wall : -1);
}

int
fleet_time_read(const char *string, int64_t now, int64_t *wall,
    struct failure *why)
{
	int64_t span;

	*wall = -1;
	if (*string == '+' && number_read_duration(string + 1, &span) == 0) {
		if (number_add(now, span, wall) == -1)
			*wall = -1;
	} else if (has_form(string, clock_form)) {
		*wall = read_clock(string, now);
	} else if (has_form(string, date_form)) {
		*wall = read_date(string);
	} else if (clock_read(string, wall) == -1) {
		*wall = -1;
	}
	if (*wall > now)
		return (0);
	failure_set(why, EXITCODE_USAGE, *wall == -1 ?
	    "'%s' is not a time" : "'%s' has passed", string);
	failure_hint(why, "as 04:00 or 2026-01-02T04:00 by the local clock, "
	    "or +2h");
	return (-1);
}
