#ifndef NQSBACKUP_CREATE_SUCCESSION_H
#define NQSBACKUP_CREATE_SUCCESSION_H

struct failure;
struct keeping;
struct tally;

/*
 * What becomes of older archives when a new one is there.
 */

/*
 * Returns 0 when the archive path will belong to a series, so that its
 * elder can be pruned, or -1 with why set (USAGE).
 */
int
succession_check(const char *path, struct failure *why);

/*
 * Removes the elder of the new archive path that rules do not keep, and reports
 * each to tally's report; nothing when tally has a trouble, for then the new
 * one is not complete.  What cannot be done is told to tally.  Returns 0, or -1
 * with why set (STOPPED).
 */
int
succession_prune(const char *path, const struct keeping *rules,
    struct tally *tally, struct failure *why);

#endif
