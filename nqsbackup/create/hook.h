#ifndef NQSBACKUP_CREATE_HOOK_H
#define NQSBACKUP_CREATE_HOOK_H

#include <stdint.h>

#include "../../libcore/base/exitcode.h"

struct failure;
struct tally;
struct words;

/*
 * Programs of the operator that run before and after a backup: they make and
 * remove a snapshot, say.  Each is the path of a program, which gets no words,
 * and what it has to know in its environment.  Calling sequence: hook_check,
 * hook_before, and behind it, whatever happened, hook_after.
 */
struct hook_settings {
	const char		*before;	/* NULL: none; both alike */
	const char		*after;
	int64_t			 timeout;	/* of each; 0: the default */
	const struct words	*sites;
};

/*
 * Checks that both are there, and that nobody else could have written them.
 * Returns 0, or -1 with why set.
 */
int
hook_check(const struct hook_settings *settings, struct failure *why);

/*
 * Runs the one before the backup, when hook_check would still take it.
 * Returns 0, or -1 with why set (FAILED, or as that).  Forks and blocks, as the
 * next one does.
 */
int
hook_before(const struct hook_settings *settings, struct failure *why);

/*
 * Runs the one after the backup and tells it how that ends: by code, with
 * archive (NULL: there is none).  Tells tally if it fails.
 */
void
hook_after(const struct hook_settings *settings, enum exitcode code,
    const char *archive, struct tally *tally);

#endif
