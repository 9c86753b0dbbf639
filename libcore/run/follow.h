#ifndef LIBCORE_RUN_FOLLOW_H
#define LIBCORE_RUN_FOLLOW_H

#include "../base/exitcode.h"

struct command;
struct failure;
struct run_place;

/*
 * Shows the run at place from its first record on, and goes on showing it
 * while it is under way.  Returns the exit code that the run ended with;
 * STOPPED with why set when it was broken off; USAGE with why set when there
 * is no such run.  Blocks.
 */
enum exitcode
follow_run(struct command *command, const struct run_place *place,
    struct failure *why);

#endif
