#ifndef CLROLL_ROLL_APPROVAL_H
#define CLROLL_ROLL_APPROVAL_H

#include <stdbool.h>

#include "../../libcore/base/digest.h"

struct context;
struct failure;
struct history;
struct report;
struct values;

/*
 * A plan is known by a digest of all that it is made of: the procedure, the
 * values, which have the packages and who holds which group, the cluster's
 * file as it was read for context, and the script that steers its cluster
 * software.  The name of the run is no part of it.  What was approved stands in
 * the record that begins a life of the run, "open" or "resume", if it was
 * compared with the plan of that life.
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

/* Whether the run of history is being put back, or was.  Pure. */
bool
approval_goes_back(const struct history *history);

/*
 * Refuses (FAILED) to go on with the run of history by a plan that is not, or
 * no longer, approved, or, with NULL, not the one that was when it began or
 * was last taken up, if one was.  One that goes back does so by any plan, which
 * nobody compares, so to approve one is refused then (USAGE).  Returns 0, or -1
 * with why set.
 */
int
approval_check_again(const struct context *context,
    const struct history *history, const char *approved,
    struct failure *why);

#endif
