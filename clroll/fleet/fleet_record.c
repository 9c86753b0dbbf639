#include <config.h>

#include "fleet_record.h"

#include <string.h>

#include "../../libcore/base/clock.h"
#include "../../libcore/base/failure.h"
#include "../../libcore/base/text.h"
#include "../../libcore/format/jsonline.h"
#include "fleet_private.h"

/* A record of the journal is another event than the "end" of a program. */
static const char *const names[] = {
	[FLEET_RECORD_WAVE] = "wave",
	[FLEET_RECORD_BEGIN] = "begin",
	[FLEET_RECORD_RESULT] = "result",
	[FLEET_RECORD_WAVE_END] = "wave-end",
	[FLEET_RECORD_PAUSE] = "pause",
	[FLEET_RECORD_GO_ON] = "go-on",
	[FLEET_RECORD_STOP] = "stop",
	[FLEET_RECORD_CLOSE] = "close",
};

#define MILLISECOND	INT64_C(1000000)

const char *
fleet_record_state(enum exitcode code, bool asks)
{
	if (asks)
		return ("to be confirmed");
	if (fleet_is_good(code))
		return ("done");
	switch (code) {
	case EXITCODE_PARTIAL:
		return ("left as it is");
	case EXITCODE_FAILED:
		return ("failed");
	case EXITCODE_STOPPED:
		return ("stopped");
	case EXITCODE_NEEDS_PERSON:
		return ("needs a person");
	case EXITCODE_UNREACHABLE:
		return ("unreachable");
	default:
		return ("in trouble");
	}
}

const char *
fleet_record_halt(enum fleet_halt halt)
{
	static const char *const words[] = {
		[FLEET_GOES_ON] = "",
		[FLEET_CANARY_FAILED] = "a canary did not go well",
		[FLEET_ASKED] = "a step must be confirmed",
		[FLEET_WAVE_FAILED] = "too many failed in this wave",
		[FLEET_MANY_FAILED] = "too many failed",
		[FLEET_MANY_AWAY] = "too many cannot be reached",
		[FLEET_STOPPED] = "it was stopped",
		[FLEET_OUT_OF_TIME] = "no other could end in time",
		[FLEET_NOT_WRITTEN] = "the journal cannot be written",
	};

	return (words[halt]);
}

const char *
fleet_record_needs(enum fleet_halt halt)
{
	if (halt == FLEET_ASKED)
		return ("--confirm STEP ");
	return (halt == FLEET_OUT_OF_TIME ? "--until TIME " : "");
}

enum fleet_halt
fleet_record_why(const char *words)
{
	for (int halt = FLEET_CANARY_FAILED; halt <= FLEET_NOT_WRITTEN;
	    halt++) {
		if (strcmp(words, fleet_record_halt(
		    (enum fleet_halt)halt)) == 0)
			return ((enum fleet_halt)halt);
	}
	return (FLEET_GOES_ON);
}

/* ---- rules -------------------------------------------------------------- */

static void
set_limit(struct jsonline *record, const char *key,
    const struct fleet_limit *limit)
{
	struct text text = { 0 };

	if (limit->value < 0)
		return;
	text_format(&text, "%lld%s", (long long)limit->value,
	    limit->is_percent ? "%" : "");
	jsonline_set_string(record, key, text_string(&text));
	text_release(&text);
}

void
fleet_record_set_rules(struct jsonline *record,
    const struct fleet_rules *rules)
{
	jsonline_set_integer(record, "jobs", rules->jobs);
	jsonline_set_integer(record, "canary", rules->canary);
	set_limit(record, "batch", &rules->batch);
	set_limit(record, "max_failures", &rules->failures);
	set_limit(record, "max_wave_failures", &rules->wave_failures);
	set_limit(record, "max_unreachable", &rules->unreachable);
	jsonline_set_integer(record, "soak_ms", rules->soak / MILLISECOND);
	jsonline_set_integer(record, "takes_ms", rules->takes / MILLISECOND);
}

void
fleet_record_set_until(struct jsonline *record,
    const struct fleet_rules *rules)
{
	char until[CLOCK_TEXT_ROOM];

	if (rules->until == 0)
		return;
	clock_show(rules->until, until);
	jsonline_set_string(record, "until", until);
}

static void
read_limit(const struct jsonline *record, const char *key,
    struct fleet_limit *limit)
{
	const char *string = jsonline_string(record, key);

	*limit = (struct fleet_limit){ .value = -1 };
	if (string != NULL)
		(void)fleet_limit_read(string, limit);
}

void
fleet_record_rules(const struct jsonline *record, struct fleet_rules *rules)
{
	const char *until = jsonline_string(record, "until");

	rules->jobs = jsonline_integer(record, "jobs", 1);
	rules->canary = jsonline_integer(record, "canary", 0);
	read_limit(record, "batch", &rules->batch);
	read_limit(record, "max_failures", &rules->failures);
	read_limit(record, "max_wave_failures", &rules->wave_failures);
	read_limit(record, "max_unreachable", &rules->unreachable);
	rules->soak = jsonline_integer(record, "soak_ms", 0) * MILLISECOND;
	rules->takes = jsonline_integer(record, "takes_ms", 0) * MILLISECOND;
	if (until != NULL)
		(void)clock_read(until, &rules->until);
}

