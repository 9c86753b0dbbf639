#ifndef LIBCORE_RUN_STOP_H
#define LIBCORE_RUN_STOP_H

#include "../base/exitcode.h"

struct command;
struct failure;
struct run_place;

/*
 * Asks the run at place to stop at its next safe point, says so, and with
 * command->wait waits so long until it has ended.  Who is asked is proven by
 * the lock, see filelock_signal().  Returns OK when it was asked, is not under
 * way, or has ended in time; NEEDS_PERSON when it ended so; TIMED_OUT with why
 * set when it goes on; USAGE with why set when there is no such run; or
 * another code with why set.  May block.
 */
enum exitcode
stop_run(struct command *command, const struct run_place *place,
    struct failure *why);

/*
 * Says that no run is under way, and who else holds the lock of the file path,
 * if anybody does; NULL: nobody.  Returns OK, or a code with why set.
 */
enum exitcode
stop_none(struct command *command, const char *path, struct failure *why);

#endif
