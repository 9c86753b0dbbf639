#ifndef LIBCORE_RUN_AGAIN_H
#define LIBCORE_RUN_AGAIN_H

#include <stdbool.h>

#include "../base/exitcode.h"
#include "../format/options.h"

struct command;
struct execution;
struct failure;
struct history;
struct scheme;

/*
 * A run is taken up again: what the verbs resume and rollback of all programs
 * have in common.
 */

/* How it goes on; zeroed, it goes on as it was. */
struct again {
	bool		 back;		/* puts all back */
	const char	*decided;	/* "STEP=done", "STEP=again", or NULL */
	bool		 insists;	/* on what is decided, whatever verify
					 * says */
	bool		 aside;		/* nobody reads the report */
	const char	*leave;		/* why all is left as it is, or NULL */
	const char	*approved;	/* digest of a plan, for who knows it
					 * by one, or NULL */
};

/* The options of the verbs, whose own is a struct again. */
enum { AGAIN_OPTION_STEP = 300, AGAIN_OPTION_LEAVE, AGAIN_OPTION_APPROVE };
#define AGAIN_ROW_STEP	{ AGAIN_OPTION_STEP, "step", "ID=done|again", \
	    "say how it is with a step that nobody can tell of" }
#define AGAIN_ROW_LEAVE	{ AGAIN_OPTION_LEAVE, "leave", "WHY", \
	    "end the run RUN and leave all as it is" }
#define AGAIN_ROW_APPROVE	{ AGAIN_OPTION_APPROVE, "approve", "DIGEST", \
	    "go on by this plan, which the run did not begin with" }

/* Those of resume, and of rollback. */
extern const struct options_row again_rows[];
extern const struct options_row again_back_rows[];

/* Takes one of them; the option of a struct command_verb. */
int
again_take_option(void *own, int letter, const char *argument,
    struct failure *why);

struct again_request {
	struct command		*command;
	const struct again	*again;
	const struct history	*history;
	const struct scheme	*scheme;
	/*
	 * Is called when there is something to do: completes execution with
	 * where it runs, and returns what execution_run() does.
	 */
	enum exitcode	(*run)(void *cookie, struct execution *execution,
			    struct failure *why);
	void			*cookie;
};

/*
 * Takes the run of request->history up again and to its end, with all locks
 * held; or ends it as it is, when nothing of it is under way any more: a person
 * must have named it, and may do so whatever became of its procedure.
 * Refuses a procedure that is not the one that the run began with (DATA), and
 * to put a run back that is done when its procedure says what that loses,
 * unless the command has --yes, or when one of its steps cannot be put back, so
 * that it would be neither done nor undone (FAILED).
 * When nothing is left to do or to put back, says so, whatever became of the
 * procedure, and returns OK; but to go on with a run that was put back is
 * refused, and so is to put back the latest run, which nobody named, when it
 * changed nothing and an earlier one is done (FAILED).  Of a run that was left
 * it is said who left it (PARTIAL).
 * Returns the exit code, with why set when there is something to say.
 */
enum exitcode
again_run(const struct again_request *request, struct failure *why);

#endif
