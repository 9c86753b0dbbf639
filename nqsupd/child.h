#ifndef NQSUPD_CHILD_H
#define NQSUPD_CHILD_H

#include <stdbool.h>
#include <stdint.h>

#include "../libcore/base/exitcode.h"
#include "../libcore/base/text.h"
#include "../libcore/system/process.h"

struct failure;
struct words;

/*
 * Programs that may leave daemons behind: they write into files without a
 * name, not into pipes, so that a daemon which keeps its outputs open cannot
 * make us wait, and their end is that of the program itself.  It runs in a
 * session of its own, so that neither the end of a terminal nor of a
 * connection reaches what it started; NQS_SITE is never in its environment.
 */

struct child_request {
	const struct words	*argv;
	const char		*path;		/* NULL: process_path() */
	const struct words	*environment;	/* see process_request */
	int64_t			 timeout;	/* nanoseconds; 0: none */
};

struct child_result {
	struct process_end	end;
	struct text		output;
	struct text		errors;
};

/*
 * Runs the program to its end.  Returns 0, however it ended, or -1 with why
 * set when it could not be started or its output not be kept.  Forks, blocks,
 * and uses TMPDIR, or else /tmp.
 */
int
child_run(const struct child_request *request, struct child_result *result,
    struct failure *why);

/* Returns whether it exited with 0. */
bool
child_is_good(const struct child_result *result);

/* Returns its exit code, or -1 when it has none. */
int
child_code(const struct child_result *result);

/*
 * Fills why with code (TIMED_OUT if it timed out), how the program ended
 * which name stands for, and the last line of its errors.
 */
void
child_fail(const struct child_result *result, enum exitcode code,
    struct failure *why, const char *name);

/*
 * Says each line of its errors as a warning, of its output as a note, behind
 * name.
 */
void
child_say(const struct child_result *result, const char *name);

void
child_result_release(struct child_result *result);

#endif
