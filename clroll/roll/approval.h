#ifndef CLROLL_ROLL_APPROVAL_H
#define CLROLL_ROLL_APPROVAL_H

#include "../../libcore/base/digest.h"

struct context;
struct failure;
struct history;
struct procedure;
struct report;
struct values;

/*
 * A plan is known by a digest of all that it is made of: the procedure, the
 * values, which have the packages and who holds which group, the cluster's
 * file, and the script that steers its cluster software.  The name of the run
 * is no part of it.
 */

/* Writes the digest.  Returns 0, or -1 with why set. */
int
approval_digest(const struct context *context,
    const struct procedure *procedure, const struct values *values,
    char digest[DIGEST_TEXT_ROOM], struct failure *why);

/* Reports the digest of a plan. */
void
approval_report(const char *digest, struct report *report);

/*
 * Refuses a plan that is not the one that was approved (FAILED); with NULL
 * anything may be done.  Returns 0, or -1 with why set.
 */
int
approval_check(const char *approved, const char *digest,
    const struct values *values, struct failure *why);

/* The same for a run that was begun before. */
int
approval_check_run(const char *approved, const struct history *history,
    struct failure *why);

#endif
