#ifndef CLROLL_VERBS_H
#define CLROLL_VERBS_H

#include "../libcore/run/command.h"

struct failure;

/*
 * Asks a person at the terminal, if command says so, for the confirmation that
 * the run id, which has ended with code, waits for, and goes on with it as the
 * verb resume does; again and again.  Its journal is in directory, which is
 * NULL when nobody knows.  Returns the last code, with why set when there is
 * something to say.  Blocks.
 */
enum exitcode
verb_again_ask(struct command *command, const char *directory,
    const char *id, enum exitcode code, struct failure *why);

/* The verbs of clroll. */
extern const struct command_verb verb_check;
extern const struct command_verb verb_exec;
extern const struct command_verb verb_follow;
extern const struct command_verb verb_fleet;
extern const struct command_verb verb_home;
extern const struct command_verb verb_inventory;
extern const struct command_verb verb_lock;
extern const struct command_verb verb_move;
extern const struct command_verb verb_patch;
extern const struct command_verb verb_plan;
extern const struct command_verb verb_report;
extern const struct command_verb verb_resume;
extern const struct command_verb verb_rollback;
extern const struct command_verb verb_run;
extern const struct command_verb verb_status;
extern const struct command_verb verb_stop;
extern const struct command_verb verb_upgrade;

#endif
