#ifndef NQSBACKUP_PAX_H
#define NQSBACKUP_PAX_H

#include <stdint.h>
#include <time.h>

struct text;

/*
 * Records of a pax extended header (POSIX.1-2008, pax, "pax Extended
 * Header"): "LENGTH KEY=VALUE\n", where LENGTH counts itself.  Pure.
 */

/* Adds the record key=value to records. */
void
pax_add(struct text *records, const char *key, const char *value);

/* Adds the record for a decimal number. */
void
pax_add_number(struct text *records, const char *key, int64_t value);

/* Adds the record for a stamp, as decimal seconds with their fraction. */
void
pax_add_time(struct text *records, const char *key, struct timespec value);

#endif
