#include <config.h>

#include "fleet_status.h"

#include <stdlib.h>
#include <string.h>

#include "../../libcore/base/failure.h"
#include "../../libcore/base/memory.h"
#include "../../libcore/base/message.h"
#include "../../libcore/base/text.h"
#include "../../libcore/base/words.h"
#include "../../libcore/format/jsonline.h"
#include "../../libcore/format/report.h"
#include "../../libcore/run/command.h"
#include "../roll/runs.h"
#include "fleet_record.h"
#include "fleet_show.h"
#include "fleet_store.h"

bool
fleet_status_is_over(const struct fleet *fleet)
{
	for (size_t i = 0; i < fleet->count; i++) {
		const struct fleet_item *item = &fleet->items[i];

		if (item->state != FLEET_ENDED ||
		    !fleet_is_over(item->code))
			return (false);
	}
	return (true);
}

static enum exitcode
code_of(const struct fleet *fleet, bool is_running)
{
	if (is_running || fleet_status_is_over(fleet))
		return (EXITCODE_OK);
	for (size_t i = 0; i < fleet->count; i++) {
		if (fleet->items[i].state == FLEET_ENDED &&
		    fleet->items[i].code == EXITCODE_NEEDS_PERSON)
			return (EXITCODE_NEEDS_PERSON);
	}
	return (EXITCODE_STOPPED);
}

const char *
fleet_status_state(const struct fleet *fleet, bool is_running)
{
	if (is_running)
		return (fleet->is_paused ? "paused" : fleet->is_stopped ?
		    "stopping" : "under way");
	if (fleet_status_is_over(fleet))
		return ("over");
	return (fleet->is_closed ? "stopped" : "broken off");
}

const char *
fleet_status_word(const struct fleet_item *item)
{
	if (item->state == FLEET_ENDED)
		return (fleet_record_state(item->code, item->asks));
	return (item->state == FLEET_BEGUN ? "begun" : "waiting");
}

/* Lets messages[i] be what the last result of cluster i said, or NULL. */
static void
find_messages(const struct fleet_stored *stored, const char **messages)
{
	for (size_t i = 0; i < stored->records.count; i++) {
		const struct jsonline *record = stored->records.list[i];
		const int64_t item = jsonline_integer(record, "item", 0);
		const char *event = jsonline_string(record, "event");

		if (item > 0 && event != NULL && strcmp(event, "result") == 0)
			messages[item - 1] = jsonline_string(record,
			    "message");
	}
}

static void
show_cluster(struct command *command, const struct fleet_stored *stored,
    size_t index, const char *message)
{
	const struct fleet_item *item = &stored->fleet.items[index];
	const char *name = stored->plan.names.list[index];
	struct jsonline *event = jsonline_make();
	char *run = fleet_plan_run(&stored->plan, stored->id, index);

	jsonline_set_string(event, "event", "cluster");
	jsonline_set_string(event, "cluster", name);
	jsonline_set_string(event, "run", run);
	jsonline_set_integer(event, "wave", (int64_t)item->wave + 1);
	jsonline_set_string(event, "state", fleet_status_word(item));
	if (item->state == FLEET_ENDED)
		jsonline_set_integer(event, "exit", item->code);
	if (message != NULL)
		jsonline_set_string(event, "message", message);
	report_line(&command->report, event, "  %-16s %s%s%s", name,
	    fleet_status_word(item), message == NULL ? "" : ": ",
	    message == NULL ? "" : message);
	free(run);
	jsonline_free(event);
}

/* Those that ended well, or wait, are of no interest to a person. */
static void
show_clusters(struct command *command, const struct fleet_stored *stored)
{
	const bool all = command->verbose > 0 ||
	    command->report.form == REPORT_JSON;
	const char **messages = memory_make(stored->fleet.count,
	    sizeof(*messages));

	find_messages(stored, messages);
	for (size_t i = 0; i < stored->fleet.count; i++) {
		const struct fleet_item *item = &stored->fleet.items[i];

		if (all || item->state == FLEET_BEGUN ||
		    (item->state == FLEET_ENDED && !fleet_is_good(item->code)))
			show_cluster(command, stored, i, messages[i]);
	}
	free(messages);
}

