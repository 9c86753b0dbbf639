#ifndef NQSBACKUP_BASE_THREADS_H
#define NQSBACKUP_BASE_THREADS_H

#include <stddef.h>

struct failure;

/* The option -j: how many threads work. */

/* The row of it in a table of options. */
#define THREADS_ROW	{ 'j', "jobs", "N", "work with N threads" }

/*
 * Returns what it is when it is not given: the processors that the process
 * may use, at most 16, so that memory stays within bounds.
 */
size_t
threads_default(void);

/*
 * Reads the option's argument, 1 to CREW_LIMIT, into threads.  Returns 0, or
 * -1 with why set (USAGE).
 */
int
threads_read(const char *argument, size_t *threads, struct failure *why);

#endif
