#ifndef NQSBACKUP_RESTORE_CHANGE_H
#define NQSBACKUP_RESTORE_CHANGE_H

struct report;

/* Reports that action is, or would be, done to name. */
void
change_report(struct report *report, const char *action, const char *name);

#endif
