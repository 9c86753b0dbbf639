#ifndef NQSBACKUP_BASE_TALLY_H
#define NQSBACKUP_BASE_TALLY_H

#include <stddef.h>

struct failure;
struct report;

/*
 * What could not be done for single entries while the rest went on: each is
 * said as a message and, in JSON, is a line of the report.
 */
struct tally {
	struct report	*report;	/* NULL: messages only */
	size_t		 troubles;	/* each makes the result partial */
};

/* Says and counts a trouble with the entry name: "'NAME' " and format. */
void
tally_trouble(struct tally *tally, const char *name, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* The same for a failure, whose message names name by itself. */
void
tally_failure(struct tally *tally, const char *name,
    const struct failure *why);

/* Says what is only worth saying, in the same form; counts nothing. */
void
tally_note(struct tally *tally, const char *name, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

#endif
