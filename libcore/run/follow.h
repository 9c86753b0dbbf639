#ifndef LIBCORE_RUN_FOLLOW_H
#define LIBCORE_RUN_FOLLOW_H

#include "../base/exitcode.h"

struct command;
struct failure;
struct run_place;

/*
 * Shows the run at place from its first record on, and goes on showing it
 * while it is under way.  Returns the exit code that the run ended with, and
 * STOPPED when it was broken off; with why set, and what a person may do as
 * its hint, when it is not over; DATA with a hint when its journal is damaged;
 * USAGE with why set when there is no such run.  Blocks.
 */
enum exitcode
follow_run(struct command *command, const struct run_place *place,
    struct failure *why);

/*
 * Lets why, that the run at place is not over, hint at what a person may do by
 * program, as far as its journal alone tells.
 */
void
follow_hint(const char *program, const struct run_place *place,
    struct failure *why);

#endif
