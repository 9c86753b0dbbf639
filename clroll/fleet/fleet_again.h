#ifndef CLROLL_FLEET_FLEET_AGAIN_H
#define CLROLL_FLEET_FLEET_AGAIN_H

#include <stdbool.h>

#include "../../libcore/base/exitcode.h"

struct command;
struct failure;
struct node_config;

/*
 * What is done with a fleet that there is: status, report, pause, resume and
 * stop.
 */

/* Whether word is one of these, and no procedure. */
bool
fleet_again_is_meant(const char *word);

/*
 * Does it, as the operands of command say: one of these words, and perhaps the
 * fleet; its own options are a struct fleet_options.  Returns the exit code,
 * with why set when there is something to say.  Blocks; forks where it resumes.
 */
enum exitcode
fleet_again_run(struct command *command, const struct node_config *config,
    struct failure *why);

#endif
