#ifndef LIBCORE_COMPAT_PROCESSORS_H
#define LIBCORE_COMPAT_PROCESSORS_H

/*
 * Returns how many processors this process may use, at least 1: those that
 * its affinity allows or, where the system cannot tell that, those that are
 * on line.
 */
int
processors_count(void);

#endif
