#include <config.h>

#include "pax.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "../../libcore/base/failure.h"
#include "../../libcore/base/number.h"
#include "../../libcore/base/text.h"

enum { LENGTH_DIGITS = 10, SECONDS_ROOM = 24 };

/* How many digits number has. */
static size_t
count_digits(size_t number)
{
	size_t digits = 1;

	while (number >= 10) {
		number /= 10;
		digits++;
	}
	return (digits);
}

void
pax_add_bytes(struct text *records, const char *key, const char *value,
    size_t size)
{
	/* The blank, the equals sign and the newline. */
	const size_t rest = strlen(key) + size + 3;
	size_t length = rest + count_digits(rest);

	/* The length's own digits may bring it over a power of ten. */
	length = rest + count_digits(length);
	text_format(records, "%zu %s=", length, key);
	text_add_bytes(records, value, size);
	text_add(records, "\n");
}

void
pax_add(struct text *records, const char *key, const char *value)
{
	pax_add_bytes(records, key, value, strlen(value));
}

void
pax_add_number(struct text *records, const char *key, int64_t value)
{
	char string[32];

	(void)snprintf(string, sizeof(string), "%" PRId64, value);
	pax_add(records, key, string);
}

void
pax_add_time(struct text *records, const char *key, struct timespec value)
{
	char string[64];
	int64_t seconds = (int64_t)value.tv_sec;
	long fraction = value.tv_nsec;
	const char *sign = "";

	/* A stamp counts its fraction upwards; decimals are read outwards. */
	if (seconds < 0) {
		sign = "-";
		seconds = -seconds;
		if (fraction > 0) {
			seconds--;
			fraction = 1000000000L - fraction;
		}
	}
	if (fraction == 0)
		(void)snprintf(string, sizeof(string), "%s%" PRId64, sign,
		    seconds);
	else
		(void)snprintf(string, sizeof(string), "%s%" PRId64 ".%09ld",
		    sign, seconds, fraction);
	pax_add(records, key, string);
}

static int
refuse(struct failure *why)
{
	failure_set(why, EXITCODE_DATA,
	    "an extended header holds what is no record");
	return (-1);
}

/*
 * Reads the length of the record at bytes, of which there are left.  Returns
 * how many bytes it takes with its blank, or 0.
 */
static size_t
read_length(const char *bytes, size_t left, size_t *length)
{
	size_t i = 0;

	*length = 0;
	for (; i < left && i < LENGTH_DIGITS && bytes[i] >= '0' &&
	    bytes[i] <= '9'; i++)
		*length = 10 * *length + (size_t)(bytes[i] - '0');
	return (i > 0 && i < left && bytes[i] == ' ' ? i + 1 : 0);
}

int
pax_read(struct text *records, const struct pax_sink *sink,
    struct failure *why)
{
	char *at = records->bytes;
	size_t left = records->length;

	while (left > 0) {
		size_t length;
		const size_t head = read_length(at, left, &length);

		if (head == 0 || length <= head || length > left ||
		    at[length - 1] != '\n')
			return (refuse(why));
		char *const end = at + length - 1;
		char *const key = at + head;
		char *const equals = memchr(key, '=', (size_t)(end - key));

		if (equals == NULL || equals == key)
			return (refuse(why));
		*equals = '\0';
		*end = '\0';
		if (strlen(key) != (size_t)(equals - key))
			return (refuse(why));
		if (sink->record(sink->cookie, key, equals + 1,
		    (size_t)(end - equals - 1), why) == -1)
			return (-1);
		at += length;
		left -= length;
	}
	return (0);
}

/* Reads what stands behind the point as nanoseconds.  Returns 0 or -1. */
static int
read_fraction(const char *digits, long *nanoseconds)
{
	long unit = 100000000L;

	*nanoseconds = 0;
	for (; *digits >= '0' && *digits <= '9'; digits++) {
		*nanoseconds += unit * (*digits - '0');
		unit /= 10;
	}
	return (*digits == '\0' ? 0 : -1);
}

int
pax_read_time(const char *value, struct timespec *stamp)
{
	const bool negative = value[0] == '-';
	const char *whole = negative ? value + 1 : value;
	const size_t length = strcspn(whole, ".");
	char seconds[SECONDS_ROOM];
	int64_t count;
	long nanoseconds = 0;

	if (length == 0 || length >= sizeof(seconds))
		return (-1);
	memcpy(seconds, whole, length);
	seconds[length] = '\0';
	if (number_read(seconds, 0, INT64_MAX - 1, &count) == -1 ||
	    (whole[length] == '.' &&
	    read_fraction(whole + length + 1, &nanoseconds) == -1))
		return (-1);
	/* A stamp counts its fraction upwards; decimals are read outwards. */
	if (negative) {
		count = -count;
		if (nanoseconds > 0) {
			count--;
			nanoseconds = 1000000000L - nanoseconds;
		}
	}
	stamp->tv_sec = (time_t)count;
	stamp->tv_nsec = nanoseconds;
	return (0);
}
