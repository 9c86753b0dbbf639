#ifndef NQSBACKUP_ARCHIVE_PAX_H
#define NQSBACKUP_ARCHIVE_PAX_H

#include <stddef.h>
#include <stdint.h>
#include <time.h>

struct failure;
struct text;

/*
 * Records of a pax extended header (POSIX.1-2008, pax, "pax Extended
 * Header"): "LENGTH KEY=VALUE\n", where LENGTH counts itself.  Pure.
 */

/* Adds the record key=value to records. */
void
pax_add(struct text *records, const char *key, const char *value);

/* The same for a value of size bytes, any bytes. */
void
pax_add_bytes(struct text *records, const char *key, const char *value,
    size_t size);

/* Adds the record for a decimal number. */
void
pax_add_number(struct text *records, const char *key, int64_t value);

/* Adds the record for a stamp, as decimal seconds with their fraction. */
void
pax_add_time(struct text *records, const char *key, struct timespec value);

/* Takes the records of an extended header one after the other. */
struct pax_sink {
	/*
	 * value is ended by a NUL that length does not count, and may hold
	 * others.  Returns 0, or -1 with why set, which ends the reading.
	 */
	int	(*record)(void *cookie, const char *key, const char *value,
		    size_t length, struct failure *why);
	void	 *cookie;
};

/*
 * Reads records, which it changes, and gives each to sink.  Returns 0, or -1
 * with why set, DATA when they are not lawful to the last byte.
 */
int
pax_read(struct text *records, const struct pax_sink *sink,
    struct failure *why);

/*
 * Reads decimal seconds; what is finer than nanoseconds is cut off.  Returns
 * 0, or -1 when value is no such number.
 */
int
pax_read_time(const char *value, struct timespec *stamp);

#endif
