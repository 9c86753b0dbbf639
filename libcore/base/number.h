#ifndef LIBCORE_BASE_NUMBER_H
#define LIBCORE_BASE_NUMBER_H

#include <stddef.h>
#include <stdint.h>

/*
 * Numbers from text, strictly: no blanks, no sign unless minimum is below 0,
 * nothing behind, nothing out of range.  Each returns 0 and sets *value, or
 * -1 and leaves it.
 */

/* Reads a decimal integer from minimum to maximum. */
int
number_read(const char *string, int64_t minimum, int64_t maximum,
    int64_t *value);

/*
 * Reads a duration as nanoseconds: a decimal integer and a unit, ms, s, m,
 * h or d; "0" needs none.
 */
int
number_read_duration(const char *string, int64_t *value);

/*
 * Reads a size in bytes: a decimal integer and optionally K, M, G or T
 * (powers of 1024).
 */
int
number_read_size(const char *string, int64_t *value);

/*
 * Adds and multiplies with a check.  Each returns 0 and sets *value, or -1
 * when the result does not fit.
 */
int
number_add(int64_t a, int64_t b, int64_t *value);
int
number_multiply(int64_t a, int64_t b, int64_t *value);

/* Room for what number_show_duration writes. */
enum { NUMBER_DURATION_ROOM = 32 };

/*
 * Writes a duration of nanoseconds for people into string: "1.204 s",
 * "35 ms", "4 min 7 s".
 */
void
number_show_duration(int64_t nanoseconds, char string[NUMBER_DURATION_ROOM]);

#endif
