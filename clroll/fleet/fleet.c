#include <config.h>

#include "fleet.h"

#include "../../libcore/base/exitcode.h"
#include "fleet_private.h"

/* ---- another life ------------------------------------------------------- */

/* Whether the run of item has nothing left to do. */
static bool
is_over(const struct fleet_item *item)
{
	return (item->state == FLEET_ENDED && fleet_is_over(item->code));
}

void
fleet_take_up(struct fleet *fleet)
{
	const bool forgives = fleet->is_closed;

	fleet->failed = fleet->asking = fleet->away = 0;
	for (size_t i = 0; i < fleet->wave_count; i++) {
		struct fleet_wave *wave = &fleet->waves[i];

		wave->failed = wave->asking = wave->away = 0;
	}
	for (size_t i = 0; i < fleet->count; i++) {
		struct fleet_item *item = &fleet->items[i];

		if (is_over(item)) {
			item->is_forgiven = item->is_forgiven || forgives;
			if (!item->is_forgiven)
				fleet_count_end(fleet, item);
		} else if (item->state != FLEET_WAITING) {
			*item = (struct fleet_item){ .wave = item->wave,
				.is_late = true };
		}
	}
	fleet->is_closed = fleet->is_paused = fleet->is_stopped = false;
	fleet->is_urgent = false;
	fleet->next = 0;
}

/* ---- what has happened -------------------------------------------------- */

static void
item_ended(struct fleet *fleet, size_t index, const struct fleet_event *event)
{
	struct fleet_item *item = &fleet->items[index];

	item->state = FLEET_ENDED;
	item->code = event->code;
	item->asks = event->asks;
	if (item->runs) {
		item->runs = false;
		fleet->running--;
	} else {
		item->since = event->now;
	}
	if (!item->is_late && item->code == EXITCODE_OK &&
	    event->now - item->since > fleet->longest)
		fleet->longest = event->now - item->since;
	item->since = event->now - item->since;	/* from now on: how long */
	fleet_count_end(fleet, item);
	fleet->ending = index;
}

static void
record_written(struct fleet *fleet, const struct fleet_event *event)
{
	switch (fleet->record) {
	case FLEET_RECORD_WAVE:
		fleet->is_in_wave = true;
		fleet->is_behind = false;
		break;
	case FLEET_RECORD_WAVE_END:
		fleet->is_in_wave = false;
		fleet->is_behind = true;
		fleet->soaked = event->now + fleet->rules.soak;
		break;
	case FLEET_RECORD_RESULT:
		fleet->ending = FLEET_NONE;
		break;
	case FLEET_RECORD_CLOSE:
		fleet->is_closed = true;
		break;
	default:
		break;
	}
}

/* What the record was to announce is not done. */
static void
record_not_written(struct fleet *fleet)
{
	fleet->is_broken = true;
	fleet->ending = FLEET_NONE;
	if (fleet->record == FLEET_RECORD_BEGIN) {
		fleet->items[fleet->at].state = FLEET_WAITING;
		fleet->at = FLEET_NONE;
	}
}

static void
request(struct fleet *fleet, const struct fleet_event *event)
{
	const bool pause = event->happening == FLEET_PAUSE;

	if (event->happening == FLEET_STOP) {
		if (!fleet->is_stopped ||
		    (event->is_urgent && !fleet->is_urgent))
			fleet->requests |= 1u << FLEET_RECORD_STOP;
		fleet->is_stopped = true;
		fleet->is_urgent = fleet->is_urgent || event->is_urgent;
	} else if (fleet->is_paused != pause) {
		fleet->requests |= 1u << (pause ? FLEET_RECORD_PAUSE :
		    FLEET_RECORD_GO_ON);
		fleet->is_paused = pause;
	}
}

static void
take_in(struct fleet *fleet, const struct fleet_event *event)
{
	switch (event->happening) {
	case FLEET_GO:
		if (fleet->is_behind)
			fleet->soaked = event->now + fleet->rules.soak;
		break;
	case FLEET_WRITTEN:
		record_written(fleet, event);
		break;
	case FLEET_UNWRITTEN:
		record_not_written(fleet);
		break;
	case FLEET_STARTED:
		fleet->items[fleet->at].runs = true;
		fleet->items[fleet->at].since = event->now;
		fleet->running++;
		fleet->at = FLEET_NONE;
		break;
	case FLEET_UNSTARTED:
		item_ended(fleet, fleet->at, event);
		fleet->at = FLEET_NONE;
		break;
	case FLEET_RUN_ENDED:
		item_ended(fleet, event->item, event);
		break;
	case FLEET_PAUSE:
	case FLEET_GO_ON:
	case FLEET_STOP:
		request(fleet, event);
		break;
	case FLEET_TICK:
		break;
	}
}

/* ---- what comes next ---------------------------------------------------- */

static struct fleet_action
record(struct fleet *fleet, enum fleet_record what)
{
	fleet->record = what;
	return ((struct fleet_action){ .act = FLEET_RECORD, .record = what,
	    .wave = fleet->wave, .is_urgent = fleet->is_urgent });
}

static struct fleet_action
wait_until(int64_t deadline)
{
	return ((struct fleet_action){ .act = FLEET_WAIT,
	    .deadline = deadline });
}

