#ifndef NQSUPD_STORE_VERBS_H
#define NQSUPD_STORE_VERBS_H

#include "../libcore/base/exitcode.h"

struct failure;
struct node_config;
struct report;

/*
 * What `nqsupd package' does with the store.  Each takes NAME and DIGEST,
 * reports, and returns the exit code, or any with why set.
 */

/* Reads stdin into the store; a third operand says behind how many bytes. */
enum exitcode
store_verbs_receive(const struct node_config *config,
    const char *const *operands, struct report *report, struct failure *why);

/* Says whether it is there. */
enum exitcode
store_verbs_has(const struct node_config *config,
    const char *const *operands, struct report *report, struct failure *why);

/* The same, and if not, how much of it has come. */
enum exitcode
store_verbs_part(const struct node_config *config,
    const char *const *operands, struct report *report, struct failure *why);

/* Reports a line, and as JSON event with what is named and whether changed. */
void
store_verbs_say(struct report *report, const char *event, const char *what,
    int changed);

#endif
