#ifndef NQSUPD_FOUND_H
#define NQSUPD_FOUND_H

#include <stdbool.h>

struct jsonline;
struct node_config;
struct values;

/*
 * Returns what is found on the node, as a record "found" of a run's journal,
 * the caller's: installed packages, resident processes, free space, and the
 * digests of the files that the packages in values bring.  when is "before" or
 * "after".  With counts it also counts what an upgrade does not carry over.
 * What cannot be found out is said there, and is no failure.  Forks, blocks,
 * and reads those files.
 */
struct jsonline *
found_record(const struct node_config *config, const struct values *values,
    const char *when, bool counts);

/* The step of a procedure that counts, and so wants it to be put down. */
#define FOUND_COUNTING_STEP	"losses"

#endif
