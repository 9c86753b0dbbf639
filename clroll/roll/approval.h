#ifndef CLROLL_ROLL_APPROVAL_H
#define CLROLL_ROLL_APPROVAL_H

#include "../../libcore/base/digest.h"

struct context;
struct execution;
struct failure;
struct history;
struct report;
struct values;

/*
 * A plan is known by a digest of all that it is made of: the procedure, the
 * values, which have the packages and who holds which group, the cluster's
 * file, and the script that steers its cluster software.  The name of the run
 * is no part of it.
 */

/*
 * Writes the digest; procedure is that of its file.  Returns 0, or -1 with why
 * set.
 */
int
approval_digest(const struct context *context, const char *procedure,
    const struct values *values, char digest[DIGEST_TEXT_ROOM],
    struct failure *why);

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

/* The same for a run that was begun before, by the plan that it has. */
int
approval_check_run(const char *approved, const struct history *history,
    struct failure *why);

/*
 * Refuses (FAILED) to go on with the run of history by a plan that is not, or
 * no longer, approved, or, with NULL, not the one that was when it began or
 * was last taken up, if one was.  A run that is being put back is let be.
 * Returns 0, or -1 with why set.
 */
int
approval_check_again(const struct context *context,
    const struct history *history, const char *approved,
    struct failure *why);

/* Writes into the journal of execution that this plan was approved. */
void
approval_record(struct execution *execution, const char *approved);

#endif
