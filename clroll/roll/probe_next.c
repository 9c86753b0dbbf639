#include <config.h>

#include "probe_next.h"

static enum probe_verdict
succeed(struct probe_state *state, int64_t now)
{
	state->ticks = 0;
	state->until = now;
	if (!state->is_away) {
		state->from = now;
		return PROBE_NOTHING_NEW;
	}
	/* from stays as it was, for who asks how long the outage was. */
	state->is_away = false;
	return PROBE_BACK;
}

enum probe_verdict
probe_next(struct probe_state *state, const struct probe_event *event)
{
	if (!state->has_begun) {
		state->has_begun = true;
		state->from = event->now;
		state->until = event->now;
	}
	switch (event->happening) {
	case PROBE_SUCCESS:
		return succeed(state, event->now);
	case PROBE_TICK:
		state->ticks++;
		break;
	case PROBE_BLIND:
		return PROBE_NOTHING_NEW;
	case PROBE_FAILURE:
		break;
	}
	if (state->is_away || state->ticks < state->enough ||
	    event->now - state->until <= state->threshold)
		return PROBE_NOTHING_NEW;
	state->from = state->until;
	state->is_away = true;
	return PROBE_AWAY;
}
