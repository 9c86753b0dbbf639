#include <config.h>

#include "courier.h"

#include <stdlib.h>
#include <string.h>

#include "../../libcore/base/clock.h"
#include "../../libcore/base/memory.h"
#include "../../libcore/base/text.h"
#include "../../libcore/base/words.h"
#include "../../libcore/run/session.h"
#include "../../libcore/system/eventloop.h"
#include "../cluster/team.h"
#include "courier_lane.h"

enum {
	AT_ONCE = 8,			/* nodes; more when they are waited
					 * for */
	PARCELS = 64
};

enum state { TO_BRING, UNDER_WAY, ARRIVED, NOT_ARRIVED };

/* A node's session, with ours in front of it. */
struct door {
	struct session			 session;
	struct courier			*courier;
	struct session			*inner;
	struct courier_lane		*lane;	/* NULL: nothing is brought */
	size_t				 at;	/* parcel that is under way */
	bool				 is_busy;
	enum state			 states[PARCELS];
	struct courier_outcome		 outcomes[PARCELS];
	/* The command that waits for its parcel. */
	bool				 waits;
	size_t				 wanted;
	struct words			 argv;
	bool				 has_effect;
	struct eventloop_timer		*timer;	/* tells its end */
	struct process_end		 end;
};

struct courier {
	const struct team	*team;
	struct door		*doors;
	struct session		**sessions;
	struct courier_parcel	 parcels[PARCELS];
	size_t			 count;
};

/* ---- parcels ----------------------------------------------------------- */

/* Whether the command receives a package. */
static bool
is_receive(const struct session_command *command)
{
	static const char *const words[] = { "nqsupd", "package", "receive" };
	const struct words *argv = command->argv;

	if (command->input == NULL || argv->count != 5)
		return (false);
	for (size_t i = 0; i < 3; i++) {
		if (strcmp(argv->list[i], words[i]) != 0)
			return (false);
	}
	return (true);
}

/* Returns the place of the command's parcel, or PARCELS. */
static size_t
find_parcel(struct courier *courier, const struct session_command *command)
{
	const char *name = command->argv->list[3];
	const char *digest = command->argv->list[4];
	size_t at = 0;

	for (; at < courier->count; at++) {
		if (strcmp(courier->parcels[at].name, name) == 0 &&
		    strcmp(courier->parcels[at].digest, digest) == 0)
			return (at);
	}
	if (at == PARCELS)
		return (PARCELS);
	courier->parcels[at] = (struct courier_parcel){
	    .name = memory_copy_string(name),
	    .digest = memory_copy_string(digest),
	    .path = memory_copy_string(command->input) };
	courier->count++;
	return (at);
}

/* Begins the next parcel of a door, if there is one and nothing else is. */
static void
bring_next(struct door *door)
{
	const struct courier *courier = door->courier;

	if (door->lane == NULL || door->is_busy)
		return;
	for (size_t at = 0; at < courier->count; at++) {
		if (door->states[at] != TO_BRING)
			continue;
		door->is_busy = true;
		door->at = at;
		door->states[at] = UNDER_WAY;
		courier_lane_bring(door->lane, &courier->parcels[at]);
		return;
	}
	courier_lane_close(door->lane);
}

static void
bring_all(struct courier *courier)
{
	size_t busy = 0;

	for (size_t i = 0; i < courier->team->count; i++)
		if (courier->doors[i].waits)
			bring_next(&courier->doors[i]);
	for (size_t i = 0; i < courier->team->count; i++)
		busy += courier->doors[i].is_busy;
	for (size_t i = 0; i < courier->team->count && busy < AT_ONCE; i++) {
		struct door *door = &courier->doors[i];

		if (door->is_busy)
			continue;
		bring_next(door);
		busy += door->is_busy;
	}
}

/* ---- the command that waits -------------------------------------------- */

/* Tells that some of the package was there. */
static void
tell_resumed(struct door *door)
{
	const struct courier_outcome *outcome =
	    &door->outcomes[door->wanted];
	struct text text = { 0 };

	if (!outcome->has_arrived || !outcome->is_resumed)
		return;
	text_format(&text, "the copy went on behind %lld bytes\n",
	    (long long)outcome->from);
	door->session.events->output(door->session.cookie,
	    text_string(&text), text.length, false);
	text_release(&text);
}

/* Runs it: what has arrived need not be sent. */
static void
run_waiting(struct door *door)
{
	const bool is_there = door->states[door->wanted] == ARRIVED;
	const struct session_command command = { .argv = &door->argv,
	    .input = is_there ? NULL :
	    door->courier->parcels[door->wanted].path,
	    .has_effect = door->has_effect };

	door->waits = false;
	tell_resumed(door);
	door->inner->calls->start(door->inner, &command);
}

static void
over(void *cookie, size_t node, const struct courier_outcome *outcome)
{
	struct courier *courier = cookie;
	struct door *door = &courier->doors[node];

	door->is_busy = false;
	door->outcomes[door->at] = *outcome;
	door->states[door->at] = outcome->has_arrived ? ARRIVED : NOT_ARRIVED;
	if (door->waits && door->wanted == door->at)
		run_waiting(door);
	bring_all(courier);
}