/* Resuming the fleet does not help a run that a person must decide about. */
static void
show_undecided(struct command *command, const struct fleet_stored *stored)
{
	for (size_t i = 0; i < stored->fleet.count; i++) {
		char *run;

		if (stored->fleet.items[i].state != FLEET_ENDED ||
		    stored->fleet.items[i].code != EXITCODE_NEEDS_PERSON)
			continue;
		run = fleet_plan_run(&stored->plan, stored->id, i);
		report_line(&command->report, NULL, "first: clroll status %s",
		    run);
		free(run);
	}
}

/* Returns why the last life began nothing more, if it said so. */
static enum fleet_halt
last_halt(const struct fleet_stored *stored)
{
	const struct jsonline *last =
	    stored->records.list[stored->records.count - 1];
	const char *event = jsonline_string(last, "event");
	const char *why = jsonline_string(last, "why");

	return (event == NULL || why == NULL || strcmp(event, "close") != 0 ?
	    FLEET_GOES_ON : fleet_record_why(why));
}

enum exitcode
fleet_status_show(struct command *command, const struct fleet_stored *stored,
    bool is_running)
{
	const struct fleet *fleet = &stored->fleet;
	const enum exitcode code = code_of(fleet, is_running);
	const struct fleet_counts counts = fleet_show_count(fleet);
	const char *state = fleet_status_state(fleet, is_running);
	const enum fleet_halt halt = code == EXITCODE_OK ? FLEET_GOES_ON :
	    last_halt(stored);
	struct jsonline *event = jsonline_make();
	struct text text = { 0 };

	fleet_show_counts(&counts, &text);
	jsonline_set_string(event, "why", fleet_record_halt(halt));
	jsonline_set_string(event, "event", "fleet");
	jsonline_set_string(event, "fleet", stored->id);
	jsonline_set_string(event, "state", state);
	jsonline_set_string(event, "begun_at", stored->begun);
	jsonline_set_integer(event, "wave", (int64_t)fleet->wave + 1);
	jsonline_set_integer(event, "waves", (int64_t)fleet->wave_count);
	jsonline_set_integer(event, "clusters", (int64_t)fleet->count);
	fleet_show_set_counts(event, &counts);
	report_line(&command->report, event, "fleet %s, begun %s: %s%s%s\n"
	    "wave %zu of %zu; %s", stored->id, stored->begun, state,
	    halt == FLEET_GOES_ON ? "" : ": ", fleet_record_halt(halt),
	    fleet->wave + 1, fleet->wave_count, text_string(&text));
	show_clusters(command, stored);
	if (code == EXITCODE_NEEDS_PERSON)
		show_undecided(command, stored);
	if (code != EXITCODE_OK)
		report_line(&command->report, NULL,
		    "next: clroll fleet %sresume %s",
		    counts.asking > 0 ? fleet_record_needs(FLEET_ASKED) :
		    fleet_record_needs(halt), stored->id);
	text_release(&text);
	jsonline_free(event);
	return (code);
}

void
fleet_status_hint(const struct fleet *fleet, const char *id,
    enum fleet_halt halt, struct failure *why)
{
	if (fleet_status_is_over(fleet))
		failure_hint(why, "'clroll fleet report %s' tells what became "
		    "of each; begin another fleet over those that failed, for "
		    "they were put back", id);
	else
		failure_hint(why, "'clroll fleet status %s' tells how it "
		    "stands; go on by 'clroll fleet %sresume %s'", id,
		    fleet_record_needs(halt), id);
}

void
fleet_status_warn(const struct node_config *config, const char *id)
{
	struct runs_under_way runs = { 0 };
	struct failure why = { 0 };
	struct text mine = { 0 };

	text_format(&mine, "%s-", id);
	if (runs_find_under_way(config, &runs, &why) == -1)
		message_say(MESSAGE_WARNING, "nobody can tell which of its "
		    "runs go on: %s", why.message);
	for (size_t i = 0; i < runs.ids.count; i++) {
		if (text_begins_with(runs.ids.list[i], text_string(&mine)))
			message_say(MESSAGE_WARNING, "its run %s goes on: "
			    "'clroll stop %s' stops it", runs.ids.list[i],
			    runs.ids.list[i]);
	}
	words_release(&runs.ids);
	words_release(&runs.locks);
	text_release(&mine);
}
