#ifndef CLROLL_FLEET_FLEET_STATUS_H
#define CLROLL_FLEET_FLEET_STATUS_H

#include <stdbool.h>

#include "../../libcore/base/exitcode.h"
#include "fleet.h"

struct command;
struct failure;
struct fleet_stored;
struct node_config;

/*
 * How a fleet stands, by its journal.
 */

/* Whether there is nothing to resume: each cluster is done or failed. */
bool
fleet_status_is_over(const struct fleet *fleet);

/* Returns how it stands, in words: "under way", "over". */
const char *
fleet_status_state(const struct fleet *fleet, bool is_running);

/* Returns how a cluster stands, in words: "done", "waiting". */
const char *
fleet_status_word(const struct fleet_item *item);

/*
 * Shows how stored stands; is_running says whether it is under way.  Clusters
 * that are not done are named; with -v all are.  Returns OK when it is over or
 * under way, else NEEDS_PERSON when one does, or STOPPED.
 */
enum exitcode
fleet_status_show(struct command *command, const struct fleet_stored *stored,
    bool is_running);

/* Lets why say how fleet id is gone on with, which has ended like halt. */
void
fleet_status_hint(const struct fleet *fleet, const char *id,
    enum fleet_halt halt, struct failure *why);

/* Warns of the runs of fleet id, which is not under way, that go on. */
void
fleet_status_warn(const struct node_config *config, const char *id);

#endif
