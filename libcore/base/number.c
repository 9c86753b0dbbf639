#include <config.h>

#include "number.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

enum { SAFE_DIGITS = 18 };		/* as many always fit */

struct number_unit {
	const char	*name;
	int64_t		 factor;
};

static const struct number_unit durations[] = {
	{ "ms", INT64_C(1000000) },
	{ "s", INT64_C(1000000000) },
	{ "m", INT64_C(60000000000) },
	{ "h", INT64_C(3600000000000) },
	{ "d", INT64_C(86400000000000) },
	{ NULL, 0 },
};

static const struct number_unit sizes[] = {
	{ "", 1 },
	{ "K", INT64_C(1) << 10 },
	{ "M", INT64_C(1) << 20 },
	{ "G", INT64_C(1) << 30 },
	{ "T", INT64_C(1) << 40 },
	{ NULL, 0 },
};

/*
 * Reads digits at *string, which it moves behind them; with negative the
 * value is counted downwards, so that INT64_MIN can be read too.  The first
 * digits cannot be too many, and are most of what is ever read.
 */
static int
read_digits(const char **string, bool negative, int64_t *value)
{
	const char *at = *string;
	int64_t result = 0;

	for (; *at >= '0' && *at <= '9' && at - *string < SAFE_DIGITS; at++)
		result = result * 10 + (*at - '0');
	if (negative)
		result = -result;
	for (; *at >= '0' && *at <= '9'; at++) {
		int64_t digit = negative ? -(*at - '0') : *at - '0';

		if (number_multiply(result, 10, &result) == -1 ||
		    number_add(result, digit, &result) == -1)
			return -1;
	}
	if (at == *string)
		return -1;
	*string = at;
	*value = result;
	return 0;
}

int
number_read(const char *string, int64_t minimum, int64_t maximum,
    int64_t *value)
{
	bool negative = minimum < 0 && *string == '-';
	int64_t result = 0;

	if (negative)
		string++;
	if (read_digits(&string, negative, &result) == -1 ||
	    *string != '\0' || result < minimum || result > maximum)
		return -1;
	*value = result;
	return 0;
}

static int
read_with_unit(const char *string, const struct number_unit *units,
    int64_t *value)
{
	int64_t count = 0;

	if (read_digits(&string, false, &count) == -1)
		return -1;
	for (; units->name != NULL; units++) {
		if (strcmp(units->name, string) == 0)
			return number_multiply(count, units->factor, value);
	}
	return -1;
}

int
number_read_duration(const char *string, int64_t *value)
{
	if (strcmp(string, "0") == 0) {
		*value = 0;
		return 0;
	}
	return read_with_unit(string, durations, value);
}

int
number_read_size(const char *string, int64_t *value)
{
	return read_with_unit(string, sizes, value);
}

int
number_add(int64_t a, int64_t b, int64_t *value)
{
	if ((b > 0 && a > INT64_MAX - b) || (b < 0 && a < INT64_MIN - b))
		return -1;
	*value = a + b;
	return 0;
}

/*
 * Without 128 bits: a / b truncates towards zero, so each of the four
 * combinations of signs has its own limit.
 */
int
number_multiply(int64_t a, int64_t b, int64_t *value)
{
	if (a > 0 && b > 0 && a > INT64_MAX / b)
		return -1;
	if (a > 0 && b < 0 && b < INT64_MIN / a)
		return -1;
	if (a < 0 && b > 0 && a < INT64_MIN / b)
		return -1;
	if (a < 0 && b < 0 && b < INT64_MAX / a)
		return -1;
	*value = a * b;
	return 0;
}

/* Shows whole milliseconds below a minute, whole seconds below an hour. */
void
number_show_duration(int64_t nanoseconds, char string[NUMBER_DURATION_ROOM])
{
	const char *sign = nanoseconds < 0 ? "-" : "";
	uint64_t size = nanoseconds < 0 ? 0 - (uint64_t)nanoseconds :
	    (uint64_t)nanoseconds;
	uint64_t ms = (size + 500000) / 1000000;
	uint64_t s = (ms + 500) / 1000;
	uint64_t minutes = s / 60;

	if (ms < 1000) {
		(void)snprintf(string, NUMBER_DURATION_ROOM,
		    "%s%" PRIu64 " ms", ms > 0 ? sign : "", ms);
	} else if (ms < 60000) {
		(void)snprintf(string, NUMBER_DURATION_ROOM,
		    "%s%" PRIu64 ".%03" PRIu64 " s", sign, ms / 1000,
		    ms % 1000);
	} else if (minutes < 60) {
		(void)snprintf(string, NUMBER_DURATION_ROOM,
		    "%s%" PRIu64 " min %" PRIu64 " s", sign, minutes, s % 60);
	} else if (minutes < UINT64_C(24) * 60) {
		(void)snprintf(string, NUMBER_DURATION_ROOM,
		    "%s%" PRIu64 " h %" PRIu64 " min", sign, minutes / 60,
		    minutes % 60);
	} else {
		(void)snprintf(string, NUMBER_DURATION_ROOM,
		    "%s%" PRIu64 " d %" PRIu64 " h", sign,
		    minutes / (UINT64_C(24) * 60), minutes / 60 % 24);
	}
}
