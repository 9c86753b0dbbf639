#ifndef CLROLL_FLEET_FLEET_PRIVATE_H
#define CLROLL_FLEET_FLEET_PRIVATE_H

#include "fleet.h"

/*
 * What the files of the fleet's decision, fleet*.c, share; for them alone.
 */

/* Begins another life behind the records that were replayed. */
void
fleet_take_up(struct fleet *fleet);

/* Counts how item has ended. */
void
fleet_count_end(struct fleet *fleet, const struct fleet_item *item);

/* Returns the index behind the last cluster of the present wave. */
size_t
fleet_wave_limit(const struct fleet *fleet);

/* Lets next be the first that waits in this wave or before it, if any. */
bool
fleet_find_next(struct fleet *fleet);

enum fleet_fit { FLEET_FITS, FLEET_FITS_LATER, FLEET_FITS_NOT };

/* Returns whether the next cluster, begun so long from now, ends in time. */
enum fleet_fit
fleet_fits(const struct fleet *fleet, int64_t wall, int64_t from_now);

#endif