/* ---- records ------------------------------------------------------------ */

static void
set_item(struct jsonline *record, const struct fleet_action *action,
    const char *cluster, const char *run)
{
	jsonline_set_integer(record, "item", (int64_t)action->item + 1);
	jsonline_set_string(record, "cluster", cluster);
	jsonline_set_string(record, "run", run);
}

static void
set_wave(struct jsonline *record, const struct fleet *fleet, size_t wave)
{
	jsonline_set_integer(record, "wave", (int64_t)wave + 1);
	jsonline_set_integer(record, "waves", (int64_t)fleet->wave_count);
	jsonline_set_integer(record, "clusters",
	    (int64_t)fleet->waves[wave].count);
	jsonline_set_boolean(record, "canary", wave == 0 &&
	    fleet->rules.canary > 0);
}

struct jsonline *
fleet_record_make(const struct fleet *fleet, const struct fleet_action *action,
    const char *cluster, const char *run)
{
	struct jsonline *record = jsonline_make();

	jsonline_set_string(record, "event", names[action->record]);
	switch (action->record) {
	case FLEET_RECORD_WAVE:
	case FLEET_RECORD_WAVE_END:
		set_wave(record, fleet, action->wave);
		break;
	case FLEET_RECORD_BEGIN:
		set_item(record, action, cluster, run);
		break;
	case FLEET_RECORD_RESULT:
		set_item(record, action, cluster, run);
		jsonline_set_integer(record, "exit", action->code);
		jsonline_set_string(record, "state",
		    fleet_record_state(action->code, action->asks));
		if (action->asks)
			jsonline_set_boolean(record, "asks", true);
		jsonline_set_integer(record, "took_ms",
		    action->duration / MILLISECOND);
		break;
	case FLEET_RECORD_STOP:
		jsonline_set_boolean(record, "now", action->is_urgent);
		break;
	case FLEET_RECORD_CLOSE:
		jsonline_set_integer(record, "exit", action->code);
		jsonline_set_string(record, "why",
		    fleet_record_halt(action->halt));
		break;
	default:
		break;
	}
	return (record);
}

/* ---- replay ------------------------------------------------------------- */

/* Returns the item that record speaks of, or NULL. */
static struct fleet_item *
item_of(struct fleet *fleet, const struct jsonline *record)
{
	const int64_t number = jsonline_integer(record, "item", 0);

	return (number < 1 || (uint64_t)number > fleet->count ? NULL :
	    &fleet->items[number - 1]);
}

static void
replay_result(struct fleet *fleet, struct fleet_item *item,
    const struct jsonline *record)
{
	const int64_t took = jsonline_integer(record, "took_ms", 0) *
	    MILLISECOND;

	item->state = FLEET_ENDED;
	item->code = (enum exitcode)jsonline_integer(record, "exit",
	    EXITCODE_BUG);
	item->asks = jsonline_boolean(record, "asks", false);
	item->since = took;
	if (item->code == EXITCODE_OK && !item->is_late &&
	    took > fleet->longest)
		fleet->longest = took;
}

/* Takes in where between the waves it was. */
static bool
replay_wave(struct fleet *fleet, const struct jsonline *record, bool ends)
{
	const int64_t number = jsonline_integer(record, "wave", 0);

	if (number < 1 || (uint64_t)number > fleet->wave_count)
		return (false);
	fleet->wave = (size_t)number - 1;
	fleet->is_in_wave = !ends;
	fleet->is_behind = ends;
	return (true);
}

/* Takes in what is of a life, and of no item. */
static bool
replay_life(struct fleet *fleet, const struct jsonline *record,
    const char *event)
{
	if (strcmp(event, "wave") == 0 || strcmp(event, "wave-end") == 0)
		return (replay_wave(fleet, record,
		    strcmp(event, "wave-end") == 0));
	if (strcmp(event, "pause") == 0) {
		fleet->is_paused = true;
	} else if (strcmp(event, "go-on") == 0) {
		fleet->is_paused = false;
	} else if (strcmp(event, "stop") == 0) {
		fleet->is_stopped = true;
		fleet->is_urgent = jsonline_boolean(record, "now", false);
	} else if (strcmp(event, "close") == 0) {
		fleet->is_closed = true;
	} else if (strcmp(event, "resume") == 0) {
		fleet_record_rules(record, &fleet->rules);
		fleet_take_up(fleet);
	}
	return (true);
}

int
fleet_replay(struct fleet *fleet, const struct jsonline *record,
    struct failure *why)
{
	const char *event = jsonline_string(record, "event");
	struct fleet_item *item = item_of(fleet, record);
	bool is_good = event != NULL;

	if (is_good && strcmp(event, "begin") == 0) {
		is_good = item != NULL;
		if (is_good)
			item->state = FLEET_BEGUN;
	} else if (is_good && strcmp(event, "result") == 0) {
		is_good = item != NULL;
		if (is_good)
			replay_result(fleet, item, record);
	} else if (is_good) {
		is_good = replay_life(fleet, record, event);
	}
	if (is_good)
		return (0);
	failure_set(why, EXITCODE_DATA,
	    "the fleet's journal speaks of what is not in the fleet");
	return (-1);
}
