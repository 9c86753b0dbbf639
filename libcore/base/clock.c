#include <config.h>

#include "clock.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "memory.h"

static int64_t
read_clock(clockid_t id)
{
	struct timespec now;

	/* Both clocks are there on every system that we compile on. */
	if (clock_gettime(id, &now) == -1)
		memory_end("the time");
	return (int64_t)now.tv_sec * CLOCK_SECOND + now.tv_nsec;
}

int64_t
clock_monotonic(void)
{
	return read_clock(CLOCK_MONOTONIC);
}

int64_t
clock_wall(void)
{
	return read_clock(CLOCK_REALTIME);
}

/* What is left of *value below unit, never negative; *value becomes whole. */
static int
split(int64_t *value, int64_t unit)
{
	int64_t rest = *value % unit;

	*value /= unit;
	if (rest < 0) {
		rest += unit;
		*value -= 1;
	}
	return (int)rest;
}

struct clock_date {
	int	year;
	int	month;			/* 1 to 12 */
	int	day;			/* 1 to 31 */
};

/*
 * Years are counted from March on, so that the leap day is the last of its
 * year, and in eras of 400 years, which all have 146097 days.  Day 0 is
 * 1970-01-01, which is day 719468 of the era that began on 0000-03-01.
 */
static struct clock_date
date_of_days(int64_t days)
{
	int64_t era = days + 719468;
	int day_of_era = split(&era, 146097);
	int year = (day_of_era - day_of_era / 1460 + day_of_era / 36524 -
	    day_of_era / 146096) / 365;
	int day = day_of_era - (365 * year + year / 4 - year / 100);
	int month = (5 * day + 2) / 153;
	struct clock_date date;

	date.day = day - (153 * month + 2) / 5 + 1;
	date.month = month < 10 ? month + 3 : month - 9;
	date.year = (int)era * 400 + year + (date.month <= 2 ? 1 : 0);
	return date;
}

static int64_t
days_of_date(struct clock_date date)
{
	int64_t era = date.month <= 2 ? date.year - 1 : date.year;
	int year = split(&era, 400);
	int month = date.month > 2 ? date.month - 3 : date.month + 9;
	int day = (153 * month + 2) / 5 + date.day - 1;

	return era * 146097 + year * 365 + year / 4 - year / 100 + day -
	    719468;
}

struct clock_fields {
	struct clock_date	date;
	int			hour;
	int			minute;
	int			second;
	int			millisecond;
};

static struct clock_fields
fields_of_wall(int64_t wall)
{
	struct clock_fields fields;

	(void)split(&wall, CLOCK_SECOND / 1000);
	fields.millisecond = split(&wall, 1000);
	fields.second = split(&wall, 60);
	fields.minute = split(&wall, 60);
	fields.hour = split(&wall, 24);
	fields.date = date_of_days(wall);
	return fields;
}

void
clock_show(int64_t wall, char string[CLOCK_TEXT_ROOM])
{
	struct clock_fields fields = fields_of_wall(wall);

	(void)snprintf(string, CLOCK_TEXT_ROOM,
	    "%04d-%02d-%02dT%02d:%02d:%02d.%03dZ", fields.date.year,
	    fields.date.month, fields.date.day, fields.hour, fields.minute,
	    fields.second, fields.millisecond);
}

void
clock_show_compact(int64_t wall, char string[CLOCK_TEXT_ROOM])
{
	struct clock_fields fields = fields_of_wall(wall);

	(void)snprintf(string, CLOCK_TEXT_ROOM, "%04d%02d%02dT%02d%02d%02dZ",
	    fields.date.year, fields.date.month, fields.date.day, fields.hour,
	    fields.minute, fields.second);
}

/* Reads the count digits at string; the caller knows that they are some. */
static int
digits(const char *string, int count)
{
	int value = 0;

	for (int i = 0; i < count; i++)
		value = value * 10 + (string[i] - '0');
	return value;
}

static bool
has_shape(const char *string, const char *shape)
{
	for (; *shape != '\0'; shape++, string++) {
		bool fits = *shape == '0' ? *string >= '0' && *string <= '9' :
		    *string == *shape;

		if (!fits)
			return false;
	}
	return *string == '\0';
}

int
clock_read(const char *string, int64_t *wall)
{
	char again[CLOCK_TEXT_ROOM];
	struct clock_date date;

	if (!has_shape(string, "0000-00-00T00:00:00.000Z"))
		return -1;
	date.year = digits(string, 4);
	date.month = digits(string + 5, 2);
	date.day = digits(string + 8, 2);
	/* What 64 bits of nanoseconds surely hold. */
	if (date.year < 1678 || date.year > 2261 || date.month < 1 ||
	    date.month > 12)
		return -1;
	int64_t seconds = days_of_date(date) * 86400 +
	    digits(string + 11, 2) * 3600 + digits(string + 14, 2) * 60 +
	    digits(string + 17, 2);
	int64_t result = seconds * CLOCK_SECOND +
	    digits(string + 20, 3) * (CLOCK_SECOND / 1000);
	/* February 30 and 25 o'clock would come out as something else. */
	clock_show(result, again);
	if (strcmp(again, string) != 0)
		return -1;
	*wall = result;
	return 0;
}
