#ifndef LIBCORE_BASE_CLOCK_H
#define LIBCORE_BASE_CLOCK_H

#include <stdint.h>
#include <time.h>

enum {
	CLOCK_TEXT_ROOM = 40		/* room for the texts below */
};

#define CLOCK_SECOND	INT64_C(1000000000)	/* in nanoseconds */

/* Returns nanoseconds of the clock that never jumps; only for differences. */
int64_t
clock_monotonic(void);

/* Returns the wall clock as nanoseconds since 1970-01-01 00:00 UTC. */
int64_t
clock_wall(void);

/*
 * Writes wall, as clock_wall() gives it, as 2026-01-02T03:04:05.678Z into
 * string: UTC, RFC 3339.
 */
void
clock_show(int64_t wall, char string[CLOCK_TEXT_ROOM]);

/*
 * Writes wall as 20260102T030405Z into string, for names of files.
 */
void
clock_show_compact(int64_t wall, char string[CLOCK_TEXT_ROOM]);

/*
 * Reads what clock_show() writes.  Returns 0 and sets *wall, or -1.
 */
int
clock_read(const char *string, int64_t *wall);

#endif
