#ifndef NQSUPD_TRANSIENT_H
#define NQSUPD_TRANSIENT_H

#include <stdint.h>

struct failure;
struct node_config;
struct node_transient;
struct words;

/*
 * What an upgrade does not carry over, such as requests and trackers: it is
 * counted before, so that somebody knows what there was.
 */

/*
 * Counts the files of transient, in its folder and below.  Returns their
 * number, 0 when there is no such folder, or -1 with why set (SYSTEM, DENIED).
 */
int64_t
transient_count(const struct node_transient *transient, struct failure *why);

/*
 * Adds a line for each transient of each site whose data are on this node now
 * to lines, "SITE: 3 requests", or why it cannot be told.
 */
void
transient_describe(const struct node_config *config, struct words *lines);

#endif
