#ifndef NQSBACKUP_BASE_SPOOL_H
#define NQSBACKUP_BASE_SPOOL_H

struct failure;

/*
 * Returns a descriptor from which standard input can be read at any place:
 * of itself when it is a file, else of a nameless file in TMPDIR into which
 * all of it was copied.  The caller closes it.  Returns -1 with why set when
 * that fails.  Blocks until standard input ends.
 */
int
spool_input(struct failure *why);

#endif
