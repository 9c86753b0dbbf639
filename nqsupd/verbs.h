#ifndef NQSUPD_VERBS_H
#define NQSUPD_VERBS_H

#include "../libcore/run/command.h"

/* The verbs of nqsupd, each in a file of its own. */
extern const struct command_verb verb_check;
extern const struct command_verb verb_claim;
extern const struct command_verb verb_follow;
extern const struct command_verb verb_hold;
extern const struct command_verb verb_package;
extern const struct command_verb verb_patch;
extern const struct command_verb verb_plan;
extern const struct command_verb verb_ps;
extern const struct command_verb verb_report;
extern const struct command_verb verb_resume;
extern const struct command_verb verb_rollback;
extern const struct command_verb verb_run;
extern const struct command_verb verb_site;
extern const struct command_verb verb_status;
extern const struct command_verb verb_stop;
extern const struct command_verb verb_upgrade;

#endif
