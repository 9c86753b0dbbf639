#include <config.h>

#include "pax.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "../libcore/base/text.h"

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
pax_add(struct text *records, const char *key, const char *value)
{
	/* The blank, the equals sign and the newline. */
	const size_t rest = strlen(key) + strlen(value) + 3;
	size_t length = rest + count_digits(rest);

	/* The length's own digits may bring it over a power of ten. */
	length = rest + count_digits(length);
	text_format(records, "%zu %s=", length, key);
	text_add(records, value);
	text_add(records, "\n");
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
