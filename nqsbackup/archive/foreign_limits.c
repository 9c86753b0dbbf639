#include <config.h>

#include "foreign_limits.h"

#include <inttypes.h>
#include <stdbool.h>

#include "../../libcore/base/failure.h"
#include "../../libcore/base/number.h"

/* What is more is rather made to do harm than to be kept. */
#define USUAL_ENTRIES	INT64_C(4000000)
#define USUAL_SIZE	(INT64_C(1) << 40)
#define LARGEST		(INT64_MAX / 16)

int
foreign_limits_take(struct foreign_limits *limits, int letter,
    const char *argument, struct failure *why)
{
	int64_t size;

	if (letter == FOREIGN_LIMITS_ENTRIES && number_read(argument, 1,
	    LARGEST, &limits->entries) == 0)
		return (0);
	if (letter == FOREIGN_LIMITS_SIZE &&
	    number_read_size(argument, &size) == 0 && size > 0 &&
	    size <= LARGEST) {
		limits->size = size;
		return (0);
	}
	failure_set(why, EXITCODE_USAGE, "'%s' is no limit", argument);
	return (-1);
}

void
foreign_limits_complete(struct foreign_limits *limits)
{
	if (limits->entries == 0)
		limits->entries = USUAL_ENTRIES;
	if (limits->size == 0)
		limits->size = USUAL_SIZE;
}

int
foreign_use_check(const struct foreign_use *use, struct failure *why)
{
	const bool many = use->units > use->limits->entries;

	if (!many && use->size <= use->limits->size)
		return (0);
	if (many)
		failure_set(why, EXITCODE_DATA, "it holds more than the "
		    "limit of %" PRId64 " entries allows",
		    use->limits->entries);
	else
		failure_set(why, EXITCODE_DATA, "it unpacks to more than the "
		    "limit of %" PRId64 " bytes", use->limits->size);
	failure_hint(why, "if it is to be trusted, raise the limit with %s",
	    many ? "--max-entries" : "--max-size");
	return (-1);
}
