#ifndef NQSBACKUP_VERBS_H
#define NQSBACKUP_VERBS_H

#include "../libcore/run/command.h"

/* The verbs; each is described in nqsbackup(8). */
extern const struct command_verb verb_create;
extern const struct command_verb verb_list;
extern const struct command_verb verb_cat;
extern const struct command_verb verb_verify;
extern const struct command_verb verb_diff;
extern const struct command_verb verb_restore;
extern const struct command_verb verb_undo;
extern const struct command_verb verb_prune;

#endif
