#ifndef LIBCORE_RUN_ACCOUNT_TEXT_H
#define LIBCORE_RUN_ACCOUNT_TEXT_H

struct account;
struct report;

/*
 * Writes account to report: as text for people, or as JSON lines, "run",
 * "life" for each life, "step" for each step, "act" for all that was done, in
 * its order, and the journal's own records "found", "outage" and "outages".
 */
void
account_text(const struct account *account, struct report *report);

#endif
