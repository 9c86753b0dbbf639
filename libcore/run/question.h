#ifndef LIBCORE_RUN_QUESTION_H
#define LIBCORE_RUN_QUESTION_H

#include <sys/types.h>

#include <stdbool.h>

struct command;
struct failure;
struct history;

/*
 * A person at the terminal is asked what a life of a run has ended for, and
 * another life goes on with the answer: so the engine never waits for anybody,
 * and a run that is asked about is one that was left.
 */

/*
 * Returns whether a person can be asked: the command has standard input and
 * standard error on its own terminal, in the foreground, and is neither quiet
 * nor to print JSON.
 */
bool
question_can_ask(const struct command *command);

/*
 * Asks at the terminal for the confirmation that the run id in directory, which
 * is not under way, waits for, as process pid has left it.  Returns true when
 * it was given: it is among what was answered to command then.  Otherwise
 * returns false; if it was refused, by "no", the end of the input, SIGINT or
 * SIGTERM, it has been said that the step must be confirmed, and if nobody was
 * asked, because the journal cannot be read or somebody else has taken the run
 * up since, that.  Of a run that waits for something else nothing is said.
 * Blocks.
 */
bool
question_ask(struct command *command, const char *directory, const char *id,
    pid_t pid);

/* Lets why say how a person goes on by program once step of run id is so. */
void
question_hint(const char *program, const char *step, const char *id,
    struct failure *why);

#endif
