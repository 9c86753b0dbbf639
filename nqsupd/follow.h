#ifndef NQSUPD_FOLLOW_H
#define NQSUPD_FOLLOW_H

#include "../libcore/base/exitcode.h"

struct command;
struct failure;
struct node_config;

/*
 * Shows the run id from its first record on, and goes on showing it while it
 * is under way.  Returns the exit code that the run ended with; STOPPED
 * with why set when it was broken off; USAGE with why set when there is no
 * such run.  Blocks.
 */
enum exitcode
follow_run(struct command *command, const struct node_config *config,
    const char *id, struct failure *why);

#endif
