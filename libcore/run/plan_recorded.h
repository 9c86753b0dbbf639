#ifndef LIBCORE_RUN_PLAN_RECORDED_H
#define LIBCORE_RUN_PLAN_RECORDED_H

struct history;
struct plan;

/*
 * Returns a plan of what the records of history tell, the caller's, for a run
 * whose own cannot be made any more.  It has as many steps as that: those that
 * were never reached have a number in place of a key.  A step has no commands
 * but "?" for its run, if it was begun and may have had an effect; whether it
 * keeps that is not recorded.  Pure.
 */
struct plan *
plan_recorded(const struct history *history);

#endif
