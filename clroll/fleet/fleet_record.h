#ifndef CLROLL_FLEET_FLEET_RECORD_H
#define CLROLL_FLEET_FLEET_RECORD_H

#include "fleet.h"

struct jsonline;

/*
 * The records of a fleet's journal: JSON lines, and the words in them.
 */

/*
 * Returns the record that action asks for, the caller's; cluster and run are
 * those of its item, and are looked at only when it has one.
 */
struct jsonline *
fleet_record_make(const struct fleet *fleet, const struct fleet_action *action,
    const char *cluster, const char *run);

/* Sets in record what rules say, or reads it; what is not there is left. */
void
fleet_record_set_rules(struct jsonline *record,
    const struct fleet_rules *rules);
void
fleet_record_rules(const struct jsonline *record, struct fleet_rules *rules);

/* The same for the time until which something may be begun. */
void
fleet_record_set_until(struct jsonline *record,
    const struct fleet_rules *rules);

/*
 * Returns how a run that ended with code stands: "done", "needs a person"; asks
 * says that a person must confirm a step of it.
 */
const char *
fleet_record_state(enum exitcode code, bool asks);

/* Returns why nothing more was begun, "" when it went on to its end. */
const char *
fleet_record_halt(enum fleet_halt halt);

/* Returns which one has these words; FLEET_GOES_ON when none has. */
enum fleet_halt
fleet_record_why(const char *words);

/* Returns the option that "resume" wants then, "--until TIME ", or "". */
const char *
fleet_record_needs(enum fleet_halt halt);

#endif
