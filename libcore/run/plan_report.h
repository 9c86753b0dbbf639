#ifndef LIBCORE_RUN_PLAN_REPORT_H
#define LIBCORE_RUN_PLAN_REPORT_H

#include "../base/exitcode.h"

struct plan;
struct report;

/*
 * Writes each step of plan to report.  Returns DIFFERS when there is any, for
 * then a run would change something, else OK.
 */
enum exitcode
plan_report(const struct plan *plan, struct report *report);

#endif
