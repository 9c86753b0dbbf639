#ifndef LIBCORE_RUN_LOCAL_SESSION_H
#define LIBCORE_RUN_LOCAL_SESSION_H

#include <stdbool.h>

struct eventloop;
struct session;
struct words;

/*
 * A session on this machine: commands are children.  A command whose program
 * is not there ends as the shell would tell it, with exit code 127 and a
 * line of output.  It goes on when we die; then await finds it again.
 */

/*
 * Makes a session that looks for programs in path ("dir:dir") and gives them
 * environment (borrowed; NULL: process_environment()).  Returns it; its free
 * call ends it.
 */
struct session *
local_session_make(struct eventloop *loop, const char *path,
    const struct words *environment);

/*
 * Returns whether the command that was started as token, or what it began,
 * still runs on this machine.
 */
bool
local_session_is_alive(const char *token);

#endif
