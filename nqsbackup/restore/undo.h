#ifndef NQSBACKUP_RESTORE_UNDO_H
#define NQSBACKUP_RESTORE_UNDO_H

#include <stdbool.h>

#include "../../libcore/base/exitcode.h"

struct command;
struct failure;

/* What is to be taken back. */
struct undo_options {
	const char	*root;		/* NULL: "/" */
	bool		 forget;	/* only remove what is kept */
};

/*
 * Takes back the restore id (NULL: the last one that was not) below the root,
 * with the report and the dry run of command: what the restore replaced is
 * put back, and what it put there is kept in its place.  Returns the exit
 * code, with why set when it was not done.
 */
enum exitcode
undo_run(struct command *command, const struct undo_options *options,
    const char *id, struct failure *why);

#endif
