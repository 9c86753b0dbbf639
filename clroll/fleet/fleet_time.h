#ifndef CLROLL_FLEET_FLEET_TIME_H
#define CLROLL_FLEET_FLEET_TIME_H

#include <stdint.h>

struct failure;

/*
 * Reads a point in time of a person: "+2h", so long from now; "04:00", the next
 * time that the local clock shows that; "2026-01-02T04:00", of the local clock;
 * or one as clock_show() writes it, UTC.  now is clock_wall().  Returns 0 and
 * sets *wall, or -1 with why set (USAGE).
 */
int
fleet_time_read(const char *string, int64_t now, int64_t *wall,
    struct failure *why);

#endif