/* Asks for the next of the requests to be recorded. */
static struct fleet_action
record_request(struct fleet *fleet)
{
	static const enum fleet_record order[] = { FLEET_RECORD_STOP,
		FLEET_RECORD_PAUSE, FLEET_RECORD_GO_ON };
	size_t i = 0;

	while ((fleet->requests & 1u << order[i]) == 0)
		i++;
	fleet->requests &= ~(1u << order[i]);
	return (record(fleet, order[i]));
}

static struct fleet_action
record_result(struct fleet *fleet)
{
	const struct fleet_item *item = &fleet->items[fleet->ending];
	struct fleet_action action = record(fleet, FLEET_RECORD_RESULT);

	action.item = fleet->ending;
	action.code = item->code;
	action.asks = item->asks;
	action.duration = item->since;
	return (action);
}

static struct fleet_action
begin_next(struct fleet *fleet)
{
	struct fleet_action action = record(fleet, FLEET_RECORD_BEGIN);

	action.item = fleet->at = fleet->next;
	fleet->items[fleet->next].state = FLEET_BEGUN;
	return (action);
}

/* Returns a running item that was not yet asked to stop, or FLEET_NONE. */
static size_t
find_unasked(const struct fleet *fleet)
{
	for (size_t i = 0; i < fleet->count; i++) {
		if (fleet->items[i].runs && !fleet->items[i].is_asked)
			return (i);
	}
	return (FLEET_NONE);
}

static struct fleet_action
finish(struct fleet *fleet)
{
	struct fleet_action action = { .act = FLEET_FINISH };

	if (!fleet->is_closed && !fleet->is_broken)
		action = record(fleet, FLEET_RECORD_CLOSE);
	action.halt = fleet_why_halted(fleet);
	action.code = fleet_code(fleet);
	if (fleet->is_broken)
		action.code = exitcode_worse(action.code,
		    EXITCODE_CANNOT_WRITE);
	return (action);
}

/* Between two waves: waits until the soak time has passed. */
static struct fleet_action
next_wave(struct fleet *fleet, const struct fleet_event *event)
{
	const int64_t left = fleet->is_behind && fleet->soaked > event->now ?
	    fleet->soaked - event->now : 0;

	if (fleet_fits(fleet, event->wall, left) == FLEET_FITS_NOT) {
		fleet->is_out_of_time = true;
		return (finish(fleet));
	}
	if (left > 0)
		return (wait_until(fleet->soaked));
	if (fleet->is_paused)
		return (wait_until(0));
	if (fleet->is_behind)
		fleet->wave++;
	fleet->is_behind = false;
	return (record(fleet, FLEET_RECORD_WAVE));
}

/* Nothing can be begun in this wave any more, and nothing runs. */
static struct fleet_action
end_wave(struct fleet *fleet, const struct fleet_event *event)
{
	if (fleet->is_in_wave)
		return (record(fleet, FLEET_RECORD_WAVE_END));
	if (fleet->wave + 1 < fleet->wave_count)
		return (next_wave(fleet, event));
	return (finish(fleet));
}

/* Nothing halts the fleet: goes on with the present wave, or to the next. */
static struct fleet_action
go_on(struct fleet *fleet, const struct fleet_event *event)
{
	const struct fleet_wave *wave = &fleet->waves[fleet->wave];
	const size_t most = (size_t)fleet->rules.jobs < wave->count ?
	    (size_t)fleet->rules.jobs : wave->count;

	if (!fleet_find_next(fleet))
		return (fleet->running > 0 ? wait_until(0) :
		    end_wave(fleet, event));
	if (!fleet->is_in_wave) {
		/* The first of all, or one that an earlier life left. */
		fleet->is_behind = false;
		return (next_wave(fleet, event));
	}
	if (fleet->is_paused || fleet->running >= most)
		return (wait_until(0));
	switch (fleet_fits(fleet, event->wall, 0)) {
	case FLEET_FITS:
		return (begin_next(fleet));
	case FLEET_FITS_LATER:
		return (wait_until(0));
	default:
		fleet->is_out_of_time = true;
		return (fleet->running > 0 ? wait_until(0) : finish(fleet));
	}
}

/* A record stands before what it announces, and goes before all else. */
static bool
is_to_be_recorded(const struct fleet *fleet)
{
	return (!fleet->is_broken && !fleet->is_closed &&
	    (fleet->ending != FLEET_NONE || fleet->requests != 0));
}

struct fleet_action
fleet_next(struct fleet *fleet, const struct fleet_event *event)
{
	take_in(fleet, event);
	if (fleet->at != FLEET_NONE && fleet->record == FLEET_RECORD_BEGIN)
		return ((struct fleet_action){ .act = FLEET_START,
		    .item = fleet->at });
	if (is_to_be_recorded(fleet))
		return (fleet->ending != FLEET_NONE ? record_result(fleet) :
		    record_request(fleet));
	const size_t unasked = fleet->is_urgent ? find_unasked(fleet) :
	    FLEET_NONE;
	if (unasked != FLEET_NONE) {
		fleet->items[unasked].is_asked = true;
		return ((struct fleet_action){ .act = FLEET_ASK,
		    .item = unasked });
	}
	if (fleet->is_closed)
		return (finish(fleet));
	if (fleet_why_halted(fleet) != FLEET_GOES_ON)
		return (fleet->running > 0 ? wait_until(0) : finish(fleet));
	return (go_on(fleet, event));
}