static void
tell_end(void *cookie)
{
	struct door *door = cookie;

	door->timer = NULL;
	door->session.events->ended(door->session.cookie, door->end);
}

/* ---- the session in front ---------------------------------------------- */

static void
open_session(struct session *session)
{
	struct session *inner = ((struct door *)session)->inner;

	inner->calls->open(inner);
}

static void
start_command(struct session *session, const struct session_command *command)
{
	struct door *door = (struct door *)session;
	const size_t at = !is_receive(command) ? PARCELS :
	    find_parcel(door->courier, command);

	/* To this machine nothing is brought, but to the others it is. */
	if (at != PARCELS && door->lane == NULL)
		bring_all(door->courier);
	if (at == PARCELS || door->lane == NULL ||
	    door->states[at] == ARRIVED) {
		door->inner->calls->start(door->inner, command);
		return;
	}
	if (door->states[at] == NOT_ARRIVED)
		door->states[at] = TO_BRING;
	words_release(&door->argv);
	words_add_all(&door->argv, command->argv);
	door->has_effect = command->has_effect;
	door->wanted = at;
	door->waits = true;
	bring_all(door->courier);
}

static void
await_command(struct session *session, const char *token)
{
	struct session *inner = ((struct door *)session)->inner;

	inner->calls->await(inner, token);
}

/* Gives up what is on its way to the node. */
static void
give_up(struct door *door)
{
	door->waits = false;
	if (!door->is_busy)
		return;
	door->is_busy = false;
	door->states[door->at] = NOT_ARRIVED;
	courier_lane_close(door->lane);
}

static void
stop_command(struct session *session, int signal)
{
	struct door *door = (struct door *)session;

	if (!door->waits) {
		door->inner->calls->stop(door->inner, signal);
		return;
	}
	give_up(door);
	door->end = (struct process_end){ .how = PROCESS_SIGNALLED,
	    .code = signal };
	door->timer = eventloop_at(door->courier->team->loop,
	    clock_monotonic(), tell_end, door);
}

static void
close_session(struct session *session)
{
	struct door *door = (struct door *)session;

	if (door->waits)
		give_up(door);
	eventloop_cancel(door->courier->team->loop, door->timer);
	door->timer = NULL;
	door->inner->calls->close(door->inner);
}

/* The courier's owner frees all of them. */
static void
free_session(struct session *session)
{
	close_session(session);
}

static const struct session_calls calls = {
	open_session, start_command, await_command, stop_command,
	close_session, free_session
};

/* ---- what the session behind tells ------------------------------------- */

static void
opened(void *cookie)
{
	struct door *door = cookie;

	door->session.events->opened(door->session.cookie);
}

static void
failed(void *cookie, const struct failure *why)
{
	struct door *door = cookie;

	if (door->waits) {
		door->waits = false;
		door->session.events->ended(door->session.cookie,
		    (struct process_end){ .how = PROCESS_LOST });
	}
	door->session.events->failed(door->session.cookie, why);
}

static bool
started(void *cookie, const char *token)
{
	struct door *door = cookie;

	return (door->session.events->started(door->session.cookie, token));
}

static void
said(void *cookie, const char *bytes, size_t size, bool is_error)
{
	struct door *door = cookie;

	door->session.events->output(door->session.cookie, bytes, size,
	    is_error);
}

static void
ended(void *cookie, struct process_end end)
{
	struct door *door = cookie;

	door->session.events->ended(door->session.cookie, end);
}

static const struct session_events events = {
	opened, failed, started, said, ended
};

/* ---- all of them ------------------------------------------------------- */

struct courier *
courier_make(const struct team *team)
{
	struct courier *courier = memory_make(1, sizeof(*courier));

	courier->team = team;
	courier->doors = memory_make(team->count, sizeof(*courier->doors));
	courier->sessions = memory_make(team->count,
	    sizeof(struct session *));
	for (size_t i = 0; i < team->count; i++) {
		struct door *door = &courier->doors[i];

		door->session.calls = &calls;
		door->courier = courier;
		door->inner = team->sessions[i];
		door->inner->events = &events;
		door->inner->cookie = door;
		door->lane = courier_lane_make(team, i, over, courier);
		courier->sessions[i] = &door->session;
	}
	return (courier);
}

void
courier_free(struct courier *courier)
{
	if (courier == NULL)
		return;
	for (size_t i = 0; i < courier->team->count; i++) {
		struct door *door = &courier->doors[i];

		courier_lane_free(door->lane);
		eventloop_cancel(courier->team->loop, door->timer);
		words_release(&door->argv);
	}
	for (size_t i = 0; i < courier->count; i++) {
		free(courier->parcels[i].name);
		free(courier->parcels[i].digest);
		free(courier->parcels[i].path);
	}
	free(courier->doors);
	free(courier->sessions);
	free(courier);
}

struct session **
courier_sessions(const struct courier *courier)
{
	return (courier->sessions);
}
